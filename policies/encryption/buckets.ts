/** Encryption of buckets: nothing of a room's readings lies or travels in the clear. */
import { valueAt } from "../ask";
import { BUCKET, listed, settingsOf } from "../buckets";
import { deniesPlain, judged } from "../document";
import type { Rule } from "../rule";
import { type Seen, type Stack, UNKNOWN } from "../stack";

const ENCRYPTION = "BucketServerSideEncryptionConfiguration";
const defaultsOf = (bucket: Seen, stack: Stack): unknown[] =>
  listed(settingsOf(bucket, stack, ENCRYPTION), "rules").filter((rule) => valueAt(rule, "applyServerSideEncryptionByDefault.sseAlgorithm"));

export const bucketEncrypted: Rule = {
  name: "s3-sse", level: "mandatory", promise: "encryption", types: BUCKET,
  why: "Readings show when a room is occupied; nothing of them lies in the clear.",
  set: `Add a ${ENCRYPTION} with an sseAlgorithm for this bucket`,
  covers: ["CKV_AWS_19", "s3-bucket-enable-server-side-encryption"],
  check: (bucket, stack) => defaultsOf(bucket, stack).length > 0,
};

export const bucketEncryptedByKms: Rule = {
  name: "s3-sse-kms", level: "prod", promise: "encryption", types: BUCKET,
  why: "With a KMS key every read of the lake leaves a trace, and access ends when the key's does.",
  set: "Set sseAlgorithm of its encryption configuration to aws:kms",
  covers: ["CKV_AWS_145", "s3-bucket-configure-server-side-encryption-kms"],
  check: (bucket, stack) => defaultsOf(bucket, stack).every((rule) => String(valueAt(rule, "applyServerSideEncryptionByDefault.sseAlgorithm")).startsWith("aws:kms")),
};

export const bucketEncryptedByOwnKey: Rule = {
  name: "s3-sse-cmk", level: "advisory", promise: "encryption", types: BUCKET,
  why: "A key of one's own says who may read; a bucket key keeps its price down.",
  set: "Set kmsMasterKeyId and bucketKeyEnabled of its encryption configuration",
  covers: ["CKV_AWS_186", "s3-bucket-configure-server-side-encryption-customer-managed-key", "s3-bucket-enable-server-side-encryption-bucket-key"],
  check: (bucket, stack) => defaultsOf(bucket, stack)
    .filter((rule) => String(valueAt(rule, "applyServerSideEncryptionByDefault.sseAlgorithm")).startsWith("aws:kms"))
    .every((rule) => valueAt(rule, "applyServerSideEncryptionByDefault.kmsMasterKeyId") !== undefined && valueAt(rule, "bucketKeyEnabled") === true),
};

export const bucketOverTlsOnly: Rule = {
  name: "s3-tls", level: "mandatory", promise: "encryption", types: BUCKET,
  why: "A request without TLS shows its content to every network on the way.",
  set: "Add a BucketPolicy that denies every request with aws:SecureTransport false, on the bucket and on its objects",
  covers: ["CKV_AWS_379", "AwsSolutions-S10", "FSBP S3.5"],
  check: (bucket, stack) => {
    const policies = settingsOf(bucket, stack, "BucketPolicy");
    if (policies.some(({ props }) => props.policy === UNKNOWN)) return { undecided: "the bucket's policy" };
    return policies.some((policy) => judged(policy, (all) => all.some((one) => deniesPlain(one) && whole(one.actions, one.resources))) === true);
  },
};

/** Every request, to the bucket and to all that is in it. */
const whole = (actions: string[], resources: string[]): boolean =>
  actions.some((action) => action === "*" || action === "s3:*")
  && (resources.includes("*") || (resources.some((one) => one.endsWith("/*")) && resources.some((one) => !one.includes("/"))));
