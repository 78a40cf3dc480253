/** Own: what a resource's policy gives, and to whom a role belongs: named, and no more than what works as it. */
import { valueAt } from "../ask";
import { definitionOf, tasksOf } from "../asl/machine";
import { taskOf, written } from "../asl/task";
import { isPublic, judged, type Statement } from "../document";
import { ROLE, roleOf, servicesOf, trustOf } from "../iam/role";
import type { Rule } from "../rule";
import { known, type Seen, type Stack } from "../stack";
import { isAdmin, isPattern } from "./actions";

/** Patterns that AWS's own pages write: KMS Developer Guide, "Key policies", and CloudWatch's on alarms that publish to an encrypted topic. */
const WRITTEN = ["kms:GenerateDataKey*", "kms:ReEncrypt*"];
/** The account itself may do all with its key: "Default key policy", the same guide. */
const byAccount = ({ principals, actions }: Statement): boolean =>
  actions.join() === "kms:*" && principals.length > 0 && principals.every(({ kind, value }) => kind === "AWS" && /^arn:[^:]*:iam::\d{12}:root$/.test(value));

export const resourcesGiveNamedActions: Rule = {
  name: "res-star-action", level: "mandatory", promise: "permissions",
  types: ["aws:s3/bucketPolicy:BucketPolicy", "aws:sns/topicPolicy:TopicPolicy", "aws:sqs/queuePolicy:QueuePolicy", "aws:secretsmanager/secretPolicy:SecretPolicy", "aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"],
  why: "Who may do everything with a bucket, a topic or a key rules it; a pattern grows by itself with what AWS adds.",
  set: "Name each action in the resource's policy, in place of a pattern and of NotAction",
  covers: [],
  check: (resource) => judged(resource, (all) => {
    const given = all.filter((one) => one.allows && !isPublic(one) && !byAccount(one));
    const found = given.flatMap(({ actions, notActions }) => [...actions.filter((action) => isAdmin(action) || (isPattern(action) && !WRITTEN.includes(action))), ...notActions.map((action) => `everything but ${action}`)]);
    return found.length ? `gives ${[...new Set(found)].join(", ")}; name each action` : undefined;
  }),
};

/** Who works as a role: by type, where the role stands and the service that assumes it. */
const workers: Record<string, [path: string, service: string][]> = {
  "aws:lambda/function:Function": [["role", "lambda"]],
  "aws:glue/job:Job": [["roleArn", "glue"]],
  "aws:glue/crawler:Crawler": [["role", "glue"]],
  "aws:sfn/stateMachine:StateMachine": [["roleArn", "states"]],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": [["extendedS3Configuration.roleArn", "firehose"], ["extendedS3Configuration.dataFormatConversionConfiguration.schemaConfiguration.roleArn", "firehose"]],
  "aws:iot/topicRule:TopicRule": [["errorAction.s3.roleArn", "iot"], ["errorAction.sqs.roleArn", "iot"], ["errorAction.sns.roleArn", "iot"], ["firehoses.0.roleArn", "iot"], ["s3.0.roleArn", "iot"], ["kineses.0.roleArn", "iot"]],
  "aws:sagemaker/model:Model": [["executionRoleArn", "sagemaker"]],
  "aws:sagemaker/notebookInstance:NotebookInstance": [["roleArn", "sagemaker"]],
  "aws:scheduler/schedule:Schedule": [["target.roleArn", "scheduler"]],
  "aws:cloudwatch/eventTarget:EventTarget": [["roleArn", "events"]],
  "aws:ec2/flowLog:FlowLog": [["iamRoleArn", "vpc-flow-logs"]],
  "aws:iam/instanceProfile:InstanceProfile": [["role", "ec2"]],
};

const made = new WeakMap<Stack, Map<string, Set<string>>>();

/** Services that work as a role, by the role's URN. */
function servicesByRole(stack: Stack): Map<string, Set<string>> {
  const known = made.get(stack);
  if (known) return known;
  const found = new Map<string, Set<string>>();
  const note = (role: Seen | undefined, service: string): void => {
    if (role) found.set(role.urn, (found.get(role.urn) ?? new Set()).add(service));
  };
  for (const worker of stack.ofTypes(Object.keys(workers))) {
    for (const [path, service] of workers[worker.type]!) note(roleOf(worker, path.split(".")[0]!, valueAt(worker.props, path), stack), service);
  }
  for (const machine of stack.ofTypes(["aws:sfn/stateMachine:StateMachine"])) handedOn(machine, stack).forEach(([role, service]) => note(role, service));
  made.set(stack, found);
  return found;
}

/** Roles that a state machine hands on to what its tasks start. */
function handedOn(machine: Seen, stack: Stack): [Seen | undefined, string][] {
  const root = definitionOf(machine.props.definition);
  const tasks = root ? tasksOf(root).flatMap(({ state }) => taskOf(state) ?? []) : [];
  return tasks.flatMap((task) => ["RoleArn", "ExecutionRoleArn"].flatMap((name): [Seen | undefined, string][] => {
    const arn = written(task, name);
    return arn === undefined ? [] : [[stack.ofTypes([ROLE]).find(({ props }) => known(props.arn) && props.arn === arn), task.service]];
  }));
}

export const onlyItsService: Rule = {
  name: "st-iam-04", level: "mandatory", promise: "permissions", types: [ROLE],
  why: "A role that a further service may assume does that service's work, too, for whoever can start it.",
  set: "Let the role's trust name the service that works as it, and no other",
  covers: [],
  check: (role, stack) => {
    const users = servicesByRole(stack).get(role.urn);
    if (!users) return undefined;
    const trust = trustOf(role);
    if (!trust) return { undecided: "who may assume it" };
    const trusted = servicesOf(trust).filter((service) => service !== "*").map((service) => service.split(".")[0] ?? "");
    // That a topic rule's role does not trust IoT, st-iot-03 tells.
    if (users.has("iot") && !trusted.includes("iot")) return undefined;
    return [
      ...[...new Set(trusted)].filter((service) => !users.has(service)).map((service) => `${service} may assume it, and nothing of ${service} here works as it; take it out of the trust`),
      ...[...users].filter((service) => !trusted.includes(service)).map((service) => `${service} works as it and may not assume it; name ${service}.amazonaws.com in the trust`),
    ];
  },
};
