/** Delivery: the stream that gathers the readings of one channel into Parquet files of its raw table. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Grant, mayFindBucket, mayInvoke, mayLog, mayPutObjects, mayReadSchema, serviceRole } from "./access";
import type { Channel } from "./channel";
import type { PrivateBucket } from "./private-bucket";

export interface SensorDeliveryArgs {
  channel: Channel;
  raw: PrivateBucket;
  rawDatabase: aws.glue.CatalogDatabase;
  /** Says the columns and types of the files. */
  rawTable: aws.glue.CatalogTable;
  /** Decides record by record what counts as a reading. */
  judge: aws.lambda.Function;
  bufferMegabytes: number;
  bufferSeconds: number;
  logRetentionDays: number;
}

/** The stream is named `name`, its log and its role `<name>-delivery`. */
export function sensorDelivery(name: string, args: SensorDeliveryArgs, own: pulumi.CustomResourceOptions): aws.kinesis.FirehoseDeliveryStream {
  const { channel: { channel, table }, raw, rawDatabase, rawTable, judge } = args;
  const logs = new aws.cloudwatch.LogGroup(`${name}-delivery`, { retentionInDays: args.logRetentionDays, ...(raw.key && { kmsKeyId: raw.key.arn }) }, own);
  const log = new aws.cloudwatch.LogStream(`${name}-delivery`, { logGroupName: logs.name }, own);
  const roleArn = serviceRole(`${name}-delivery`, "firehose.amazonaws.com", [
    mayFindBucket(raw), mayPutObjects(raw, `${table}/source=live/`), mayPutObjects(raw, `undelivered/${channel}/`),
    mayReadSchema(rawDatabase, rawTable.name), mayInvoke(judge), mayAskAbout(judge), mayLog(logs),
  ], own).arn;
  return new aws.kinesis.FirehoseDeliveryStream(name, {
    destination: "extended_s3",
    serverSideEncryption: raw.key ? { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: raw.key.arn } : { enabled: true },
    extendedS3Configuration: {
      roleArn,
      bucketArn: raw.bucket.arn,
      ...(raw.key && { kmsKeyArn: raw.key.arn }),
      prefix: `${table}/source=live/day=!{timestamp:yyyy-MM-dd}/`,
      errorOutputPrefix: `undelivered/${channel}/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/`,
      bufferingSize: args.bufferMegabytes,
      bufferingInterval: args.bufferSeconds,
      cloudwatchLoggingOptions: { enabled: true, logGroupName: logs.name, logStreamName: log.name },
      processingConfiguration: { enabled: true, processors: [judged(judge)] },
      dataFormatConversionConfiguration: {
        enabled: true,
        inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
        outputFormatConfiguration: { serializer: { parquetSerDe: {} } },
        schemaConfiguration: { roleArn, databaseName: rawDatabase.name, tableName: rawTable.name },
      },
    },
  }, own);
}

/** Firehose looks at a function before it calls it: Firehose Developer Guide, "Grant Firehose access to an Amazon S3 destination". */
const mayAskAbout = (fn: aws.lambda.Function): Grant => ({ actions: ["lambda:GetFunctionConfiguration"], resources: [fn.arn, pulumi.interpolate`${fn.arn}:*`] });

/** The processor that asks the judge. */
const judged = (judge: aws.lambda.Function) => ({
  type: "Lambda",
  parameters: [{ parameterName: "LambdaArn", parameterValue: pulumi.interpolate`${judge.arn}:$LATEST` }],
});
