/** Orchard: soil moisture by MQTT to S3, crawled and compacted by Glue. Written as a team without our components would; `right` is its one setting. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const right = new pulumi.Config().requireBoolean("right");
const account = aws.getCallerIdentityOutput().accountId;
const region = "us-west-2";

const key = new aws.kms.Key("soil", {
  description: "What the soil probes measure", enableKeyRotation: right, deletionWindowInDays: 30,
  policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [
    { Sid: "Admin", Effect: "Allow", Principal: { AWS: pulumi.interpolate`arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
    { Sid: "Logs", Effect: "Allow", Principal: { Service: `logs.${region}.amazonaws.com` }, Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"], Resource: "*",
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:aws:logs:${region}:${account}:*` } } },
  ] }),
});

const soil = new aws.s3.Bucket("soil");
const access = new aws.s3.Bucket("access");
for (const [name, bucket] of Object.entries({ soil, access })) {
  const encryption = name === "soil" ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn } : { sseAlgorithm: "AES256" };
  new aws.s3.BucketServerSideEncryptionConfiguration(name, { bucket: bucket.id, rules: [{ applyServerSideEncryptionByDefault: encryption, bucketKeyEnabled: true }] });
  new aws.s3.BucketPublicAccessBlock(name, { bucket: bucket.id, blockPublicAcls: true, blockPublicPolicy: right, ignorePublicAcls: true, restrictPublicBuckets: right });
  new aws.s3.BucketOwnershipControls(name, { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } });
  new aws.s3.BucketVersioning(name, { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } });
  new aws.s3.BucketLifecycleConfiguration(name, { bucket: bucket.id, rules: [{ id: "old", status: "Enabled", filter: {}, noncurrentVersionExpiration: { noncurrentDays: 30 }, abortIncompleteMultipartUpload: { daysAfterInitiation: 3 } }] });
  const tls = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`], Condition: { Bool: { "aws:SecureTransport": "false" } } };
  const logs = { Effect: "Allow", Principal: { Service: "logging.s3.amazonaws.com" }, Action: "s3:PutObject", Resource: pulumi.interpolate`${access.arn}/soil/*`, Condition: { ArnLike: { "aws:SourceArn": soil.arn }, StringEquals: { "aws:SourceAccount": account } } };
  if (right || name === "access") new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: name === "access" ? [tls, logs] : [tls] }) });
}
new aws.s3.BucketLogging("soil", { bucket: soil.id, targetBucket: access.id, targetPrefix: "soil/" });

/** A role of a service, with a policy that is attached to it. */
function role(name: string, service: string, statements: object[]): aws.iam.Role {
  const made = new aws.iam.Role(name, { assumeRolePolicy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [
    { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...(right && { Condition: { StringEquals: { "aws:SourceAccount": account } } }) } ] }) });
  const policy = new aws.iam.Policy(name, { policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements }) });
  new aws.iam.RolePolicyAttachment(name, { role: made.name, policyArn: policy.arn });
  return made;
}
const allow = (actions: string[], resources: pulumi.Input<string>[], condition?: object): object => ({ Effect: "Allow", Action: actions, Resource: resources, ...(condition && { Condition: condition }) });
const useKey = allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.arn]);

// Probes: one thing, its certificate, and a policy for its own topic.
const probe = new aws.iot.Thing("probe");
const certificate = new aws.iot.Certificate("probe", { active: true });
const publishing = new aws.iot.Policy("probe", { policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: [
  allow(["iot:Connect"], [right ? pulumi.interpolate`arn:aws:iot:${region}:${account}:client/\${iot:Connection.Thing.ThingName}` : "*"], right ? { Bool: { "iot:Connection.Thing.IsAttached": "true" } } : undefined),
  allow(["iot:Publish"], [right ? pulumi.interpolate`arn:aws:iot:${region}:${account}:topic/soil/\${iot:Connection.Thing.ThingName}` : "*"]),
] }) });
new aws.iot.PolicyAttachment("probe", { policy: publishing.name, target: certificate.arn });
new aws.iot.ThingPrincipalAttachment("probe", { thing: probe.name, principal: certificate.arn });

