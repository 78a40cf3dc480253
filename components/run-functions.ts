/** Run functions: the three functions that a pipeline asks, each with exactly what it needs. */
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayGetObjects, mayInvoke, mayListBucket, mayPublish, mayPutObjects, mayReadSecret } from "./access";
import { readingDefaults, withDefaults } from "./defaults";
import { functionCode, lambdaFunction } from "./function-code";
import type { HistoricalImport, ImportedDatabase } from "./historical-import";
import type { LakeCatalog } from "./lake-catalog";
import { mayReadCertificate } from "./import-tables";
import { type arnsOf, maySeeExecutions, mayStartMachine } from "./machine-access";
import type { NewsTopic } from "./run-news";
import { tlsOf } from "./source-database";
import type { TrainingSettings } from "./training-settings";

type Own = pulumi.CustomResourceOptions;
/** Seconds for a database that answers late. */
const askSeconds = 180;
/** Seconds for listing what a bucket holds, and for that answer beside it. */
const timeoutSeconds = 270;

/** How long a function's log is kept, and the key of it. */
export interface Kept {
  logRetentionDays: number;
  key: aws.kms.Key | undefined;
}

interface DecideParts {
  catalog: LakeCatalog;
  history: HistoricalImport;
  training: TrainingSettings;
  recrawlHours: number;
  inlineRooms: number;
  whenBusy: string;
  turnMinutes: number;
  /** Name of the machine that asks. */
  pipeline: string;
  /** Asks the source database; left out where there is none. */
  watermark: aws.lambda.Function | undefined;
}

/** What is due. It lists, and reads and writes its own notes; it never reads a reading. */
export function decideFunction(name: string, { catalog, history, training, watermark, pipeline, ...sizes }: DecideParts, at: ReturnType<typeof arnsOf>, kept: Kept, own: Own): aws.lambda.Function {
  const { raw, lake } = catalog;
  return lambdaFunction(name, {
    description: "Whose turn it is, and which step of the pipeline is due",
    ...kept,
    code: functionCode("decide"),
    timeoutSeconds,
    memoryMegabytes: 512,
    permissions: [
      mayListBucket(raw), mayListBucket(lake), mayListBucket(history.exports),
      mayGetObjects(lake, "state/"), mayPutObjects(lake, "state/turn.json"), mayGetObjects(lake, "runs/"), mayPutObjects(lake, "runs/"),
      maySeeExecutions(at, pipeline), ...(watermark ? [mayInvoke(watermark)] : []),
    ],
    environment: {
      RAW_BUCKET: raw.bucket.bucket,
      LAKE_BUCKET: lake.bucket.bucket,
      EXPORTS_BUCKET: history.exports.bucket.bucket,
      TABLES: pulumi.all(Object.values(catalog.rawTables).map((table) => table.name)).apply((names) => names.join(",")),
      TRAINING_PREFIX: training.prefixes.training,
      NAME_PREFIX: training.namePrefix,
      RECRAWL_HOURS: String(sizes.recrawlHours),
      INLINE_ROOMS: String(sizes.inlineRooms),
      WHEN_BUSY: sizes.whenBusy,
      TURN_MINUTES: String(sizes.turnMinutes),
      ...(watermark && { WATERMARK_FUNCTION: watermark.name }),
    },
  }, own).fn;
}

interface PublishParts {
  lake: LakeCatalog["lake"];
  news: NewsTopic;
  /** Name of the machine whose runs end, and that it starts again. */
  pipeline: string;
}

/** The end of a run: its record, its message, the state of the last success, and the run that follows. */
export function publishFunction(name: string, { lake, news: { topic, key }, pipeline }: PublishParts, at: ReturnType<typeof arnsOf>, kept: Kept, own: Own): aws.lambda.Function {
  return lambdaFunction(name, {
    description: "Keeps the record of a run, tells how it ended, and notes what it covered",
    ...kept,
    code: functionCode("publish"),
    permissions: [
      mayListBucket(lake), mayGetObjects(lake, "runs/"), mayGetObjects(lake, "state/"),
      mayPutObjects(lake, "state/pipeline.json"), mayPutObjects(lake, "run_records/"), mayPutObjects(lake, "state/turn.json"),
      mayPublish(topic, key), mayStartMachine(at, pipeline),
    ],
    environment: { LAKE_BUCKET: lake.bucket.bucket, TOPIC: topic.arn, PIPELINE: pulumi.interpolate`${at("states")}:stateMachine:${pipeline}` },
  }, own).fn;
}

/** How far the source database has come; it runs where the database is reached from. */
export function watermarkFunction(name: string, database: ImportedDatabase, { secret, network }: HistoricalImport, kept: Kept, own: Own): aws.lambda.Function {
  const login = secret as NonNullable<HistoricalImport["secret"]>;
  const { engine, host, port, probePort, database: within, tables, reading, certificate, certificateName } = database;
  return lambdaFunction(name, {
    description: "Highest watermark of each table of the source database",
    ...kept,
    code: functionCode("watermark"),
    timeoutSeconds: askSeconds,
    permissions: [mayReadSecret(login.arn, login.key), ...mayReadCertificate(database, own)],
    environment: {
      SECRET_ARN: login.arn,
      SOURCE: pulumi.jsonStringify({
        engine, host, port: probePort ?? port, database: within, tls: tlsOf(database), ...(certificateName && { certificateName }), tables: tables.map(({ table, watermark }) => ({ table, watermark })),
        overlapSeconds: withDefaults(readingDefaults, reading ?? {}).overlapSeconds,
      }),
      ...(certificate && { CERTIFICATE: certificate }),
      // Certificates of RDS: Lambda Developer Guide, "Building Lambda functions with Node.js".
      ...(engine !== "h2" && { NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem" }),
    },
    ...(network && { network: { subnetIds: network.subnetIds, securityGroupIds: [network.securityGroupId] } }),
  }, own).fn;
}
