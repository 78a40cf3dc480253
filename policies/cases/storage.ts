/** Cases of buckets, streams, logs, topics, keys and secrets. */
import { adds, anew, bucketType as BUCKET, drops, on, type RuleCase, sets } from "./case";

const SETTING = (kind: string): string => `aws:s3/${kind[0]!.toLowerCase()}${kind.slice(1)}:${kind}`;
const SSE = SETTING("BucketServerSideEncryptionConfiguration");
const POLICY = SETTING("BucketPolicy");
const STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const KEY = "aws:kms/key:Key";
const SECRET = "aws:secretsmanager/secret:Secret";
const ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";
const TOPIC = "aws:sns/topic:Topic";

const bucket = { bucket: BUCKET };
const ARN = "arn:aws:s3:::case";
const document = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (principal: unknown, action: string, more = {}): object => ({ Effect: "Allow", Principal: principal, Action: action, Resource: ARN, ...more });
const mine = allow({ AWS: "arn:aws:iam::123456789012:root" }, "s3:GetObject");
const policyOf = (...statements: object[]) => adds(POLICY, { bucket: "case", policy: document(...statements) });
const missing = (rule: string, kind: string, props: object): RuleCase => ({ rule, kept: [adds(SETTING(kind), props, bucket)], broken: [] });

export const storage: RuleCase[] = [
  { rule: "s3-sse", kept: [], broken: [sets(SSE, { rules: [] })] },
  on("s3-sse-kms", SSE, { "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": "AES256" }),
  on("s3-sse-cmk", SSE, { "rules.0.bucketKeyEnabled": false }, {}, { silent: [sets(SSE, { rules: [] })] }),
  on("s3-pab", SETTING("BucketPublicAccessBlock"), { restrictPublicBuckets: false }),
  anew("s3-acl-public", SETTING("BucketAcl"), { bucket: "case", acl: "private" }, { acl: "public-read" }),
  on("s3-acl-off", SETTING("BucketOwnershipControls"), { "rule.objectOwnership": "ObjectWriter" }),
  { rule: "s3-tls", kept: [], broken: [drops(POLICY)] },
  { rule: "s3-policy-anyone", kept: [policyOf(mine)], broken: [policyOf(allow("*", "s3:GetObject"))], silent: [policyOf({ ...allow("*", "s3:GetObject"), Effect: "Deny" })] },
  { rule: "s3-policy-xacct", kept: [policyOf(mine)], broken: [policyOf(allow({ AWS: "arn:aws:iam::999999999999:root" }, "s3:PutBucketPolicy"))],
    silent: [policyOf(allow({ AWS: "arn:aws:iam::999999999999:root" }, "s3:GetObject"))] },
  { rule: "s3-policy-lockout", kept: [policyOf(mine)], broken: [policyOf({ ...allow("*", "s3:*"), Effect: "Deny" })],
    silent: [policyOf({ ...allow("*", "s3:*"), Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } })] },
  on("s3-versioning", SETTING("BucketVersioning"), { "versioningConfiguration.status": "Suspended" }),
  { rule: "s3-logging", kept: [], broken: [drops(SETTING("BucketLogging"))] },
  on("s3-lifecycle", SETTING("BucketLifecycleConfiguration"), { "rules.0.noncurrentVersionExpiration": undefined }),
  on("s3-abort-mpu", SETTING("BucketLifecycleConfiguration"), { "rules.0.abortIncompleteMultipartUpload": undefined }),
  missing("s3-notify", "BucketNotification", { eventbridge: true }),
  on("s3-lock", BUCKET, { objectLockEnabled: false }, { objectLockEnabled: true }),
  missing("s3-replication", "BucketReplicationConfig", { rules: [{ destination: { bucket: ARN } }] }),

  on("fh-sse", STREAM, { "serverSideEncryption.enabled": false }, {}, { silent: [sets(STREAM, { serverSideEncryption: undefined, kinesisSourceConfiguration: { roleArn: "r" } })] }),
  on("fh-cmk", STREAM, { "serverSideEncryption.keyType": "AWS_OWNED_CMK" }),
  on("sns-enc", TOPIC, { kmsMasterKeyId: undefined }),
  { rule: "sns-tls", kept: [], broken: [sets("aws:sns/topicPolicy:TopicPolicy", { policy: document() })] },
  on("sns-public", "aws:sns/topicPolicy:TopicPolicy", { policy: document({ Effect: "Deny", Principal: "*", Action: "sns:Publish", Condition: { Bool: { "aws:SecureTransport": "false" } } }, allow("*", "sns:Publish")) }),
  on("sns-delivery-log", TOPIC, { lambdaFailureFeedbackRoleArn: undefined }, { lambdaFailureFeedbackRoleArn: "arn:aws:iam::123456789012:role/r" }),
  on("sched-cmk", "aws:scheduler/schedule:Schedule", { kmsKeyArn: undefined }, { kmsKeyArn: "arn:key" }),
  on("log-kms", "aws:cloudwatch/logGroup:LogGroup", { kmsKeyId: undefined }, { kmsKeyId: "arn:key" }),
  on("log-retention", "aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 0 }, { retentionInDays: 365 }),
  on("log-retention-1y", "aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 30 }, { retentionInDays: 365 }),
  on("alarm-actions", "aws:cloudwatch/metricAlarm:MetricAlarm", { actionsEnabled: false }),
  { ...anew("evb-policy", "aws:cloudwatch/eventBus:EventBus", { name: "case" }, {}), kept: [
    adds("aws:cloudwatch/eventBus:EventBus", { name: "case" }), adds("aws:cloudwatch/eventBusPolicy:EventBusPolicy", { eventBusName: "case", policy: document(mine) }, {}, "bus")] },

  on("kms-rotate", KEY, { enableKeyRotation: false }, {}, { silent: [sets(KEY, { enableKeyRotation: false, customerMasterKeySpec: "RSA_2048" })] }),
  on("kms-star", KEY, { policy: document(allow("*", "kms:Decrypt")) }),
  on("kms-policy", KEY, { policy: undefined }, {}, { silent: [sets(KEY, { policy: undefined }), adds("aws:kms/keyPolicy:KeyPolicy", {}, { keyId: KEY })] }),
  on("kms-enabled", KEY, { isEnabled: false }, { isEnabled: true }, { stack: "dev" }),
  on("kms-lockout", KEY, { bypassPolicyLockoutSafetyCheck: true }),
  on("kms-desc", KEY, { description: undefined }),
  on("sec-cmk", SECRET, { kmsKeyId: undefined }, { kmsKeyId: "arn:key" }, { stack: "dev" }),
  { rule: "sec-rotate", stack: "dev", kept: [adds(ROTATION, { rotationRules: { automaticallyAfterDays: 30 } }, { secretId: SECRET })], broken: [] },
  { rule: "sec-rotate90", stack: "dev", kept: [adds(ROTATION, { rotationRules: { automaticallyAfterDays: 30 } }, { secretId: SECRET })],
    broken: [adds(ROTATION, { rotationRules: { automaticallyAfterDays: 180 } }, { secretId: SECRET })] },
  on("sec-desc", SECRET, { description: undefined }, { description: "The reader's login" }, { stack: "dev" }),
];
