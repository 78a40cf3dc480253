/**
 * Needs: what a machine's role must be allowed for each of its tasks. Actions: Step Functions Developer Guide, the page of each
 * service under "How Step Functions generates IAM policies for integrated services".
 */
import type { Need } from "../iam/need";
import { arn, type Place } from "../iam/place";
import type { Placed } from "./machine";
import { type Task, written } from "./task";

/** Needs of a task; undefined for an integration that is not known here. */
export function needsOf(task: Task, name: string, place: Place): Need[] | undefined {
  const table = task.sdk ? undefined : optimized[`${task.service}:${task.action}`];
  if (table) return table(task, `the task "${name}"`, place);
  if (task.sync || task.callback && !task.sdk) return undefined;
  return [sdkNeed(task, `the task "${name}"`, place)];
}

type Table = (task: Task, by: string, place: Place) => Need[];

/** A call through the AWS SDK needs the action of its name, and nothing else. */
function sdkNeed(task: Task, by: string, place: Place): Need {
  const action = `${task.service}:${task.action}`;
  if (action === "glue:StartCrawler" || action === "glue:GetCrawler" || action === "glue:StopCrawler") return named(action, by, place, "crawler", written(task, "Name"));
  return { action, on: [], anywhere: true, kind: `:${task.service}:`, for: by };
}

/** On the resource of a name; on any of the kind when the name comes with the input. */
const named = (action: string, by: string, place: Place, kind: string, name: string | undefined): Need =>
  ({ action, on: name === undefined ? [] : [arn(place, action.split(":")[0] ?? "", `${kind}/${name}`)], kind: `:${kind}/`, for: by });

/** `.sync` hears of the end by a rule that Step Functions keeps under this name. */
const hears = (event: string, by: string, place: Place): Need[] =>
  ["PutTargets", "PutRule", "DescribeRule"].map((action) => ({ action: `events:${action}`, on: [arn(place, "events", `rule/StepFunctionsGetEventsFor${event}Rule`)], for: by }));

const passes = (role: string | undefined, by: string): Need => ({ action: "iam:PassRole", on: role === undefined ? [] : [role], kind: ":role/", for: by });

const glueJob: Table = (task, by, place) =>
  ["StartJobRun", ...(task.sync ? ["GetJobRun", "GetJobRuns", "BatchStopJobRun"] : [])].map((action) => named(`glue:${action}`, by, place, "job", written(task, "JobName")));

const invocation: Table = (task, by, place) => {
  const fn = written(task, "FunctionName");
  const whole = fn?.startsWith("arn:") ? fn : fn && arn(place, "lambda", `function:${fn}`);
  return [{ action: "lambda:InvokeFunction", on: whole ? [whole] : [], kind: ":function:", for: by },
    // Any version or alias of it: the page's own policy has both.
    ...(whole ? [{ action: "lambda:InvokeFunction", on: [`${whole}:*`], optional: true, for: by }] : [])];
};

const execution: Table = (task, by, place) => {
  const machine = written(task, "StateMachineArn");
  const runs = machine?.replace(":stateMachine:", ":execution:");
  return [
    { action: "states:StartExecution", on: machine ? [machine] : [], kind: ":stateMachine:", for: by },
    ...(task.sync ? [
      ...["DescribeExecution", "StopExecution"].map((action) => ({ action: `states:${action}`, on: runs ? [`${runs}:*`] : [], kind: ":execution:", for: by })),
      ...hears("StepFunctionsExecution", by, place),
    ] : []),
  ];
};

/** AddTags: with `.sync` the job is tagged as started by Step Functions; the guide leaves it out, AWS asks for it: aws/aws-cdk issues 26012 and 32294. */
const sageMakerJob = (job: string, kind: string, event: string): Table => (task, by, place) => [
  ...[`Create${job}`, ...(task.sync ? [`Describe${job}`, `Stop${job}`, "AddTags"] : [])].map((action) => named(`sagemaker:${action}`, by, place, kind, written(task, `${job}Name`)?.toLowerCase())),
  { action: "sagemaker:ListTags", on: [], anywhere: true, for: by },
  ...("RoleArn" in task.parameters ? [passes(written(task, "RoleArn"), by)] : []),
  ...(task.sync ? hears(event, by, place) : []),
];

const sageMakerMade = (thing: string, kind: string): Table => (task, by, place) => [
  named(`sagemaker:Create${thing}`, by, place, kind, written(task, `${thing}Name`)?.toLowerCase()),
  ...("ExecutionRoleArn" in task.parameters ? [passes(written(task, "ExecutionRoleArn"), by)] : []),
  { action: "sagemaker:ListTags", on: [], anywhere: true, optional: true, for: by },
];

const one = (action: string, parameter: string, kind: string): Table => (task, by) => {
  const target = written(task, parameter);
  return [{ action, on: target?.startsWith("arn:") ? [target] : [], kind, for: by }];
};

