/** Processing: records asked of a function, in calls of a bounded size. Shapes: "Required parameters for data transformation". */
import { setTimeout as sleep } from "node:timers/promises";
import type { Failure, Record } from "./records";
import type { Settings } from "./settings";

/** Call a function with a JSON payload; resolves with its answer, rejects with what it failed with. */
export type Invoke = (arn: string, payload: string) => Promise<string>;

export interface Processed {
  /** In their order, as the function gave them back. */
  records: Record[];
  failures: Failure[];
}

export interface Call {
  deliveryStreamArn: string;
  region: string;
  invocationId: string;
}

export async function processed(records: Record[], lambda: NonNullable<Settings["lambda"]>, call: Call, invoke: Invoke, waitMs = 200): Promise<Processed> {
  const found: Processed = { records: [], failures: [] };
  for (const batch of batches(records, lambda.bufferBytes)) {
    const { records: ok, failures } = await asked(batch, lambda, call, invoke, waitMs);
    found.records.push(...ok);
    found.failures.push(...failures);
  }
  return found;
}

function batches(records: Record[], bytes: number): Record[][] {
  const found: Record[][] = [];
  let room = 0;
  for (const record of records) {
    if (record.data.length > room || found.length === 0) {
      found.push([]);
      room = bytes;
    }
    found.at(-1)?.push(record);
    room -= record.data.length;
  }
  return found;
}

async function asked(batch: Record[], { arn, retries }: NonNullable<Settings["lambda"]>, call: Call, invoke: Invoke, waitMs: number): Promise<Processed> {
  const payload = JSON.stringify({
    ...call,
    records: batch.map(({ recordId, arrival, data }) => ({ recordId, approximateArrivalTimestamp: arrival, data: data.toString("base64") })),
  });
  for (let tried = 1; ; tried += 1) {
    const answer = await invoke(arn, payload).catch((fault: Error) => fault);
    if (typeof answer === "string") return sorted(batch, answer, tried);
    if (tried <= retries) await sleep(waitMs * 2 ** (tried - 1));
    else return { records: [], failures: batch.map((record) => failure(record, "Lambda.FunctionError", `The function failed: ${answer.message}`, tried)) };
  }
}

interface Answered { recordId?: unknown; result?: unknown; data?: unknown }

function sorted(batch: Record[], answer: string, attempts: number): Processed {
  const answers = answersOf(answer);
  if (!answers) return { records: [], failures: batch.map((record) => failure(record, "Lambda.JsonProcessingException", "The function did not answer { records: […] }", attempts)) };
  const byId = new Map(answers.map((one) => [one.recordId, one]));
  const found: Processed = { records: [], failures: [] };
  for (const record of batch) {
    const { result, data } = byId.get(record.recordId) ?? {};
    if (result === "Ok" && typeof data === "string") found.records.push({ ...record, data: Buffer.from(data, "base64") });
    else if (result === "ProcessingFailed") found.failures.push(failure(record, "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record", attempts));
    else if (result === undefined) found.failures.push(failure(record, "Lambda.MissingRecordId", "One or more record ids were not returned", attempts));
    else if (result !== "Dropped") found.failures.push(failure(record, "Lambda.InvalidResult", "The answer has no result of Ok, Dropped or ProcessingFailed, or no data", attempts));
  }
  return found;
}

function answersOf(answer: string): Answered[] | undefined {
  try {
    const { records } = JSON.parse(answer) as { records?: unknown };
    return Array.isArray(records) && records.every((one) => typeof one === "object" && one !== null) ? (records as Answered[]) : undefined;
  } catch {
    return undefined;
  }
}

const failure = (record: Record, code: string, message: string, attempts: number): Failure => ({ record, type: "processing-failed", code, message, attempts });
