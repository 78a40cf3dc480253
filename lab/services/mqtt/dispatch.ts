/**
 * Dispatch: what the broker acknowledged, handed to the actions of its rules, at least once.
 *
 *   journal ─▶ rules ─▶ delivery stream   (only what a stream refused is tried again)
 *                 └─ what no try could deliver ─▶ the rule's error action in S3
 *
 * When neither can take it, it stays in the journal. Message of the error action: AWS IoT Core Developer Guide, "Error handling (error action)".
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Entry, Journal } from "../../journal";
import type { Log } from "../../lab";
import { type PublishedMessage, substituted } from "../iot/rule-evaluation";
import type { Taken, TopicRule } from "../iot/topic-rules";
import { unpacked } from "./entry";

/** All that dispatch does to the world. */
export interface Outlets {
  /** Put records to a stream; resolves with why each was not taken (undefined: it was). Rejects when the call failed as a whole. */
  put(stream: string, records: Buffer[]): Promise<(string | undefined)[]>;
  keep(bucket: string, key: string, body: string): Promise<unknown>;
}

/** PutRecordBatch takes this many records, and 4 MiB of them: its API reference. */
const most = { records: 500, bytes: 4 * 1024 * 1024 - 64 * 1024 };
const patience = { tries: 5, firstWaitMs: 100, mostWaitMs: 5000 };

interface Job {
  rule: TopicRule;
  message: PublishedMessage;
  stream: string;
  record: Buffer;
}

export class Dispatch {
  private stopped = false;
  private running: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  private watchers: ((fault?: Error) => void)[] = [];

  constructor(
    private readonly journal: Journal,
    private readonly taken: (message: PublishedMessage) => Taken[],
    private readonly outlets: Outlets,
    private readonly log: Log,
    private readonly waitMs: number = patience.firstWaitMs,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Something was appended. */
  nudge(): void {
    this.wake();
  }

  /** Resolves when nothing waits; rejects when what waits can't be handed on now. */
  async drained(): Promise<void> {
    while (this.journal.open.length) {
      await new Promise<void>((resolve, reject) => {
        this.watchers.push((fault) => (fault ? reject(fault) : resolve()));
        this.wake();
      });
    }
  }

  /** What is under way ends; the rest waits in the journal. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    let waitMs = this.waitMs;
    while (!this.stopped) {
      const batch = this.journal.open.slice(0, most.records);
      const last = batch.at(-1);
      if (!last) {
        await this.woken();
        continue;
      }
      const fault = await this.deliver(batch).then(() => undefined, (thrown: Error) => thrown);
      if (!fault) this.journal.done(last.sequence);
      const told = this.watchers.splice(0);
      told.forEach((tell) => tell(fault));
      waitMs = fault ? Math.min(waitMs * 2, patience.mostWaitMs) : this.waitMs;
      if (!fault) continue;
      this.log("mqtt", `${this.journal.open.length} messages wait: ${fault.message}`);
      await this.woken(waitMs);
    }
  }

  private woken(afterMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const late = afterMs === undefined ? undefined : setTimeout(resolve, afterMs);
      this.wake = () => {
        clearTimeout(late);
        resolve();
      };
    });
  }

  private async deliver(entries: readonly Entry[]): Promise<void> {
    const jobs = entries.flatMap(({ data }) => this.jobsOf(unpacked(data)));
    for (const stream of new Set(jobs.map((job) => job.stream))) {
      for (const part of parts(jobs.filter((job) => job.stream === stream))) await this.toStream(stream, part);
    }
  }

  private jobsOf(message: PublishedMessage): Job[] {
    return this.taken(message).flatMap(({ rule, output }) => {
      if (!Buffer.isBuffer(output)) {
        // As on AWS: a statement that fails reaches no action, only the log.
        this.log("mqtt", `rule ${rule.ruleName} could not take a message of ${JSON.stringify(message.topic)}: ${output.fault}`);
        return [];
      }
      return rule.actions.flatMap(({ firehose: { deliveryStreamName: stream, separator = "", batchMode } }) =>
        records(output, batchMode ?? false).map((record) => ({ rule, message, stream, record: Buffer.concat([record, Buffer.from(separator)]) })));
    });
  }

  /** Every record is in the stream or in the error action's bucket when this returns. */
  private async toStream(stream: string, jobs: Job[]): Promise<void> {
    let left = jobs.map((job) => ({ job, why: "" }));
    for (let tried = 0; left.length && tried < patience.tries; tried += 1) {
      if (tried) await sleep(this.waitMs * 2 ** (tried - 1));
      const told = await this.outlets.put(stream, left.map(({ job }) => job.record)).catch((fault: Error) => fault);
      if (told instanceof Error) left = left.map(({ job }) => ({ job, why: `${told.name}: ${told.message}` }));
      else left = left.flatMap(({ job }, at) => (told[at] === undefined ? [] : [{ job, why: told[at] }]));
      if (told instanceof Error && told.name === "ResourceNotFoundException") break;
    }
    for (const { job, why } of left) await this.undelivered(job, why);
  }

  private async undelivered({ rule, message, stream }: Job, errorMessage: string): Promise<void> {
    this.log("mqtt", `rule ${rule.ruleName} could not deliver to ${stream}: ${errorMessage}${rule.errorAction ? "" : "; it has no error action, so the message is discarded"}`);
    if (!rule.errorAction) return;
    const { bucketName, key } = rule.errorAction.s3;
    await this.outlets.keep(bucketName, substituted(key, message), JSON.stringify({
      ruleName: rule.ruleName, topic: message.topic, cloudwatchTraceId: randomUUID(), clientId: message.clientId,
      base64OriginalPayload: message.payload.toString("base64"),
      failures: [{ failedAction: "FirehoseAction", failedResource: stream, errorMessage }],
    }));
  }
}

/** With batch mode an array is one record an element. */
function records(output: Buffer, batchMode: boolean): Buffer[] {
  if (!batchMode || output[0] !== "[".charCodeAt(0)) return [output];
  return (JSON.parse(output.toString("utf8")) as unknown[]).map((one) => Buffer.from(JSON.stringify(one)));
}

/** Jobs in runs that one call can take. */
function parts(jobs: Job[]): Job[][] {
  const found: Job[][] = [[]];
  let bytes = 0;
  for (const job of jobs) {
    bytes += job.record.length;
    if (bytes > most.bytes || (found.at(-1)?.length ?? 0) >= most.records) {
      found.push([]);
      bytes = job.record.length;
    }
    found.at(-1)?.push(job);
  }
  return found;
}
