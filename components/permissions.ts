/**
 * Permissions: sentences such as `mayGetObjects(raw, "temperatures/")`, each one grant or several (a bucket with a key of its own
 * brings the key's actions along). Actions and resource types: Service Authorization Reference, the page of each service.
 */
import * as pulumi from "@pulumi/pulumi";

export interface Grant {
  actions: string[];
  resources: pulumi.Input<string>[];
  /** Operator → key → value, as in a policy's Condition. */
  conditions?: Conditions;
}
export type Conditions = Record<string, Record<string, pulumi.Input<string | string[]>>>;
/** What a permission sentence says. */
export type Permission = Grant | Grant[];

/** A thing with an ARN: most sentences need no more of it. */
export type Named = { arn: pulumi.Input<string> };

/** A bucket and the customer key of its objects, if it has one: every PrivateBucket, and one that stood before the stack. */
export interface Store {
  bucket: { arn: pulumi.Output<string>; bucket: pulumi.Output<string> };
  key?: Named | undefined;
}

// Objects

export const mayGetObjects = (from: Store, prefix: pulumi.Input<string>): Grant[] => [objects(from, prefix, ["s3:GetObject"]), ...mayUseKey(from.key, ["kms:Decrypt"])];

export const mayPutObjects = (to: Store, prefix: pulumi.Input<string>): Grant[] => [
  objects(to, prefix, ["s3:PutObject", "s3:AbortMultipartUpload"]),
  // A multipart upload reads back what it wrote: S3 User Guide, "Protecting data with SSE-KMS".
  ...mayUseKey(to.key, ["kms:GenerateDataKey", "kms:Decrypt"]),
];

export const mayDeleteObjects = (of: Store, prefix: pulumi.Input<string>): Grant => objects(of, prefix, ["s3:DeleteObject"]);

/** Read, write and replace what stands under the prefix, as Spark does: it looks before it writes, and removes what it put aside. */
export const mayWorkIn = (store: Store, prefix: pulumi.Input<string>): Grant[] => [
  objects(store, prefix, ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"]),
  ...mayUseKey(store.key, ["kms:GenerateDataKey", "kms:Decrypt"]),
];

/** See which objects stand under the prefix; all of them when it is left out. */
export const mayListBucket = ({ bucket }: Store, prefix?: string): Grant => ({
  actions: ["s3:ListBucket"],
  resources: [bucket.arn],
  ...(prefix && { conditions: { StringLike: { "s3:prefix": [prefix, `${prefix}*`] } } }),
});

/** Find out where a bucket is and what is being uploaded to it, as delivery streams and Athena do before they write. */
export const mayFindBucket = ({ bucket }: Store): Grant => ({
  actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
  resources: [bucket.arn],
});

const objects = ({ bucket }: Store, prefix: pulumi.Input<string>, actions: string[]): Grant => ({
  actions,
  resources: [pulumi.interpolate`${bucket.arn}/${prefix}*`],
});

export const mayUseKey = (key: Named | undefined, actions: string[]): Grant[] => (key ? [{ actions, resources: [key.arn] }] : []);

// Catalogue: an action on a table needs the catalogue, the database and the table as resources.

/** Read databases, tables and partitions; `tables` are names, `*` for all. */
export const mayReadCatalog = (database: Named, tables: pulumi.Input<string>[] = ["*"]): Grant => ({
  actions: ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetTableVersion", "glue:GetTableVersions", "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition"],
  resources: catalogue(database, tables),
});

/** Read what the columns of a table are, as a delivery stream does: Firehose Developer Guide, "Grant Firehose access to AWS Glue for data format conversion". */
export const mayReadSchema = (database: Named, table: pulumi.Input<string>): Grant => ({
  actions: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
  resources: catalogue(database, [table]),
});

/** Make and change tables and partitions. */
export const mayWriteCatalog = (database: Named, tables: pulumi.Input<string>[] = ["*"]): Grant => ({
  actions: ["glue:CreateTable", "glue:UpdateTable", "glue:CreatePartition", "glue:BatchCreatePartition", "glue:UpdatePartition", "glue:BatchUpdatePartition"],
  resources: catalogue(database, tables),
});

function catalogue(database: Named, tables: pulumi.Input<string>[]): pulumi.Input<string>[] {
  const at = pulumi.output(database.arn);
  return [
    at.apply((arn) => arn.replace(/:database\/.*/, ":catalog")),
    at,
    ...tables.map((table) => pulumi.interpolate`${at.apply((arn) => arn.replace(":database/", ":table/"))}/${table}`),
  ];
}

// Work

export const mayInvoke = (fn: Named): Grant => ({ actions: ["lambda:InvokeFunction"], resources: [fn.arn, pulumi.interpolate`${fn.arn}:*`] });

/** Start a Glue job, follow it and stop it: Step Functions Developer Guide, "Start an AWS Glue job". */
export const mayStartJob = (job: Named): Grant => ({
  actions: ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"],
  resources: [job.arn],
});

export const mayStartCrawler = (crawler: Named): Grant => ({ actions: ["glue:StartCrawler", "glue:GetCrawler"], resources: [crawler.arn] });

export const mayPublish = (topic: Named, key?: Named): Grant[] => [
  { actions: ["sns:Publish"], resources: [topic.arn] },
  ...mayUseKey(key, ["kms:GenerateDataKey", "kms:Decrypt"]),
];

/** One record at a time, as a topic rule does that is not in batch mode. */
export const mayPutRecords = (stream: Named): Grant => ({ actions: ["firehose:PutRecord"], resources: [stream.arn] });

export const mayReadSecret = (secretArn: pulumi.Input<string>, key?: Named): Grant[] => [
  { actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], resources: [secretArn] },
  ...mayUseKey(key, ["kms:Decrypt"]),
];

export const mayUseConnection = (connection: Named): Grant => ({
  actions: ["glue:GetConnection"],
  resources: [connection.arn, pulumi.output(connection.arn).apply((arn) => arn.replace(/:connection\/.*/, ":catalog"))],
});

/**
 * Network interfaces of a Glue job or crawler in a VPC: what AWSGlueServiceRole grants for it. Glue marks its interfaces by
 * a tag, and only that tag may be set.
 */
export const mayUseGlueNetwork = (): Grant[] => [
  {
    actions: [
      "ec2:DescribeVpcEndpoints", "ec2:DescribeRouteTables", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets", "ec2:DescribeVpcAttribute", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
    ],
    resources: ["*"],
  },
  {
    actions: ["ec2:CreateTags", "ec2:DeleteTags"],
    resources: ["arn:aws:ec2:*:*:network-interface/*"],
    conditions: { "ForAllValues:StringEquals": { "aws:TagKeys": ["aws-glue-service-resource"] } },
  },
];

// Watching

export const mayLog = (group: Named): Grant => ({
  actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
  resources: [pulumi.interpolate`${group.arn}:*`],
});

/** X-Ray knows no resources for these: its page in the Service Authorization Reference. */
export const mayTrace = (): Grant => ({ actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] });

/** Metrics of one namespace; CloudWatch knows no resources for it, only this condition. */
export const mayPutMetrics = (namespace: string): Grant => ({
  actions: ["cloudwatch:PutMetricData"],
  resources: ["*"],
  conditions: { StringEquals: { "cloudwatch:namespace": namespace } },
});

/** Network interfaces of a function: what AWSLambdaVPCAccessExecutionRole grants beside logs. */
export const mayUseNetwork = (): Grant => ({
  actions: [
    "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
  ],
  resources: ["*"],
});
