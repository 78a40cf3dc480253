/** Publish: the outcome of a run in; one record, one message and, after a success, the new state out. */
import { createHash } from "node:crypto";
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { readJson, turnFile } from "../decide/turn-file";
import { outcomeOf, type StatusChange } from "./ended";
import type { Outcome } from "./message";
import { publish, type Published, type World } from "./publish";

const s3 = new S3Client({});
const sns = new SNSClient({});
const sfn = new SFNClient({});

const world = (Bucket: string, TopicArn: string, stateMachineArn: string): World => ({
  ...turnFile(s3, Bucket),
  async documents(runId) {
    const Prefix = `runs/${runId}/`;
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    const keys = Contents.map(({ Key = "" }) => Key).filter((key) => key.endsWith(".json"));
    return new Map(await Promise.all(keys.map(async (key) => [key.slice(Prefix.length), (await read(Bucket, key)) ?? {}] as const)));
  },
  covered: async () => (await read(Bucket, "state/pipeline.json")) ?? {},
  cover: (state) => write(Bucket, "state/pipeline.json", JSON.stringify(state)),
  // One line a record, so that the folder reads as a table.
  keep: (record) => write(Bucket, `run_records/${record.run_id}.json`, `${JSON.stringify(record)}\n`),
  async follow(execution) {
    const name = `after-${createHash("sha256").update(execution).digest("hex").slice(0, 32)}`;
    try {
      await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: "{}" }));
    } catch (fault) {
      if (!(fault instanceof ExecutionAlreadyExists)) throw fault;
    }
  },
  send: (Subject, Message) => sns.send(new PublishCommand({ TopicArn, Subject, Message })),
  now: () => new Date().toISOString(),
});

async function write(Bucket: string, Key: string, Body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/json" }));
}

const read = async (Bucket: string, key: string): Promise<object | undefined> => (await readJson<object>(s3, Bucket, key))?.value;

const end = publish(world(process.env.LAKE_BUCKET ?? "", process.env.TOPIC ?? "", process.env.PIPELINE ?? ""));

/** Asked by the pipeline, or told by EventBridge of a run that could not ask any more. */
export const handler = (event: Outcome | StatusChange): Promise<Published> => end("detail" in event ? outcomeOf(event) : event);
