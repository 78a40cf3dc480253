/** Weight of buckets, keys and secrets. */
import { document } from "../documents";
import { all, atLeast, better, betterThan, door, guard, named, needed, own } from "../weaker";
import { type Weight, why } from "./weight";


export const storage: Record<string, Weight> = {
  "aws:s3/bucket:Bucket": {
    removal: "without the bucket there is nothing to guard",
    properties: { bucket: why.name, forceDestroy: door },
    beside: [
      { type: "aws:s3/bucketAcl:BucketAcl", how: "an ACL for everyone", from: ["bucket"], props: ({ props }) => ({ bucket: props.bucket as string, acl: "public-read" }) },
      { type: "aws:s3/bucketPolicy:BucketPolicy", how: "a policy for everyone", from: ["bucket"], props: ({ props }) => ({ bucket: props.bucket as string,
        policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${String(props.arn)}/*` }] }) }) },
    ],
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    removal: true,
    properties: {
      bucket: why.place,
      "rules[].applyServerSideEncryptionByDefault": needed,
      "rules[].applyServerSideEncryptionByDefault.sseAlgorithm": better("AES256"),
      "rules[].applyServerSideEncryptionByDefault.kmsMasterKeyId": all(needed, own),
      "rules[].bucketKeyEnabled": why.price,
    },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    removal: true,
    properties: { bucket: why.place, blockPublicAcls: guard, blockPublicPolicy: guard, ignorePublicAcls: guard, restrictPublicBuckets: guard },
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { removal: true, properties: { bucket: why.place, "rule.objectOwnership": better("ObjectWriter", "BucketOwnerPreferred") } },
  "aws:s3/bucketPolicy:BucketPolicy": { removal: true, properties: { bucket: why.place, policy: document } },
  "aws:s3/bucketVersioning:BucketVersioning": { removal: true, properties: { bucket: why.place, "versioningConfiguration.status": better("Suspended") } },
  "aws:s3/bucketLogging:BucketLogging": { removal: true, properties: { bucket: why.place, targetBucket: all(needed, named), targetPrefix: why.name } },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    removal: true,
    properties: {
      bucket: why.place, "rules[].id": why.name,
      "rules[].status": betterThan("Disabled"),
      "rules[].filter.prefix": betterThan("nothing-of-it/"),
      "rules[].expiration.days": atLeast(100_000),
      "rules[].expiration": needed,
      "rules[].noncurrentVersionExpiration.noncurrentDays": needed,
      "rules[].noncurrentVersionExpiration": needed,
      "rules[].abortIncompleteMultipartUpload.daysAfterInitiation": needed,
      "rules[].abortIncompleteMultipartUpload": needed,
    },
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": { removal: "without it less runs", properties: { bucket: why.place, key: why.name, source: why.words, content: why.words } },
  "aws:kms/key:Key": {
    removal: "whatever it closes names it, and would name nothing",
    properties: { description: why.words, enableKeyRotation: guard, deletionWindowInDays: betterThan(7), policy: all(needed, document) },
    absent: { bypassPolicyLockoutSafetyCheck: true, isEnabled: false },
  },
  "aws:secretsmanager/secret:Secret": {
    removal: "without the secret there is nothing to guard",
    properties: { name: why.name, description: why.words, recoveryWindowInDays: betterThan(0), kmsKeyId: needed },
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    removal: "without the version there is nothing to guard",
    properties: { secretId: why.place, secretString: "the secret itself; whether the program marks it as one, a rule is not told: Pulumi hands rules plain values" },
  },
};
