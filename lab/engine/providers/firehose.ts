/** Firehose in the lab: delivery streams to S3. */
import {
  CreateDeliveryStreamCommand, DeleteDeliveryStreamCommand, DescribeDeliveryStreamCommand, type ExtendedS3DestinationConfiguration, FirehoseClient, UpdateDestinationCommand,
} from "@aws-sdk/client-firehose";
import type { Lab } from "../../lab";
import { client, gone, isThere } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const firehose = (lab: Lab): FirehoseClient => client(lab, FirehoseClient);

/** Names that the API writes otherwise than with a capital first letter. */
const irregular: Record<string, string> = { roleArn: "RoleARN", bucketArn: "BucketARN", cloudwatchLoggingOptions: "CloudWatchLoggingOptions" };

/** Pulumi's inputs by the names of the Firehose API; the service refuses what it does not have. */
function named(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(named);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key, one]) => !key.startsWith("__") && one !== undefined)
    .map(([key, one]) => [irregular[key] ?? key[0]!.toUpperCase() + key.slice(1), named(one)]));
}

/** Buffering and the key stand in groups of their own there. */
function destination({ bufferingSize, bufferingInterval, kmsKeyArn, ...rest }: Props): ExtendedS3DestinationConfiguration {
  const sized = bufferingSize !== undefined || bufferingInterval !== undefined;
  return {
    ...(named(rest) as ExtendedS3DestinationConfiguration),
    ...(sized && { BufferingHints: { SizeInMBs: bufferingSize as number | undefined, IntervalInSeconds: bufferingInterval as number | undefined } }),
    ...(kmsKeyArn && { EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: String(kmsKeyArn) } } }),
  };
}

async function described(lab: Lab, DeliveryStreamName: string) {
  const { DeliveryStreamDescription: found } = await firehose(lab).send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }));
  return { arn: String(found?.DeliveryStreamARN), versionId: String(found?.VersionId), destinationId: String(found?.Destinations?.[0]?.DestinationId) };
}

const stream: Provider = {
  replaceOn: ["name", "destination"],
  create: async (inputs, { lab }) => {
    if (inputs.destination !== "extended_s3") throw new Error(`The lab's delivery streams do not have the destination ${String(inputs.destination)}; set extended_s3`);
    const name = String(inputs.name);
    const { enabled, keyType, keyArn } = (inputs.serverSideEncryption ?? {}) as Props;
    await firehose(lab).send(new CreateDeliveryStreamCommand({
      DeliveryStreamName: name, DeliveryStreamType: "DirectPut",
      ExtendedS3DestinationConfiguration: destination(inputs.extendedS3Configuration as Props),
      ...(enabled && { DeliveryStreamEncryptionConfigurationInput: { KeyType: (keyType ?? "AWS_OWNED_CMK") as "AWS_OWNED_CMK", ...(keyArn && { KeyARN: String(keyArn) }) } }),
    }));
    const outputs = await described(lab, name);
    return { id: outputs.arn, outputs };
  },
  update: async (_, inputs, __, { lab }) => {
    const name = String(inputs.name);
    const { versionId, destinationId } = await described(lab, name);
    await firehose(lab).send(new UpdateDestinationCommand({
      DeliveryStreamName: name, CurrentDeliveryStreamVersionId: versionId, DestinationId: destinationId, ExtendedS3DestinationUpdate: destination(inputs.extendedS3Configuration as Props),
    }));
    return described(lab, name);
  },
  delete: (id, _, { lab }) => gone(firehose(lab).send(new DeleteDeliveryStreamCommand({ DeliveryStreamName: nameOf(id) }))),
  exists: (id, _, { lab }) => isThere(firehose(lab).send(new DescribeDeliveryStreamCommand({ DeliveryStreamName: nameOf(id) }))),
};

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? "";

export const firehoseProviders: Providers = { "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": stream };
