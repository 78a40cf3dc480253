/** Settings of a bucket, each a resource of its own since @pulumi/aws 7 and each one request to S3. */
import {
  DeleteBucketCorsCommand, DeleteBucketEncryptionCommand, DeleteBucketLifecycleCommand, DeleteBucketOwnershipControlsCommand, DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand, PutBucketCorsCommand, PutBucketEncryptionCommand, PutBucketLifecycleConfigurationCommand, PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand, PutBucketPolicyCommand, PutBucketVersioningCommand, PutPublicAccessBlockCommand, S3Client,
} from "@aws-sdk/client-s3";
import type { Lab } from "../../lab";
import { isRecord } from "../values";
import { client, gone } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

// The SDK types every command by its own input; what goes in here is the program's own, checked by its types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Command = any;

/** A setting that `put` sets on the bucket and `clear` takes away again. */
function setting(put: (Bucket: string, inputs: Props) => Command, clear: (Bucket: string) => Command): Provider {
  const send = (lab: Lab, command: Command): Promise<unknown> => client(lab, S3Client).send(command as never);
  return {
    replaceOn: ["bucket"],
    create: async (inputs, { lab }) => {
      await send(lab, put(String(inputs.bucket), inputs));
      return { id: String(inputs.bucket), outputs: {} };
    },
    update: async (_, inputs, __, { lab }) => {
      await send(lab, put(String(inputs.bucket), inputs));
      return {};
    },
    delete: (id, _, { lab }) => gone(send(lab, clear(id))),
  };
}

/** `kmsMasterKeyId` → `KMSMasterKeyID`: names of the S3 API, which differ from Pulumi's in the first letter and in two abbreviations. */
export function asApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asApi);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [apiName(key), asApi(one)]));
}

const apiName = (key: string): string => {
  const special: Record<string, string> = { id: "ID", kmsMasterKeyId: "KMSMasterKeyID", sseAlgorithm: "SSEAlgorithm" };
  return special[key] ?? key.charAt(0).toUpperCase() + key.slice(1);
};

const rules = (inputs: Props): unknown[] => asApi(inputs.rules ?? []) as unknown[];

/** The lab's S3 tells EventBridge, and nobody else. */
function notifications({ eventbridge, ...others }: Props): { EventBridgeConfiguration?: object } {
  const asked = ["lambdaFunctions", "queues", "topics"].filter((kind) => Array.isArray(others[kind]) && others[kind].length > 0);
  if (asked.length) throw new Error(`${asked.join(", ")}: the lab's S3 tells EventBridge only; set eventbridge, and a rule of EventBridge`);
  return eventbridge ? { EventBridgeConfiguration: {} } : {};
}

export const bucketSettings: Providers = {
  "aws:s3/bucketVersioning:BucketVersioning": setting(
    (Bucket, { versioningConfiguration }) => new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: asApi(versioningConfiguration) as object }),
    (Bucket) => new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting(
    (Bucket, inputs) => new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: rules(inputs) as [] } }),
    (Bucket) => new DeleteBucketEncryptionCommand({ Bucket }),
  ),
  "aws:s3/bucketPolicy:BucketPolicy": setting(
    (Bucket, { policy }) => new PutBucketPolicyCommand({ Bucket, Policy: typeof policy === "string" ? policy : JSON.stringify(policy) }),
    (Bucket) => new DeleteBucketPolicyCommand({ Bucket }),
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting(
    (Bucket, { blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }) =>
      new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: asApi({ blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }) as object }),
    (Bucket) => new DeletePublicAccessBlockCommand({ Bucket }),
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting(
    (Bucket, { rule }) => new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [asApi(rule) as { ObjectOwnership: undefined }] } }),
    (Bucket) => new DeleteBucketOwnershipControlsCommand({ Bucket }),
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting(
    (Bucket, inputs) => new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: rules(inputs) as [] } }),
    (Bucket) => new DeleteBucketLifecycleCommand({ Bucket }),
  ),
  "aws:s3/bucketNotification:BucketNotification": setting(
    (Bucket, inputs) => new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: notifications(inputs) }),
    (Bucket) => new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
  ),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": setting(
    (Bucket, { corsRules }) => new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: asApi(corsRules) as [] } }),
    (Bucket) => new DeleteBucketCorsCommand({ Bucket }),
  ),
};
