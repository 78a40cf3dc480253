/**
 * SensorIngest: the live door of the lake, for any number of channels.
 *
 *   things ──MQTT──▶ topic rule ──▶ delivery stream ──▶ judge ──▶ raw/<table>/source=live/day=…/   (Parquet, as the raw table says)
 *                        │                │               └─ what is no reading ──▶ raw/rejected/<channel>/
 *                        └────────────────┴─ what could not be delivered ──▶ raw/undelivered/<channel>/
 *
 * The rule wraps each payload in base64, so that whatever a thing sends reaches the judge byte for byte.
 * What counts as a reading is decided in functions/judge/reading.ts.
 */
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayPutObjects, mayPutRecords, type Named, serviceRole } from "./access";
import { Block } from "./block";
import { type Channel, schemaFolder } from "./channel";
import { ingestDefaults, withDefaults } from "./defaults";
import { functionCode, lambdaFunction } from "./function-code";
import { ingestAlarms } from "./ingest-alarms";
import type { PrivateBucket } from "./private-bucket";
import { sensorDelivery } from "./sensor-delivery";
import { type SensorThings, sensorThings, thingFaults } from "./sensor-things";

export interface IngestChannel {
  channel: Channel;
  /** Raw table of its readings: says the columns and types of the Parquet files. */
  rawTable: aws.glue.CatalogTable;
}

export interface SensorIngestArgs {
  /** Kinds of message to take in, at least one. */
  channels: IngestChannel[];
  /** Where readings land, and what is rejected or undelivered. */
  raw: PrivateBucket;
  /** Database of the raw tables. */
  rawDatabase: aws.glue.CatalogDatabase;
  /** Name of each thing: its client id, and the second part of its topics. */
  things: string[];
  /** Certificate signing request (PEM) of a thing that keeps its private key to itself; without one AWS makes the key. */
  signingRequests?: Record<string, string>;
  /** Megabytes to gather before an object is written, 64 to 128. */
  bufferMegabytes?: number;
  /** Seconds to gather before an object is written, 0 to 900. */
  bufferSeconds?: number;
  /** Days before its arrival that a reading may have been measured, above 0. */
  plausiblePastDays?: number;
  /** Minutes after its arrival that a clock running ahead may say, from 0. */
  plausibleFutureMinutes?: number;
  /** Days that the logs of delivery and judge are kept. */
  logRetentionDays?: number;
}

type Size = typeof ingestDefaults;

export class SensorIngest extends Block {
  readonly things: SensorThings;
  /** By channel: the topic filter of its rule, `sensors/+/<channel>`. */
  readonly topics: Record<string, string>;
  /** By channel: carries its readings to the raw bucket. */
  readonly streams: Record<string, aws.kinesis.FirehoseDeliveryStream> = {};
  readonly judges: Record<string, aws.lambda.Function> = {};
  readonly rules: Record<string, aws.iot.TopicRule> = {};
  private readonly bufferSeconds: number;

  constructor(name: string, args: SensorIngestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("SensorIngest", name, opts);
    const size = withDefaults(ingestDefaults, args);
    const names = args.channels.map(({ channel }) => channel.channel);
    this.refuse([...(names.length ? [] : ["channels is empty; set at least one"]), ...thingFaults({ ...args, channels: names }), ...sizeFaults(size)]);

    this.bufferSeconds = size.bufferSeconds;
    this.things = sensorThings((role) => this.child(role), { ...args, channels: names }, this.own);
    this.topics = Object.fromEntries(names.map((channel) => [channel, `sensors/+/${channel}`]));
    const code = functionCode("judge", Object.fromEntries(names.map((channel) => [`${channel}.json`, join(schemaFolder, `${channel}.json`)])));
    for (const { channel, rawTable } of args.channels) {
      const judge = this.judge(channel.channel, code, args.raw, size);
      const stream = sensorDelivery(this.child(channel.channel), { ...args, ...size, channel, rawTable, judge }, this.own);
      this.judges[channel.channel] = judge;
      this.streams[channel.channel] = stream;
      this.rules[channel.channel] = this.rule(channel.channel, stream, args.raw);
    }

    this.registerOutputs({ topics: this.topics, streams: pulumi.output(this.streams).apply((all) => Object.values(all).map((one) => one.name)) });
  }

  /** Tell a topic when readings of a channel no longer arrive, or are lost. */
  alarm(topic: Named): void {
    for (const [channel, stream] of Object.entries(this.streams)) {
      const rule = this.rules[channel] as aws.iot.TopicRule;
      ingestAlarms(this.child(channel), { stream, rule, bufferSeconds: this.bufferSeconds }, topic, this.own);
    }
  }

  /** Decides record by record what counts as a reading. */
  private judge(channel: string, code: pulumi.asset.Archive, raw: PrivateBucket, size: Size): aws.lambda.Function {
    return lambdaFunction(this.child(`judge-${channel}`), {
      description: `Decides which messages are readings of ${channel}`,
      code,
      permissions: [mayPutObjects(raw, `rejected/${channel}/`)],
      environment: {
        CHANNEL: channel, RAW_BUCKET: raw.bucket.bucket,
        PLAUSIBLE_PAST_DAYS: String(size.plausiblePastDays), PLAUSIBLE_FUTURE_MINUTES: String(size.plausibleFutureMinutes),
      },
      logRetentionDays: size.logRetentionDays, key: raw.key,
    }, this.own).fn;
  }

  /** The rule that hands messages to the stream, and what it could not hand over to the raw bucket. */
  private rule(channel: string, stream: aws.kinesis.FirehoseDeliveryStream, raw: PrivateBucket): aws.iot.TopicRule {
    const grants = [mayPutRecords(stream), mayPutObjects(raw, `undelivered/${channel}/`)];
    const roleArn = serviceRole(this.child(`rule-${channel}`), "iot.amazonaws.com", grants, this.own).arn;
    return new aws.iot.TopicRule(this.child(`rule-${channel}`), {
      name: ruleName(channel),
      description: `Messages of ${channel} to the delivery stream`,
      enabled: true,
      sqlVersion: "2016-03-23",
      // Any payload, as it is: AWS IoT Core Developer Guide, "Working with binary payloads".
      sql: `SELECT encode(*, 'base64') AS payload, topic(2) AS thing, timestamp() AS received_at FROM '${this.topics[channel]}'`,
      firehoses: [{ roleArn, deliveryStreamName: stream.name, separator: "\n", batchMode: false }],
      errorAction: { s3: { roleArn, bucketName: raw.bucket.bucket, key: `undelivered/${channel}/rule/\${topic(2)}/\${newuuid()}.json` } },
    }, this.own);
  }
}

/** Rules have one name per account and region, of letters, digits and _ only. */
const ruleName = (channel: string): string => `${pulumi.getProject()}_${pulumi.getStack()}_${channel}`.replace(/[^A-Za-z0-9_]/g, "_");

/** What is wrong with the sizes, in words; nothing when all is well. */
function sizeFaults(size: Size): string[] {
  return [
    ...within("bufferMegabytes", size.bufferMegabytes, 64, 128),
    ...within("bufferSeconds", size.bufferSeconds, 0, 900),
    ...within("plausiblePastDays", size.plausiblePastDays, 1, 36_500),
    ...within("plausibleFutureMinutes", size.plausibleFutureMinutes, 0, 1440),
  ];
}

function within(what: string, value: number, low: number, high: number): string[] {
  const fits = Number.isInteger(value) && value >= low && value <= high;
  return fits ? [] : [`${what} is ${value}; set a whole number from ${low} to ${high}`];
}
