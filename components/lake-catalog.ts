/**
 * LakeCatalog: where readings lie, and under which names.
 *
 *   raw/<table>/source=…/day=…  ◀─ table of raw_temperatures, declared from the schema; a crawler adds its partitions
 *   lake/warehouse/             ◀─ tables of temperatures_db, written by the job `curate`
 *   results/                    ◀─ answers of queries
 *   assets/                     ◀─ scripts and library of the jobs
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayGetObjects, mayListBucket, mayReadCatalog, mayWorkIn, mayWriteCatalog } from "./access";
import { Block } from "./block";
import type { Channel } from "./channel";
import { anomalyDefaults, lakeDefaults, withDefaults } from "./defaults";
import { type SparkSize, sparkJob, type Workshop } from "./glue-job";
import { jobLibrary, jobScript } from "./job-code";
import { lakeKey } from "./lake-key";
import { PrivateBucket } from "./private-bucket";
import { rawCrawler, rawTable } from "./raw-tables";

/** Sizes of Spark are those of the job `curate`. */
export interface LakeCatalogArgs extends SparkSize {
  /** Kinds of message that the lake holds, one table each. */
  channels: Channel[];
  /** Channel whose series trains the anomaly model. */
  trainChannel: string;
  /** Points of a series that make one training record, 1 to 10000; the same as the anomaly model's. */
  shingle?: number;
  /** Appended to the databases' names where stages share an account: "" or `_` and `[a-z0-9_]`. */
  databaseSuffix?: string;
  /** Encrypt the buckets with the lake's own key, instead of S3's. */
  customerKey?: boolean;
  /** Log who reads and writes the buckets, into a bucket of its own. */
  accessLogs?: boolean;
  /** Days that those logs are kept, at least 1. */
  accessLogDays?: number;
  /** Refuse the deletion of buckets and key. */
  protect?: boolean;
  /** Encrypt the account's catalogue in this region; one stack an account and region may do so. */
  catalogEncryption?: boolean;
  versioning?: boolean;
  /** Partitions of new curated tables: `day`, or `month` where a day has fewer rows than are worth a file. */
  partitionBy?: string;
  /** Days that older versions of an object are kept, at least 1. */
  noncurrentDays?: number;
  /** Days that answers of queries are kept, at least 1. */
  resultDays?: number;
}

type Sizes = typeof lakeDefaults;

export class LakeCatalog extends Block implements Workshop {
  /** Encrypts logs and bookmarks of jobs, and the buckets where `customerKey` says so. */
  readonly key: aws.kms.Key;
  /** Where S3 logs who came, where set. */
  readonly access: PrivateBucket | undefined;
  readonly raw: PrivateBucket;
  readonly lake: PrivateBucket;
  readonly results: PrivateBucket;
  readonly assets: PrivateBucket;
  readonly rawDatabase: aws.glue.CatalogDatabase;
  readonly lakeDatabase: aws.glue.CatalogDatabase;
  /** Channel → its raw table. */
  readonly rawTables: Record<string, aws.glue.CatalogTable>;
  /** Adds what arrived to the raw tables as partitions; it changes no schema. */
  readonly lakeCrawler: aws.glue.Crawler;
  readonly libraryZip: aws.s3.BucketObjectv2;
  readonly securityConfiguration: aws.glue.SecurityConfiguration;
  /** What landed in, the curated tables out. Runs with `--run_id`. */
  readonly curateJob: aws.glue.Job;
  /** Where Iceberg keeps the curated tables. */
  readonly warehouse: pulumi.Output<string>;

  constructor(name: string, args: LakeCatalogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("LakeCatalog", name, opts);
    const size = withDefaults(lakeDefaults, args);
    this.refuse(lakeFaults(args, size));

    this.key = lakeKey(this.child("key"), size.protect, { parent: this });
    this.access = size.accessLogs ? this.accessBucket(size) : undefined;
    this.raw = this.bucket("raw", size);
    this.lake = this.bucket("lake", size);
    this.results = this.bucket("results", size, [{ prefix: "", days: size.resultDays }]);
    this.assets = this.bucket("assets", size, [{ prefix: "tmp/", days: 7 }]);
    this.warehouse = pulumi.interpolate`s3://${this.lake.bucket.bucket}/warehouse/`;

    this.rawDatabase = this.database("raw", `raw_temperatures${size.databaseSuffix}`, "Readings as they arrived, one table a channel", size);
    this.lakeDatabase = this.database("curated", `temperatures_db${size.databaseSuffix}`, "Curated readings and their anomalies", size);
    this.rawTables = Object.fromEntries(args.channels.map((channel) => [channel.channel, rawTable(channel, this.raw, this.rawDatabase, this.part())]));
    if (size.catalogEncryption) this.encryptCatalog();

    this.securityConfiguration = this.security();
    this.libraryZip = this.library();
    this.lakeCrawler = rawCrawler(Object.values(this.rawTables), args.channels, this.raw, this, this.part());
    this.curateJob = this.curate(args);

    this.registerOutputs({ raw: this.raw.bucket.bucket, lake: this.lake.bucket.bucket, rawDatabase: this.rawDatabase.name, lakeDatabase: this.lakeDatabase.name });
  }

