/**
 * Jobs: the life of a training or transform job. Durable: a job is on disk before its name is answered, and one that was
 * under way when the lab died is Failed when it comes back.
 */
import { ApiFault, type Json } from "../../gateway/service";
import type { Store } from "../../store";

export type Status = "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped";

export interface Job {
  name: string;
  arn: string;
  /** The request, as it came. */
  asked: Json;
  status: Status;
  /** Seconds since 1970, as JSON protocols have it. */
  created: number;
  modified: number;
  ended?: number;
  /** What the job made, by the names of its Describe answer. */
  made?: Json;
  reason?: string;
}

/** A fault of the request's data or settings: its text becomes the FailureReason. */
export class ClientFault extends Error {}
/** The job ran out of the time that it was given. */
export class OutOfTime extends Error {}

/** API Reference, DescribeTrainingJob: FailureReason has at most 1024 characters. */
const REASON_MAX = 1024;
const seconds = (): number => Date.now() / 1000;

export class Jobs {
  private readonly running = new Map<string, Promise<void>>();

  /** @param kind "training-job" or "transform-job", as in ARNs. */
  constructor(private readonly kind: string, private readonly store: Store<Job>, private readonly arnOf: (path: string) => string, private readonly log: (line: string) => void) {}

  /** Jobs that the last lab left behind did not end: they failed. */
  recover(): void {
    for (const [, job] of this.store.entries()) {
      if (job.status === "InProgress") this.end(job, { status: "Failed", reason: "InternalServerError: the lab stopped while the job ran. Please start it again." });
      if (job.status === "Stopping") this.end(job, { status: "Stopped" });
    }
  }

  /** Start `work`; what it answers is made only while nobody has stopped the job. */
  start(name: string, asked: Json, work: (job: Job) => Promise<() => Promise<Json>>): Job {
    if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name)) throw invalid(`The name "${name}" of the ${this.kind} is not 1 to 63 letters, digits and -, a letter or digit first and last.`);
    const other = this.store.get(name);
    if (other) throw new ApiFault("ResourceInUse", `A ${this.kind} with the name ${name} exists already (${other.arn}); names are used once.`);
    const now = seconds();
    const job: Job = { name, arn: this.arnOf(`${this.kind}/${name}`), asked, status: "InProgress", created: now, modified: now };
    this.store.put(name, job);
    this.running.set(name, this.run(job, work).finally(() => this.running.delete(name)));
    return job;
  }

  found(name: unknown): Job {
    const job = this.store.get(String(name));
    if (!job) throw invalid(`Requested resource not found: ${this.kind} ${String(name)}.`);
    return job;
  }

  stop(name: unknown): void {
    const job = this.found(name);
    if (job.status !== "InProgress") throw invalid(`The ${this.kind} ${job.name} is ${job.status}; only one that is InProgress can be stopped.`);
    this.store.put(job.name, { ...job, status: "Stopping", modified: seconds() });
  }

  /** Newest first; a page of at most `MaxResults`, 10 when it says nothing. */
  list({ NameContains = "", StatusEquals, MaxResults = 10, NextToken = "0" }: Json): { jobs: Job[]; token?: string } {
    const all = this.store.entries().map(([, job]) => job)
      .filter((job) => job.name.includes(NameContains) && (!StatusEquals || job.status === StatusEquals))
      .sort((a, b) => b.created - a.created);
    const from = Number(NextToken);
    const to = from + Number(MaxResults);
    return { jobs: all.slice(from, to), ...(to < all.length && { token: String(to) }) };
  }

  /** Every job that runs has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private async run(job: Job, work: (job: Job) => Promise<() => Promise<Json>>): Promise<void> {
    try {
      const keep = await work(job);
      if (this.found(job.name).status === "Stopping") return this.end(job, { status: "Stopped" });
      this.end(job, { status: "Completed", made: await keep() });
    } catch (fault) {
      if (fault instanceof OutOfTime) return this.end(job, { status: "Stopped", reason: fault.message });
      const kind = fault instanceof ClientFault ? "ClientError" : "InternalServerError";
      const reason = `${kind}: ${(fault as Error).message}`.slice(0, REASON_MAX);
      this.log(`${this.kind} ${job.name} failed: ${fault instanceof ClientFault ? reason : (fault as Error).stack ?? reason}`);
      this.end(job, { status: "Failed", reason });
    }
  }

  private end(job: Job, how: Pick<Job, "status" | "made" | "reason">): void {
    const now = seconds();
    this.store.put(job.name, { ...job, ...how, modified: now, ended: now });
  }
}

export const invalid = (message: string): ApiFault => new ApiFault("ValidationException", message);

/** Refuse a request that lacks what its API requires; paths are like `OutputDataConfig.S3OutputPath`. */
export function required(input: Json, paths: string[]): void {
  const missing = paths.filter((path) => path.split(".").reduce((value: Json, name) => value?.[name], input) === undefined);
  if (missing.length) throw invalid(`Missing required parameter: ${missing.join(", ")}.`);
}
