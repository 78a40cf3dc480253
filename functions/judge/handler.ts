/**
 * Judge: what Firehose gathered in, rows of the raw table out.
 *
 *   records ──▶ readings ──▶ Ok, one line of JSON each
 *      └─ what is no reading ──▶ s3://<raw>/rejected/<channel>/day=…/<batch>.jsonl, then Dropped
 *
 * What counts as a reading is decided in reading.ts. The object of a batch has one name, made of its record ids, so a retry
 * overwrites it; when it can't be put the call fails and Firehose tries again.
 * Shapes: Firehose Developer Guide, "Required parameters for data transformation".
 */
import { createHash } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type Channel, loadChannel } from "../../components/channel";
import { judged, type Message } from "./reading";
import type { Plausible } from "./values";

export interface Batch {
  /** `data` in base64, `approximateArrivalTimestamp` in milliseconds since 1970. */
  records: { recordId: string; data: string; approximateArrivalTimestamp: number }[];
}
export interface Answer {
  records: { recordId: string; result: "Ok" | "Dropped"; data?: string }[];
}

/** All that this function does to the world. Tests pass their own. */
export type Put = (key: string, body: string) => Promise<unknown>;

/** Lambda answers at most this many bytes; more would fail the whole batch without a word. */
const mostBytes = 6 * 1024 * 1024;

export const judge = (channel: Channel, plausible: Plausible, put: Put) => async ({ records }: Batch): Promise<Answer> => {
  const rejected: string[] = [];
  const answers = records.map(({ recordId, data, approximateArrivalTimestamp }): Answer["records"][number] => {
    const record = Buffer.from(data, "base64");
    const message = opened(record);
    const told = message ? judged(message, channel, plausible) : { reason: "record is not what the topic rule writes" };
    if ("row" in told) return { recordId, result: "Ok", data: Buffer.from(`${told.row}\n`).toString("base64") };
    const kept = message ?? { payload: record, thing: null, receivedAt: approximateArrivalTimestamp };
    rejected.push(rejection(told.reason, kept, channel));
    return { recordId, result: "Dropped" };
  });
  if (rejected.length) await put(rejectedKey(channel, records), `${rejected.join("\n")}\n`);
  return within({ records: answers });
};

/** What the topic rule wrote: the payload in base64, the thing and the time of arrival; undefined when it is something else. */
function opened(record: Buffer): Message | undefined {
  try {
    const { payload, thing, received_at: receivedAt } = JSON.parse(record.toString("utf8")) as Record<string, unknown>;
    if (typeof payload !== "string" || typeof thing !== "string" || !Number.isSafeInteger(receivedAt)) return undefined;
    const bytes = Buffer.from(payload, "base64");
    return bytes.toString("base64") === payload ? { payload: bytes, thing, receivedAt: receivedAt as number } : undefined;
  } catch {
    return undefined;
  }
}

function rejection(reason: string, { payload, thing, receivedAt }: { payload: Uint8Array; thing: string | null; receivedAt: number }, { channel }: Channel): string {
  return JSON.stringify({ reason, payload: Buffer.from(payload).toString("base64"), thing, received_at: new Date(receivedAt).toISOString(), channel, source: "live" });
}

/** The same records make the same key, whenever they are judged. */
function rejectedKey({ channel }: Channel, records: Batch["records"]): string {
  const batch = createHash("sha256").update(records.map(({ recordId }) => recordId).join("\n")).digest("hex").slice(0, 32);
  const arrival = Math.min(...records.map(({ approximateArrivalTimestamp }) => approximateArrivalTimestamp));
  return `rejected/${channel}/day=${new Date(arrival).toISOString().slice(0, 10)}/${batch}.jsonl`;
}

function within(answer: Answer): Answer {
  const bytes = Buffer.byteLength(JSON.stringify(answer));
  if (bytes > mostBytes) throw new Error(`The answer has ${bytes} bytes and Lambda takes ${mostBytes}; set judgeBufferMegabytes lower`);
  return answer;
}

// From here on: the deployed function. Its channel's schema stands beside it.

function deployed(env: NodeJS.ProcessEnv): ReturnType<typeof judge> {
  const channel = loadChannel(env.CHANNEL ?? "", __dirname);
  const plausible = { pastDays: Number(env.PLAUSIBLE_PAST_DAYS), futureMinutes: Number(env.PLAUSIBLE_FUTURE_MINUTES) };
  const faults = [
    ...(plausible.pastDays > 0 ? [] : ["PLAUSIBLE_PAST_DAYS is no number above 0; set days"]),
    ...(plausible.futureMinutes >= 0 ? [] : ["PLAUSIBLE_FUTURE_MINUTES is no number from 0; set minutes"]),
    ...(env.RAW_BUCKET ? [] : ["RAW_BUCKET is missing; set the name of the raw bucket"]),
  ];
  if (faults.length) throw new Error(faults.join("\n"));
  const s3 = new S3Client({});
  return judge(channel, plausible, (Key, Body) =>
    s3.send(new PutObjectCommand({ Bucket: env.RAW_BUCKET, Key, Body, ContentType: "application/x-ndjson" })));
}

let ready: ReturnType<typeof judge> | undefined;
export const handler = (batch: Batch): Promise<Answer> => (ready ??= deployed(process.env))(batch);