const failed = new aws.cloudwatch.LogGroup("failed", { retentionInDays: 30, kmsKeyId: key.arn });
const handing = role("handing", "iot.amazonaws.com", [allow(["s3:PutObject"], [pulumi.interpolate`${soil.arn}/readings/*`]), useKey,
  ...(right ? [allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [pulumi.interpolate`${failed.arn}:*`])] : [])]);
new aws.iot.TopicRule("soil", {
  name: "orchard_soil", enabled: true, sqlVersion: "2016-03-23", sql: "SELECT *, topic(2) AS probe FROM 'soil/+'",
  s3: [{ roleArn: handing.arn, bucketName: soil.bucket, key: "readings/day=${parse_time('yyyy-MM-dd', timestamp())}/${newuuid()}.json" }],
  ...(right && { errorAction: { cloudwatchLogs: { roleArn: handing.arn, logGroupName: failed.name } } }),
}, { dependsOn: [handing] });

// The catalogue and its crawler.
const readings = new aws.glue.CatalogDatabase("soil", { name: right ? "orchard_soil" : "orchard-soil" });
new aws.glue.DataCatalogEncryptionSettings("soil", { dataCatalogEncryptionSettings: {
  connectionPasswordEncryption: { returnConnectionPasswordEncrypted: true, awsKmsKeyId: key.arn }, encryptionAtRest: { catalogEncryptionMode: "SSE-KMS", sseAwsKmsKeyId: key.arn } } });
const security = new aws.glue.SecurityConfiguration("soil", { encryptionConfiguration: {
  cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: key.arn }, jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: key.arn }, s3Encryption: { s3EncryptionMode: "SSE-KMS", kmsKeyArn: key.arn } } });
const logging = allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"], [pulumi.interpolate`arn:aws:logs:${region}:${account}:log-group:/aws-glue/*`]);
const catalogue = allow(["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:CreateTable", "glue:UpdateTable", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition", "glue:BatchCreatePartition", "glue:CreatePartition", "glue:UpdatePartition"],
  ["catalog", pulumi.interpolate`database/${readings.name}`, pulumi.interpolate`table/${readings.name}/*`].map((path) => pulumi.interpolate`arn:aws:glue:${region}:${account}:${path}`));
const listing = allow(["s3:ListBucket", "s3:GetBucketLocation"], [soil.arn]);
const crawling = role("crawling", "glue.amazonaws.com", [allow(["s3:GetObject"], [pulumi.interpolate`${soil.arn}/readings/*`]), listing, catalogue, logging, useKey]);
new aws.glue.Crawler("soil", {
  role: crawling.arn, databaseName: readings.name, securityConfiguration: security.name,
  s3Targets: [{ path: pulumi.interpolate`s3://${soil.bucket}/${right ? "readings/" : ""}` }],
  schemaChangePolicy: { updateBehavior: "LOG", deleteBehavior: "LOG" }, recrawlPolicy: { recrawlBehavior: "CRAWL_EVERYTHING" },
  configuration: JSON.stringify({ Version: 1, CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } }, Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" } }),
});

// The job that makes few large files of many small ones.
const script = new aws.s3.BucketObjectv2("compact", { bucket: soil.bucket, key: "scripts/compact.py", content: "print('compact')\n" });
const compacting = role("compacting", "glue.amazonaws.com", [
  allow(["s3:GetObject"], [pulumi.interpolate`${soil.arn}/readings/*`, pulumi.interpolate`${soil.arn}/scripts/*`]), allow(["s3:PutObject", "s3:DeleteObject"], [pulumi.interpolate`${soil.arn}/compact/*`]),
  listing, logging, useKey, ...(right ? [] : [allow(["s3:*"], ["*"])]),
]);
new aws.glue.Job("compact", {
  description: "Few large files of many small ones", roleArn: compacting.arn, glueVersion: right ? "5.0" : "2.0", workerType: "G.1X", numberOfWorkers: 2, timeout: 60, maxRetries: 0,
  ...(right && { securityConfiguration: security.name }),
  command: { name: "glueetl", pythonVersion: "3", scriptLocation: pulumi.interpolate`s3://${soil.bucket}/${script.key}` },
  defaultArguments: { "--job-bookmark-option": "job-bookmark-enable", "--enable-metrics": "true", "--enable-continuous-cloudwatch-log": "true", "--source": pulumi.interpolate`s3://${soil.bucket}/readings/`, "--target": pulumi.interpolate`s3://${soil.bucket}/compact/` },
});
