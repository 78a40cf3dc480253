/** Publish: the outcome of a run in; one record, one message and, after a success, the new state out. */
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { outcomeOf, type StatusChange } from "./ended";
import type { Outcome } from "./message";
import { publish, type Published, type World } from "./publish";

const s3 = new S3Client({});
const sns = new SNSClient({});

const world = (Bucket: string, TopicArn: string): World => ({
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
  async release(execution) {
    const turn = await read(Bucket, "state/turn.json");
    if ((turn as { execution?: string } | undefined)?.execution === execution) await s3.send(new DeleteObjectCommand({ Bucket, Key: "state/turn.json" }));
  },
  send: (Subject, Message) => sns.send(new PublishCommand({ TopicArn, Subject, Message })),
  now: () => new Date().toISOString(),
});

async function write(Bucket: string, Key: string, Body: string): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/json" }));
}

async function read(Bucket: string, Key: string): Promise<object | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? "") as object;
  } catch (fault) {
    if (fault instanceof NoSuchKey) return undefined;
    throw fault;
  }
}

const end = publish(world(process.env.LAKE_BUCKET ?? "", process.env.TOPIC ?? ""));

/** Asked by the pipeline, or told by EventBridge of a run that could not ask any more. */
export const handler = (event: Outcome | StatusChange): Promise<Published> => end("detail" in event ? outcomeOf(event) : event);
