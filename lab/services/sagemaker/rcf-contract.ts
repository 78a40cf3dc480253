/**
 * RcfContract: what SageMaker's Random Cut Forest takes, as its own pages say: "Random Cut Forest (RCF) Algorithm", "RCF
 * Hyperparameters", "RCF Response Formats". Pure: faults in words, nothing when all is well.
 */
import type { Json } from "../../gateway/service";

export interface Hyperparameters {
  feature_dim: number;
  num_trees: number;
  num_samples_per_tree: number;
}

/** The registry's account differs by region; the repository is what tells the algorithm. */
const IMAGE = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/randomcutforest:(1|latest)$/;

/** Why an image can't be run here. */
export function imageFault(image: unknown): string | undefined {
  return IMAGE.test(String(image)) ? undefined : `The lab runs Random Cut Forest (…/randomcutforest:1) only, not the image ${String(image)}.`;
}

const ranges: Record<keyof Hyperparameters, { low: number; high: number; usual?: number }> = {
  feature_dim: { low: 1, high: 10_000 },
  num_trees: { low: 50, high: 1000, usual: 100 },
  num_samples_per_tree: { low: 1, high: 2048, usual: 256 },
};

/** Settings with the algorithm's own defaults, and what is wrong with them. */
export function hyperparameters(given: Record<string, string> = {}): { settings: Hyperparameters; faults: string[] } {
  const names = Object.keys(ranges) as (keyof Hyperparameters)[];
  const settings = Object.fromEntries(names.map((name) => [name, Number(given[name] ?? ranges[name].usual)])) as unknown as Hyperparameters;
  const unknown = Object.keys(given).filter((name) => !(name in ranges) && name !== "eval_metrics");
  return {
    settings,
    faults: [
      ...names.flatMap((name) => rangeFault(name, given[name], settings[name])),
      ...unknown.map((name) => `hyperparameter ${name} is not one of Random Cut Forest`),
    ],
  };
}

function rangeFault(name: keyof Hyperparameters, text: string | undefined, value: number): string[] {
  const { low, high, usual } = ranges[name];
  if (text === undefined && usual === undefined) return [`hyperparameter ${name} is required`];
  const fits = Number.isInteger(value) && value >= low && value <= high;
  return fits ? [] : [`hyperparameter ${name} is "${text}"; it is a whole number from ${low} to ${high}`];
}

/** What is wrong with the input channels of a training job. */
export function channelFaults(channels: Json[] = []): string[] {
  const [train, ...others] = [...channels].sort((a) => (a.ChannelName === "train" ? -1 : 1));
  if (train?.ChannelName !== "train") return ["the channel train is required"];
  const source = train.DataSource?.S3DataSource ?? {};
  return [
    ...others.map((channel) => `the lab does not have the channel ${channel.ChannelName}`),
    ...(source.S3DataType === "S3Prefix" ? [] : [`the lab reads an S3Prefix, not S3DataType ${source.S3DataType}`]),
    ...(source.S3DataDistributionType === "ShardedByS3Key" ? [] : ["the channel train only supports S3DataDistributionType ShardedByS3Key"]),
    ...(plain(train.ContentType) === "text/csv;label_size=0" ? [] : [`the channel train has the content type "${train.ContentType}"; the lab reads text/csv;label_size=0`]),
    ...((train.CompressionType ?? "None") === "None" ? [] : [`the lab reads no CompressionType ${train.CompressionType}`]),
    ...((train.InputMode ?? "File") === "File" ? [] : [`the lab has no InputMode ${train.InputMode}`]),
  ];
}

/** What is wrong with the formats of a transform job. */
export function formatFaults({ TransformInput: input = {}, TransformOutput: output = {} }: Json): string[] {
  return [
    ...(input.DataSource?.S3DataSource?.S3DataType === "S3Prefix" ? [] : ["the lab reads an S3Prefix only"]),
    ...(/^text\/csv(;label_size=0)?$/.test(plain(input.ContentType)) ? [] : [`TransformInput has the ContentType "${input.ContentType}"; the lab reads text/csv`]),
    ...(input.SplitType === "Line" ? [] : [`TransformInput has the SplitType ${input.SplitType ?? "None"}; the lab splits by Line`]),
    ...((input.CompressionType ?? "None") === "None" ? [] : [`the lab reads no CompressionType ${input.CompressionType}`]),
    ...(plain(output.Accept) === "application/jsonlines" ? [] : [`TransformOutput has Accept "${output.Accept}"; the lab writes application/jsonlines`]),
  ];
}

const plain = (type: unknown): string => String(type ?? "").toLowerCase().replaceAll(" ", "");
