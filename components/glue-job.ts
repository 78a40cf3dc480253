/**
 * Spark jobs and crawlers: one way to make each, so that all are bounded, encrypted, watched and allowed only what is said.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type Grant, mayGetObjects, mayListBucket, mayPutMetrics, mayUseConnection, mayUseGlueNetwork, mayUseKey, mayWorkIn,
  type Permission, type ServiceRole, serviceRole, type Store,
} from "./access";
import { sparkDefaults, withDefaults } from "./defaults";

/** What every job and crawler works with; LakeCatalog is one. */
export interface Workshop {
  /** Holds scripts, the library and what jobs put aside. */
  assets: Store;
  /** The package `lake` that jobs import. */
  libraryZip: aws.s3.BucketObjectv2;
  securityConfiguration: aws.glue.SecurityConfiguration;
  /** Encrypts logs and bookmarks. */
  key: aws.kms.Key;
  /** Tells account, region and partition. */
  rawDatabase: aws.glue.CatalogDatabase;
  /** Where Iceberg keeps the curated tables. */
  warehouse: pulumi.Output<string>;
  jobScript(file: string): aws.s3.BucketObjectv2;
}

export interface SparkSize {
  /** Glue Developer Guide, "Defining job properties": G.1X to G.8X, R.1X to R.8X. */
  workerType?: string;
  /** At least 2: one of them drives. */
  workers?: number;
  timeoutMinutes?: number;
}

export interface SparkJobArgs extends SparkSize {
  /** Name in the account: `<project>-<stack>-<job>`. */
  physicalName: string;
  description: string;
  /** File of glue/jobs/. */
  script: string;
  /** What it may do beside reading its script and logging. */
  permissions: Permission[];
  /** Arguments of every run, `--key` → text; a run may add its own. */
  arguments?: Record<string, pulumi.Input<string>>;
  connection?: aws.glue.Connection;
}

/** A job of Glue 5.1 and its role, both named `name`. It never retries by itself: the state machine does, and knows why. */
export function sparkJob(name: string, args: SparkJobArgs, shop: Workshop, opts: pulumi.CustomResourceOptions): { job: aws.glue.Job; role: ServiceRole } {
  const size = withDefaults(sparkDefaults, args);
  const script = shop.jobScript(args.script);
  const aside = `tmp/${name}/`;
  const role = serviceRole(name, "glue.amazonaws.com", [
    mayGetObjects(shop.assets, "glue/"), mayWorkIn(shop.assets, aside), mayListBucket(shop.assets),
    ...args.permissions, maySeeSparkDatabases(shop), ...around(shop, args.connection),
  ], opts);
  const job = new aws.glue.Job(name, {
    name: args.physicalName,
    description: args.description,
    glueVersion: "5.1",
    command: { name: "glueetl", pythonVersion: "3", scriptLocation: at(script) },
    roleArn: role.arn,
    workerType: size.workerType,
    numberOfWorkers: size.workers,
    timeout: size.timeoutMinutes,
    // The state machine tries again, with other words to the one who is told; two that retry would multiply.
    maxRetries: 0,
    // Bookmarks need it, and so do jobs that keep a mark of their own: Glue Developer Guide, "Tracking processed data using job bookmarks".
    executionProperty: { maxConcurrentRuns: 1 },
    securityConfiguration: shop.securityConfiguration.name,
    ...(args.connection && { connections: [args.connection.name] }),
    defaultArguments: {
      "--job-language": "python",
      "--job-bookmark-option": "job-bookmark-enable",
      // Memory and load of each worker, and what a run is short of or where rows gather: "Monitoring with AWS Glue Observability metrics".
      "--enable-metrics": "true",
      "--enable-observability-metrics": "true",
      // Since 5.0 every job logs while it runs, to /aws-glue/jobs/error and /output: "Logging for AWS Glue jobs". Said for consoles that ask.
      "--enable-continuous-cloudwatch-log": "true",
      "--enable-glue-datacatalog": "true",
      "--datalake-formats": "iceberg",
      "--conf": icebergCatalog(shop.warehouse),
      "--extra-py-files": at(shop.libraryZip),
      "--TempDir": pulumi.interpolate`s3://${shop.assets.bucket.bucket}/${aside}`,
      ...args.arguments,
    },
  }, opts);
  return { job, role };
}

/**
 * Spark's catalogue `glue_catalog`: Iceberg on the Glue Data Catalog. One argument holds all settings: Glue Developer Guide,
 * "Using the Iceberg framework in AWS Glue".
 */
function icebergCatalog(warehouse: pulumi.Output<string>): pulumi.Output<string> {
  const catalog = "spark.sql.catalog.glue_catalog";
  return warehouse.apply((folder) => [
    "spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    `${catalog}=org.apache.iceberg.spark.SparkCatalog`,
    `${catalog}.warehouse=${folder}`,
    `${catalog}.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog`,
    `${catalog}.io-impl=org.apache.iceberg.aws.s3.S3FileIO`,
  ].join(" --conf "));
}

/** Role of a crawler: what it reads and writes is said, the rest is what every crawler needs. */
export function crawlerRole(name: string, permissions: Permission[], shop: Workshop, opts: pulumi.CustomResourceOptions, connection?: aws.glue.Connection): ServiceRole {
  return serviceRole(name, "glue.amazonaws.com", [...permissions, ...around(shop, connection)], opts);
}

/** What Glue itself needs to run something: logs, metrics, the key of both, and the way to a VPC. */
function around(shop: Workshop, connection: aws.glue.Connection | undefined): Permission[] {
  return [
    mayLogFromGlue(shop), mayPutMetrics("Glue"),
    // Bookmarks are encrypted by the job itself: Glue Developer Guide, "Encrypting data written by AWS Glue".
    mayUseKey(shop.key, ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"]),
    ...(connection ? [mayUseConnection(connection), mayUseGlueNetwork()] : []),
  ];
}

/** Glue makes its own log groups and ties the key of the security configuration to them. */
const mayLogFromGlue = (shop: Workshop): Grant => ({
  actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"],
  resources: [shop.rawDatabase.arn.apply((arn) => `${arn.replace(":glue:", ":logs:").replace(/:database\/.*/, "")}:log-group:/aws-glue/*`)],
});

/** Spark asks for these two databases whenever the catalogue is its metastore. */
const maySeeSparkDatabases = (shop: Workshop): Grant => ({
  actions: ["glue:GetDatabase"],
  resources: [":catalog", ":database/default", ":database/global_temp"].map((part) => shop.rawDatabase.arn.apply((arn) => arn.replace(/:database\/.*/, part))),
});

const at = (object: aws.s3.BucketObjectv2): pulumi.Output<string> => pulumi.interpolate`s3://${object.bucket}/${object.key}`;
