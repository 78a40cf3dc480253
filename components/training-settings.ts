/**
 * Training settings: all that a state machine needs to train and score one room, and what is wrong with them.
 * AnomalyModel makes them; EtlOrchestrator writes them into CreateTrainingJob, CreateModel and CreateTransformJob.
 */
import type * as pulumi from "@pulumi/pulumi";

export interface TrainingSettings {
  /** Channel whose readings are scored, such as `temperature`. */
  channel: string;
  /** Role that SageMaker runs the jobs as; known only once its policy is there. */
  roleArn: pulumi.Input<string>;
  /** The region's Random Cut Forest image, for training and for the model. */
  image: pulumi.Input<string>;
  /** `feature_dim`, `num_trees`, `num_samples_per_tree`; SageMaker takes strings only. */
  hyperparameters: Record<string, string>;
  /** Name of the lake bucket; all prefixes below are in it. */
  bucket: pulumi.Input<string>;
  /** Key of that bucket, for the artefact and the scores; left out where the bucket has none of its own. */
  kmsKeyArn?: pulumi.Input<string>;
  /** Each ends with `/`; a room's folder `room_id=<encoded>/` comes behind it. */
  prefixes: { training: string; index: string; models: string; scores: string };
  /** Of the data channel `train`, and of the transform's input. */
  contentTypes: { training: string; transform: string; scores: string };
  training: { instanceType: string; instanceCount: number; volumeGigabytes: number; maxRuntimeSeconds: number };
  transform: { instanceType: string; instanceCount: number };
  /** What the names of jobs and models begin with; SageMaker allows 63 characters of letters, digits and `-` in all. */
  namePrefix: string;
}

/** What Random Cut Forest takes: SageMaker Developer Guide, "RCF Hyperparameters". */
const ranges = {
  shingle: [1, 10_000],
  trees: [50, 1000],
  samplesPerTree: [1, 2048],
  endpointInstances: [1, 100],
  volumeGigabytes: [1, 16_384],
  trainingMinutes: [1, 7200],
} as const;

/** What is wrong with sizes, in words; nothing when all is well. */
export function sizeFaults(size: Record<keyof typeof ranges, number>): string[] {
  return Object.entries(ranges).flatMap(([name, [low, high]]) => {
    const value = size[name as keyof typeof ranges];
    return Number.isInteger(value) && value >= low && value <= high ? [] : [`${name} is ${value}; set a whole number from ${low} to ${high}`];
  });
}
