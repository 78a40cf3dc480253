/** Operations of buckets: what was overwritten comes back, what is not needed goes, and who came is known. */
import { first, property, valueAt, yes } from "../ask";
import { BUCKET, isOwn, listed, settingsOf } from "../buckets";
import type { Rule } from "../rule";
import type { Seen, Stack } from "../stack";

const versioned = (bucket: Seen, stack: Stack): boolean => listed(settingsOf(bucket, stack, "BucketVersioning"), "versioningConfiguration").some((one) => valueAt(one, "status") === "Enabled");
const lifecycle = (bucket: Seen, stack: Stack): unknown[] =>
  listed(settingsOf(bucket, stack, "BucketLifecycleConfiguration"), "rules").filter((rule) => valueAt(rule, "status") === "Enabled");
/** Rules for everything in the bucket, not for one folder or tag of it. */
const ofAll = (rules: unknown[]): unknown[] => rules.filter((rule) => !valueAt(rule, "prefix") && Object.values((valueAt(rule, "filter") ?? {}) as object).every((part) => part === "" || part === undefined));
const positive = (rule: unknown, path: string): boolean => Number(valueAt(rule, path)) > 0;

export const bucketVersioned: Rule = {
  name: "s3-versioning", level: "prod", promise: "operations", types: BUCKET,
  why: "What a faulty job overwrites or deletes is gone where versions are not kept.",
  set: "Add a BucketVersioning with status Enabled for this bucket",
  covers: ["CKV_AWS_21"],
  check: versioned,
};

export const bucketLogged: Rule = {
  name: "s3-logging", level: "prod", promise: "operations", types: BUCKET,
  why: "Without access logs nobody can tell afterwards who read what, and in a bucket of others they are theirs.",
  set: "Add a BucketLogging for this bucket, with a targetBucket of this stack or one that the settings name under outside.buckets",
  covers: ["CKV_AWS_18", "AwsSolutions-S1", "s3-bucket-logging-enabled", "FSBP S3.9"],
  check: (bucket, stack) => {
    const isTarget = stack.pointingAt(bucket, "aws:s3/bucketLogging:BucketLogging", "targetBucket").length > 0;
    return isTarget || settingsOf(bucket, stack, "BucketLogging").some((one) => isOwn(one, "targetBucket", one.props.targetBucket, stack));
  },
};

export const bucketAges: Rule = {
  name: "s3-lifecycle", level: "prod", promise: "cost", types: BUCKET,
  why: "Old versions cost as much as new ones, for ever.",
  set: "Add a BucketLifecycleConfiguration with an enabled rule for all of this bucket, with noncurrentVersionExpiration.noncurrentDays where it keeps versions",
  covers: ["CKV2_AWS_61", "FSBP S3.10", "FSBP S3.13"],
  check: (bucket, stack) => {
    const rules = lifecycle(bucket, stack);
    return first([rules.length > 0, !versioned(bucket, stack) || ofAll(rules).some((rule) => positive(rule, "noncurrentVersionExpiration.noncurrentDays"))]);
  },
};

export const bucketDropsHalves: Rule = {
  name: "s3-abort-mpu", level: "mandatory", promise: "cost", types: BUCKET,
  why: "Parts of an upload that never ended are paid for and seen by nobody.",
  set: "Add abortIncompleteMultipartUpload.daysAfterInitiation to an enabled lifecycle rule for all of this bucket",
  covers: ["CKV_AWS_300"],
  check: (bucket, stack) => ofAll(lifecycle(bucket, stack)).some((rule) => positive(rule, "abortIncompleteMultipartUpload.daysAfterInitiation")),
};

export const bucketTells: Rule = {
  name: "s3-notify", level: "advisory", promise: "operations", types: BUCKET,
  why: "Events of a bucket let others act on what arrives, rather than look for it.",
  set: "Add a BucketNotification with eventbridge, queues, topics or lambdaFunctions for this bucket",
  covers: ["CKV2_AWS_62", "FSBP S3.11"],
  check: (bucket, stack) => settingsOf(bucket, stack, "BucketNotification").some(({ props }) => props.eventbridge || props.queues || props.topics || props.lambdaFunctions),
};

export const bucketLocked: Rule = {
  name: "s3-lock", level: "advisory", promise: "operations", types: BUCKET,
  why: "Where a law asks for it, a lock keeps objects even from their owner.",
  set: "Set objectLockEnabled to true if what it holds must not be deleted before a day",
  covers: ["CKV_AWS_143"],
  check: property("objectLockEnabled", yes),
};

export const bucketReplicated: Rule = {
  name: "s3-replication", level: "advisory", promise: "operations", types: BUCKET,
  why: "A copy in another region outlives the region; it doubles the price of storage.",
  set: "Add a BucketReplicationConfig with a destination for this bucket if the region may be lost",
  covers: ["CKV_AWS_144", "s3-bucket-configure-replication-configuration", "s3-bucket-enable-replication-configuration"],
  check: (bucket, stack) => listed(settingsOf(bucket, stack, "BucketReplicationConfig"), "rules").some((rule) => valueAt(rule, "destination.bucket") !== undefined),
};
