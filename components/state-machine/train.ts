/**
 * Train: one room, from its training files to its scores. Input `{"room", "folder", "name"}`: `folder` is the room's
 * folder (`room_id=…`) under every prefix, `name` is new in every run (decide makes it).
 *
 *   CreateTrainingJob ─▶ CreateModel ─▶ CreateTransformJob
 *
 * What Random Cut Forest takes: SageMaker Developer Guide, "Random Cut Forest (RCF) Algorithm" and its data formats.
 */
import type { Definition } from "./language";
import { sageMaker } from "./tasks";

export interface TrainSettings {
  roleArn: string;
  image: string;
  /** SageMaker takes strings only. */
  hyperparameters: Record<string, string>;
  bucket: string;
  /** Key of the artefacts, the scores and the job's volume; left out: the service's own. */
  kmsKeyArn?: string | undefined;
  /** Each ends with `/`. */
  prefixes: { training: string; models: string; scores: string };
  contentTypes: { training: string; transform: string; scores: string };
  training: { instanceType: string; instanceCount: number; volumeGigabytes: number; maxRuntimeSeconds: number };
  transform: { instanceType: string; instanceCount: number };
}

const failure = "Room Failure";
/** Machines are found and images pulled before a job's own time starts. */
const startSeconds = 1800;

export function train(settings: TrainSettings): Definition {
  const { roleArn, image, training } = settings;
  const at = (prefix: string): string => `States.Format('s3://${settings.bucket}/${prefix}{}/', $.folder)`;
  const seconds = training.maxRuntimeSeconds + startSeconds;
  return {
    Comment: "Train a random cut forest on one room's readings and score them.",
    StartAt: "Train Room",
    TimeoutSeconds: 2 * seconds + startSeconds,
    States: {
      "Train Room": sageMaker("createTrainingJob.sync", trainingJob(settings, at), {
        seconds, failure, to: "$.trained", keep: { "artefact.$": "$.ModelArtifacts.S3ModelArtifacts" }, next: "Make Model",
      }),
      "Make Model": sageMaker("createModel", {
        "ModelName.$": "$.name",
        ExecutionRoleArn: roleArn,
        PrimaryContainer: { Image: image, "ModelDataUrl.$": "$.trained.artefact" },
        EnableNetworkIsolation: true,
      }, { seconds: 120, failure, to: null, next: "Score Room" }),
      "Score Room": sageMaker("createTransformJob.sync", transformJob(settings, at), { seconds, failure, to: null }),
      [failure]: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
    },
  };
}

const trainingJob = ({ roleArn, image, hyperparameters, prefixes, contentTypes, training, kmsKeyArn }: TrainSettings, at: (prefix: string) => string) => ({
  "TrainingJobName.$": "$.name",
  RoleArn: roleArn,
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
  HyperParameters: hyperparameters,
  InputDataConfig: [{
    ChannelName: "train",
    ContentType: contentTypes.training,
    CompressionType: "None",
    // RCF shards its input by key, also on one machine.
    DataSource: { S3DataSource: { S3DataType: "S3Prefix", "S3Uri.$": at(prefixes.training), S3DataDistributionType: "ShardedByS3Key" } },
  }],
  OutputDataConfig: { "S3OutputPath.$": at(prefixes.models), ...(kmsKeyArn && { KmsKeyId: kmsKeyArn }) },
  ResourceConfig: { InstanceCount: training.instanceCount, InstanceType: training.instanceType, VolumeSizeInGB: training.volumeGigabytes },
  StoppingCondition: { MaxRuntimeInSeconds: training.maxRuntimeSeconds },
  EnableNetworkIsolation: true,
});

const transformJob = ({ prefixes, contentTypes, transform, kmsKeyArn }: TrainSettings, at: (prefix: string) => string) => ({
  "TransformJobName.$": "$.name",
  "ModelName.$": "$.name",
  BatchStrategy: "MultiRecord",
  TransformInput: {
    ContentType: contentTypes.transform,
    SplitType: "Line",
    CompressionType: "None",
    DataSource: { S3DataSource: { S3DataType: "S3Prefix", "S3Uri.$": at(prefixes.training) } },
  },
  TransformOutput: { "S3OutputPath.$": at(prefixes.scores), Accept: contentTypes.scores, AssembleWith: "Line", ...(kmsKeyArn && { KmsKeyId: kmsKeyArn }) },
  TransformResources: { InstanceCount: transform.instanceCount, InstanceType: transform.instanceType },
});
