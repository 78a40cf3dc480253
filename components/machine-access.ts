/**
 * Machine access: what a state machine may do beyond what is said in access.ts. Actions and rules: Step Functions
 * Developer Guide, the IAM page of each integrated service.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Grant, mayUseKey, type Store } from "./access";

/** Where ARNs of this account begin: `at("states")` is `arn:aws:states:<region>:<account>`. */
export function arnsOf(parent: pulumi.Resource): (service: string) => pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput({}, { parent }).accountId;
  const region = aws.getRegionOutput({}, { parent }).region;
  const partition = aws.getPartitionOutput({}, { parent }).partition;
  return (service) => pulumi.interpolate`arn:${partition}:${service}:${region}:${account}`;
}

type Arns = ReturnType<typeof arnsOf>;

/** `.sync` hears of the end by a rule that Step Functions makes under this name. */
const mayHear = (at: Arns, ...events: string[]): Grant => ({
  actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
  resources: events.map((name) => pulumi.interpolate`${at("events")}:rule/StepFunctionsGetEventsFor${name}Rule`),
});

/** Start other machines, follow them and stop them; `names` are theirs. */
export const mayRunMachines = (at: Arns, names: string[]): Grant[] => [
  { actions: ["states:StartExecution"], resources: names.map((name) => pulumi.interpolate`${at("states")}:stateMachine:${name}`) },
  { actions: ["states:DescribeExecution", "states:StopExecution"], resources: names.map((name) => pulumi.interpolate`${at("states")}:execution:${name}:*`) },
  mayHear(at, "StepFunctionsExecution"),
];

/** Run a distributed Map of this machine over the list of a run's rooms: "IAM policies for using Distributed Map states". */
export const mayMapRooms = (at: Arns, name: string, lake: Store): Grant[] => [
  mayStartMachine(at, name),
  { actions: ["states:DescribeExecution"], resources: [pulumi.interpolate`${at("states")}:execution:${name}:*`] },
  { actions: ["s3:GetObject"], resources: [pulumi.interpolate`${lake.bucket.arn}/runs/*/rooms`] },
  ...mayUseKey(lake.key, ["kms:Decrypt"]),
];

/** Start this machine. */
export const mayStartMachine = (at: Arns, name: string): Grant => ({ actions: ["states:StartExecution"], resources: [pulumi.interpolate`${at("states")}:stateMachine:${name}`] });

/** Ask whether an execution of this machine is running. */
export const maySeeExecutions = (at: Arns, name: string): Grant => ({
  actions: ["states:DescribeExecution"], resources: [pulumi.interpolate`${at("states")}:execution:${name}:*`],
});

/**
 * Train, make models and transform under names with this prefix, as the given role. SageMaker writes the names in ARNs in lower case.
 * AddTags: with `.sync` Step Functions tags what it starts (MANAGED_BY_AWS), which its own page leaves out: aws/aws-cdk issues 26012, 32294.
 */
export const mayTrain = (at: Arns, namePrefix: string, roleArn: pulumi.Input<string>): Grant[] => {
  const named = (kind: string) => pulumi.interpolate`${at("sagemaker")}:${kind}/${namePrefix.toLowerCase()}-*`;
  return [
    { actions: ["sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob", "sagemaker:StopTrainingJob", "sagemaker:AddTags"], resources: [named("training-job")] },
    { actions: ["sagemaker:CreateModel"], resources: [named("model")] },
    { actions: ["sagemaker:CreateTransformJob", "sagemaker:DescribeTransformJob", "sagemaker:StopTransformJob", "sagemaker:AddTags"], resources: [named("transform-job")] },
    { actions: ["sagemaker:ListTags"], resources: ["*"] },
    { actions: ["iam:PassRole"], resources: [roleArn], conditions: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } } },
    mayHear(at, "SageMakerTrainingJobs", "SageMakerTransformJobs"),
  ];
};

/** "Using CloudWatch Logs to log execution history": log delivery knows no resources. */
export const mayDeliverLogs = (): Grant => ({
  actions: [
    "logs:CreateLogDelivery", "logs:CreateLogStream", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
    "logs:PutLogEvents", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
  ],
  resources: ["*"],
});

/** "Trace Step Functions request data in AWS X-Ray". */
export const mayTraceRuns = (): Grant => ({
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
  resources: ["*"],
});
