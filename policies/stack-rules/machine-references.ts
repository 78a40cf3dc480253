/** Machine references: what a state machine names is there. */
import { definitionOf, tasksOf } from "../asl/machine";
import { type Task, taskOf, written } from "../asl/task";
import { isOwn } from "../buckets";
import type { Answer, Rule } from "../rule";
import { known, type Seen, type Stack } from "../stack";

export const referencesResolve: Rule = {
  name: "st-sfn-01",
  why: "A job, crawler, function or machine that is not there shows when a run comes to it, hours after the update.",
  set: "Take names from the resources of this stack.",
  covers: [],
  level: "mandatory",
  promise: "orchestration",
  types: ["aws:sfn/stateMachine:StateMachine"],
  check: (machine, stack) => {
    const definition = definitionOf(machine.props.definition);
    if (!definition) return { undecided: "the definition" };
    return [...strangeBuckets(machine, stack), ...tasksOf(definition).flatMap(({ name, state }) => {
      const task = taskOf(state);
      return task ? named(task).map(({ what, value, types }) => (there(value, types, stack) ? undefined : `the task "${name}" names the ${what} ${value}, which is not in this stack; take the name from a resource`)) : [];
    })];
  },
};

/** Buckets that tasks read or write: in addresses that the definition writes out. */
function strangeBuckets(machine: Seen, stack: Stack): Answer[] {
  const buckets = [...String(machine.props.definition).matchAll(/s3:\/\/([a-z0-9][a-z0-9.-]+)/g)].map(([, bucket]) => bucket);
  return [...new Set(buckets)].filter((bucket) => !isOwn(machine, "definition", bucket, stack)).map((bucket) => `it names the bucket ${bucket}, which is not in this stack; take the name from one, or name it in the settings under outside.buckets`);
}

interface Reference { what: string; value: string; types: string[] }

/** Parameters that name a resource, by service and action. */
const references: Record<string, [parameter: string, what: string, ...types: string[]][]> = {
  "glue:StartJobRun": [["JobName", "job", "aws:glue/job:Job"]],
  "glue:StartCrawler": [["Name", "crawler", "aws:glue/crawler:Crawler"]],
  "glue:GetCrawler": [["Name", "crawler", "aws:glue/crawler:Crawler"]],
  "lambda:InvokeFunction": [["FunctionName", "function", "aws:lambda/function:Function"]],
  "states:StartExecution": [["StateMachineArn", "state machine", "aws:sfn/stateMachine:StateMachine"]],
  "athena:StartQueryExecution": [["WorkGroup", "workgroup", "aws:athena/workgroup:Workgroup"]],
  "sns:Publish": [["TopicArn", "topic", "aws:sns/topic:Topic"]],
  "sqs:SendMessage": [["QueueUrl", "queue", "aws:sqs/queue:Queue"]],
  "sagemaker:CreateTrainingJob": [["RoleArn", "role", "aws:iam/role:Role"]],
  "sagemaker:CreateModel": [["ExecutionRoleArn", "role", "aws:iam/role:Role"]],
  "sagemaker:CreateTransformJob": [["ModelName", "model", "aws:sagemaker/model:Model"]],
  "sagemaker:CreateEndpoint": [["EndpointConfigName", "endpoint configuration", "aws:sagemaker/endpointConfiguration:EndpointConfiguration"]],
};

function named(task: Task): Reference[] {
  const own = (references[`${task.service}:${task.action}`] ?? []).flatMap(([parameter, what, ...types]) => {
    const value = written(task, parameter);
    return value === undefined ? [] : [{ what, value, types }];
  });
  const context = task.parameters.QueryExecutionContext as { Database?: unknown } | undefined;
  return typeof context?.Database === "string" ? [...own, { what: "database", value: context.Database, types: ["aws:glue/catalogDatabase:CatalogDatabase", "aws:athena/database:Database"] }] : own;
}

/** By name, ARN or URL; of an ARN the last part counts too, for a program may write it before the resource is made. */
function there(value: string, types: readonly string[], stack: Stack): boolean {
  const plain = value.replace(/(:function:[^:]+):.+$/, "$1");
  const tail = plain.split(/[:/]/).pop() ?? plain;
  const isIt = ({ props }: Seen): boolean => [props.arn, props.id, props.url, props.name].some((one) => known(one) && (one === plain || one === tail && value.startsWith("arn:")));
  return stack.ofTypes(types).some(isIt);
}
