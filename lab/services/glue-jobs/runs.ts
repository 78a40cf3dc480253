/** Runs: every run of every job, kept, and how it may go on: once over, a run stays as it ended. */
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";

/** A JobRun as the API gives it; times are seconds since 1970. */
export interface JobRun {
  Id: string;
  JobName: string;
  Attempt: number;
  JobRunState: "STARTING" | "WAITING" | "RUNNING" | "STOPPING" | "SUCCEEDED" | "FAILED" | "STOPPED" | "TIMEOUT";
  Arguments: Record<string, string>;
  StartedOn: number;
  LastModifiedOn: number;
  CompletedOn?: number;
  /** Seconds that the script ran. */
  ExecutionTime: number;
  /** Minutes. */
  Timeout: number;
  ErrorMessage?: string;
  GlueVersion: string;
  LogGroupName: string;
  [other: string]: unknown;
}

const runsKept = 100;
const over = ["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"];
export const isOver = ({ JobRunState: state }: JobRun): boolean => over.includes(state);
export const now = (): number => Date.now() / 1000;

export class Runs {
  private readonly store: Store<JobRun>;
  /** When each run under way began to run: seconds since 1970. */
  private readonly began = new Map<string, number>();

  constructor(private readonly lab: Lab) {
    this.store = lab.store<JobRun>("glue-job-runs");
    this.endAll("The lab ended during the run; start it again.");
  }

  get(id: string): JobRun | undefined {
    return this.store.get(id);
  }

  /** A run that must be there. */
  found(job: string, id: string): JobRun {
    const run = this.store.get(id);
    if (run?.JobName !== job) throw new ApiFault("EntityNotFoundException", `Job Run dataset entry for ${id} of ${job} not found`);
    return run;
  }

  /** Latest first, as AWS lists them. */
  of(job: string): JobRun[] {
    return this.store.entries().map(([, run]) => run).filter(({ JobName }) => JobName === job).sort((a, b) => b.StartedOn - a.StartedOn);
  }

  /** Keep a new run; of those that are over the oldest go. */
  add(run: JobRun): void {
    this.store.put(run.Id, run);
    for (const old of this.of(run.JobName).slice(runsKept)) if (isOver(old)) this.store.delete(old.Id);
  }

  change(id: string, change: Partial<JobRun>): void {
    const run = this.store.get(id);
    if (!run || isOver(run)) return;
    if (change.JobRunState === "RUNNING") this.began.set(id, now());
    this.store.put(id, { ...run, ...change, LastModifiedOn: now() } as JobRun);
  }

  end(id: string, JobRunState: JobRun["JobRunState"], ErrorMessage?: string): void {
    const run = this.store.get(id);
    if (!run || isOver(run)) return;
    const seconds = now() - (this.began.get(id) ?? now());
    this.began.delete(id);
    this.change(id, { JobRunState, CompletedOn: now(), ExecutionTime: Math.round(seconds), ...(ErrorMessage && { ErrorMessage }) });
    this.lab.log(`glue-${run.JobName}`, `${id} ${JobRunState}${ErrorMessage ? `: ${ErrorMessage}` : ""} after ${seconds.toFixed(1)} s`);
  }

  /** End what is under way as failed. */
  endAll(cause: string): void {
    for (const [id] of this.store.entries()) this.end(id, "FAILED", cause);
  }

  /** Forget the runs of a job that are over. */
  forget(job: string): void {
    for (const run of this.of(job)) if (isOver(run)) this.store.delete(run.Id);
  }
}