/** Athena reads the catalogue and S3 as whoever asks: what it may read there is the role's own business. */
const athenaQuery: Table = (task, by, place) => [
  ...["StartQueryExecution", ...(task.sync ? ["GetQueryExecution", "StopQueryExecution"] : [])].map((action) => named(`athena:${action}`, by, place, "workgroup", written(task, "WorkGroup") ?? "primary")),
  ...["athena:GetDataCatalog", "glue:GetDatabase", "glue:GetDatabases", "glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition",
    "s3:GetBucketLocation", "s3:GetObject", "s3:ListBucket", "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload", "s3:PutObject",
    "kms:Decrypt", "kms:GenerateDataKey", "lakeformation:GetDataAccess"].map((action) => ({ action, on: [], kind: ":", anywhere: action.startsWith("lakeformation"), optional: true, for: by })),
];

const optimized: Record<string, Table> = {
  "glue:StartJobRun": glueJob,
  "lambda:InvokeFunction": invocation,
  "states:StartExecution": execution,
  "sagemaker:CreateTrainingJob": sageMakerJob("TrainingJob", "training-job", "SageMakerTrainingJobs"),
  "sagemaker:CreateTransformJob": sageMakerJob("TransformJob", "transform-job", "SageMakerTransformJobs"),
  "sagemaker:CreateModel": sageMakerMade("Model", "model"),
  "sagemaker:CreateEndpointConfig": sageMakerMade("EndpointConfig", "endpoint-config"),
  "sagemaker:CreateEndpoint": sageMakerMade("Endpoint", "endpoint"),
  "sns:Publish": one("sns:Publish", "TopicArn", ":sns:"),
  "sqs:SendMessage": one("sqs:SendMessage", "QueueUrl", ":sqs:"),
  "events:PutEvents": (_, by) => [{ action: "events:PutEvents", on: [], kind: ":event-bus/", for: by }],
  "athena:StartQueryExecution": athenaQuery,
  "athena:GetQueryResults": (_, by) => [{ action: "athena:GetQueryResults", on: [], kind: ":workgroup/", for: by }, { action: "s3:GetObject", on: [], kind: ":s3:::", for: by }],
  "dynamodb:GetItem": (_, by) => [{ action: "dynamodb:GetItem", on: [], kind: ":table/", for: by }],
  "dynamodb:PutItem": (_, by) => [{ action: "dynamodb:PutItem", on: [], kind: ":table/", for: by }],
  "dynamodb:UpdateItem": (_, by) => [{ action: "dynamodb:UpdateItem", on: [], kind: ":table/", for: by }],
  "dynamodb:DeleteItem": (_, by) => [{ action: "dynamodb:DeleteItem", on: [], kind: ":table/", for: by }],
};

/**
 * A distributed Map starts executions of its own machine, looks at them, and reads its list: "IAM policies for using Distributed
 * Map states". A list whose key a run fills in may be any object that fits.
 */
export function mapNeeds({ name, state }: Placed, machine: string, place: Place): Need[] {
  if (state.Type !== "Map" || state.ItemProcessor?.ProcessorConfig?.Mode !== "DISTRIBUTED") return [];
  const by = `the Map "${name}"`;
  const reader = state.ItemReader as { Resource?: string; Parameters?: Record<string, unknown> } | undefined;
  const { Bucket, Key, "Key.$": path } = (reader?.Parameters ?? {}) as Record<string, unknown>;
  const key = typeof Key === "string" ? Key : (/^States\.Format\('([^']*)'/.exec(String(path))?.[1] ?? "{}").replaceAll("{}", "*");
  return [
    { action: "states:StartExecution", on: [arn(place, "states", `stateMachine:${machine}`)], for: by },
    { action: "states:DescribeExecution", on: [arn(place, "states", `execution:${machine}:*`)], for: by },
    ...(reader?.Resource?.endsWith(":s3:getObject") ? [
      { action: "s3:GetObject", on: typeof Bucket === "string" ? [`arn:${place.partition}:s3:::${Bucket}/${key}`] : [], kind: ":s3:::", for: by },
      { action: "kms:Decrypt", on: [], kind: ":key/", optional: true, for: by },
    ] : []),
  ];
}

/**
 * "Using CloudWatch Logs to log execution history": log delivery knows no resources. An earlier edition
 * of the page leaves out CreateLogStream and PutLogEvents, since it is the delivery service that writes: allowed, and not missed.
 */
const logs = ["CreateLogDelivery", "CreateLogStream", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries", "PutLogEvents", "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"];
/** "Trace Step Functions request data in AWS X-Ray". */
const traces = ["PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"];

export const logging: readonly Need[] = logs.map((action) => ({ action: `logs:${action}`, on: [], anywhere: true, optional: ["CreateLogStream", "PutLogEvents"].includes(action), for: "its log" }));
export const tracing: readonly Need[] = traces.map((action) => ({ action: `xray:${action}`, on: [], anywhere: true, for: "its traces" }));