  /** The script of a job, uploaded as it stands in glue/jobs/. */
  jobScript(file: string): aws.s3.BucketObjectv2 {
    return new aws.s3.BucketObjectv2(this.child(`script-${file.replace(/\.py$/, "")}`), {
      bucket: this.assets.bucket.bucket, key: `glue/jobs/${file}`, source: jobScript(file),
    }, this.own);
  }

  private bucket(role: string, { customerKey, protect, versioning, noncurrentDays }: Sizes, expire: { prefix: string; days: number }[] = []): PrivateBucket {
    return new PrivateBucket(this.child(role), { protect, versioning, noncurrentDays, expire, accessLogs: this.access, ...(customerKey && { key: this.key }) }, this.own);
  }

  /** S3's own key: the log service can't write under another (S3 User Guide, "Enabling Amazon S3 server access logging"). */
  private accessBucket({ protect, versioning, noncurrentDays, accessLogDays }: Sizes): PrivateBucket {
    const account = aws.getCallerIdentityOutput({}, { parent: this }).accountId;
    return new PrivateBucket(this.child("access"), {
      protect, versioning, noncurrentDays, expire: [{ prefix: "", days: accessLogDays }],
      statements: (arn) => [{
        Sid: "AccessLogsOfThisAccount", Effect: "Allow", Principal: { Service: "logging.s3.amazonaws.com" }, Action: "s3:PutObject",
        Resource: pulumi.interpolate`${arn}/*`, Condition: { StringEquals: { "aws:SourceAccount": account } },
      }],
    }, this.own);
  }

  private database(role: string, name: string, description: string, { protect }: Sizes): aws.glue.CatalogDatabase {
    return new aws.glue.CatalogDatabase(this.child(role), { name, description }, { ...this.own, protect });
  }

  /** With Glue's own key every principal that may use the catalogue may still read it. */
  private encryptCatalog(): void {
    new aws.glue.DataCatalogEncryptionSettings(this.child("catalogue"), {
      dataCatalogEncryptionSettings: {
        encryptionAtRest: { catalogEncryptionMode: "SSE-KMS", sseAwsKmsKeyId: "alias/aws/glue" },
        connectionPasswordEncryption: { returnConnectionPasswordEncrypted: true, awsKmsKeyId: this.key.arn },
      },
    }, this.own);
  }

  private security(): aws.glue.SecurityConfiguration {
    const kmsKeyArn = this.key.arn;
    return new aws.glue.SecurityConfiguration(this.child("jobs"), {
      encryptionConfiguration: {
        cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn },
        s3Encryption: this.raw.key ? { s3EncryptionMode: "SSE-KMS", kmsKeyArn } : { s3EncryptionMode: "SSE-S3" },
      },
    }, this.own);
  }

  private library(): aws.s3.BucketObjectv2 {
    return new aws.s3.BucketObjectv2(this.child("library"), { bucket: this.assets.bucket.bucket, key: "glue/lake.zip", source: jobLibrary() }, this.own);
  }

  private curate({ channels, trainChannel, shingle = anomalyDefaults.shingle, partitionBy = lakeDefaults.partitionBy, ...size }: LakeCatalogArgs): aws.glue.Job {
    return sparkJob(this.child("curate"), {
      ...size,
      physicalName: this.physical("curate"),
      description: "What landed in, the curated tables out; a rerun changes nothing",
      script: "curate.py",
      permissions: [
        ...channels.map(({ table }) => mayGetObjects(this.raw, `${table}/`)), mayListBucket(this.raw), mayReadCatalog(this.rawDatabase),
        ...["warehouse/", "training/", "index/", "state/training/", "runs/"].map((prefix) => mayWorkIn(this.lake, prefix)), mayListBucket(this.lake),
        mayReadCatalog(this.lakeDatabase), mayWriteCatalog(this.lakeDatabase),
      ],
      arguments: {
        "--channels": channels.map(({ channel }) => channel).join(","),
        "--raw_database": this.rawDatabase.name,
        "--lake_database": this.lakeDatabase.name,
        "--lake_bucket": this.lake.bucket.bucket,
        "--warehouse": this.warehouse,
        "--train_channel": trainChannel,
        "--shingle": String(shingle),
        "--partition_by": partitionBy,
      },
    }, this, this.own).job;
  }
}

/** What is wrong with the arguments, in words; nothing when all is well. */
function lakeFaults({ channels, trainChannel, shingle = anomalyDefaults.shingle }: LakeCatalogArgs, { databaseSuffix, partitionBy }: Sizes): string[] {
  const names = channels.map(({ channel }) => channel);
  return [
    ...(channels.length ? [] : ["channels is empty; set at least one"]),
    ...(names.includes(trainChannel) ? [] : [`trainChannel is "${trainChannel}"; set one of ${names.join(", ")}`]),
    ...(Number.isInteger(shingle) && shingle >= 1 && shingle <= 10000 ? [] : [`shingle is ${shingle}; set a whole number from 1 to 10000`]),
    ...(["day", "month"].includes(partitionBy) ? [] : [`partitionBy is "${partitionBy}"; set day or month`]),
    ...(/^(_[a-z0-9_]+)?$/.test(databaseSuffix) ? [] : [`databaseSuffix is "${databaseSuffix}"; set _ and lower-case letters, digits and _, or nothing`]),
  ];
}
