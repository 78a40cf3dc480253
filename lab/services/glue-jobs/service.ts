/**
 * Glue jobs over the AWS API: definitions, runs, bookmarks.
 *
 *   StartJobRun ─▶ STARTING ─▶ WAITING (two at once run here) ─▶ RUNNING ─▶ SUCCEEDED | FAILED | STOPPED | TIMEOUT
 *
 * How a script runs on Spark: driver.ts. Runs are kept; one that was under way when the lab ended is FAILED when it starts again.
 */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { ApiFault, type Json, jsonHandler, type JsonActions, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { paged } from "../glue-catalog/answers";
import { Bookmarks } from "./bookmarks";
import { Driver, type Outcome } from "./driver";
import { argumentsOf, type Job, jobOf } from "./jobs";
import { Slots } from "./slots";

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

/** What runs one job; tests pass their own. */
export type Drive = Pick<Driver, "run">;

const sparkAtOnce = 2;
const runsKept = 100;
const isOver = ({ JobRunState: state }: JobRun): boolean => ["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"].includes(state);
const now = (): number => Date.now() / 1000;

export class GlueJobsService implements Service {
  readonly names = ["glue"];
  private readonly jobs: Store<Job>;
  private readonly runs: Store<JobRun>;
  private readonly bookmarks: Bookmarks;
  private readonly driver: Drive;
  private readonly slots = new Slots(sparkAtOnce);
  /** Processes of the runs under way, and when each began: seconds since 1970. */
  private readonly children = new Map<string, ChildProcess>();
  private readonly began = new Map<string, number>();
  private readonly underWay = new Set<Promise<void>>();

  private readonly calls: JsonActions = {
    CreateJob: (input) => {
      const job = jobOf(input.Name, input, now());
      if (this.jobs.has(job.Name)) throw new ApiFault("AlreadyExistsException", `Job ${job.Name} already exists.`);
      this.jobs.put(job.Name, job);
      return { Name: job.Name };
    },
    // The update replaces the whole definition: AWS Glue Web API Reference, "JobUpdate".
    UpdateJob: ({ JobName, JobUpdate }) => {
      const { CreatedOn } = this.job(JobName);
      this.jobs.put(JobName, { ...jobOf(JobName, JobUpdate, now()), CreatedOn });
      return { JobName };
    },
    GetJob: ({ JobName }) => ({ Job: this.job(JobName) }),
    GetJobs: (input) => paged("Jobs", this.jobs.entries().map(([, job]) => job), input),
    ListJobs: (input) => paged("JobNames", this.jobs.entries().map(([name]) => name), input),
    // No fault when there is none: AWS Glue Web API Reference, "DeleteJob".
    DeleteJob: ({ JobName }) => {
      for (const run of this.runsOf(JobName)) if (isOver(run)) this.runs.delete(run.Id);
      this.bookmarks.remove(JobName);
      this.jobs.delete(JobName);
      return { JobName };
    },
    StartJobRun: (input) => this.startRun(input),
    GetJobRun: ({ JobName, RunId }) => ({ JobRun: this.run(JobName, RunId) }),
    GetJobRuns: (input) => {
      this.job(input.JobName);
      return paged("JobRuns", this.runsOf(input.JobName), input);
    },
    BatchStopJobRun: ({ JobName, JobRunIds }) => this.stopRuns(JobName, JobRunIds),
    GetJobBookmark: ({ JobName }) => ({ JobBookmarkEntry: this.bookmarks.entry(JobName) }),
    ResetJobBookmark: ({ JobName }) => ({ JobBookmarkEntry: this.bookmarks.reset(JobName) }),
  };

  readonly actions = new Set(Object.keys(this.calls));
  readonly handle = jsonHandler("glue", this.calls);

  constructor(private readonly lab: Lab, driver?: Drive) {
    this.jobs = lab.store<Job>("glue-jobs");
    this.runs = lab.store<JobRun>("glue-job-runs");
    this.bookmarks = new Bookmarks(lab.folder("state", "glue-bookmarks"));
    this.driver = driver ?? new Driver(lab, this.bookmarks.folder);
    for (const [, run] of this.runs.entries()) if (!isOver(run)) this.end(run.Id, "FAILED", "The lab ended during the run; start it again.");
    rmSync(lab.folder("glue-runs"), { recursive: true, force: true });
  }

  /** End the runs under way; they are told as failed. */
  async stop(): Promise<void> {
    for (const [, run] of this.runs.entries()) if (!isOver(run)) this.end(run.Id, "FAILED", "The lab was stopped during the run; start it again.");
    await Promise.all([...this.children.values()].map((child) => this.lab.children.stop(child)));
    await Promise.all(this.underWay);
  }

  private startRun({ JobName, JobRunId, Arguments, Timeout, WorkerType, NumberOfWorkers }: Json): { JobRunId: string } {
    const job = this.job(JobName);
    if (JobRunId) throw new ApiFault("InvalidInputException", "JobRunId of an earlier run was given; the lab does not retry runs, start a new one.");
    const active = this.runsOf(JobName).filter((run) => !isOver(run)).length;
    if (active >= (job.ExecutionProperty?.MaxConcurrentRuns ?? 1)) throw new ApiFault("ConcurrentRunsExceededException", `Concurrent runs exceeded for ${JobName}`);
    const args = argumentsOf(job, Arguments);
    const size = { WorkerType: WorkerType ?? job.WorkerType, NumberOfWorkers: NumberOfWorkers ?? job.NumberOfWorkers };
    const run: JobRun = {
      Id: `jr_${randomBytes(32).toString("hex")}`, JobName, Attempt: 0, JobRunState: "STARTING", Arguments: Arguments ?? {}, ...size,
      StartedOn: now(), LastModifiedOn: now(), ExecutionTime: 0, Timeout: Timeout ?? job.Timeout ?? 480, GlueVersion: job.GlueVersion ?? "", LogGroupName: "/aws-glue/jobs",
    };
    this.runs.put(run.Id, run);
    for (const old of this.runsOf(JobName).slice(runsKept)) if (isOver(old)) this.runs.delete(old.Id);
    const done = this.slots.use(() => this.drive(job, run.Id, args), () => this.change(run.Id, { JobRunState: "WAITING" }))
      .catch((fault: Error) => this.end(run.Id, "FAILED", fault.message))
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
    return { JobRunId: run.Id };
  }

  private async drive(job: Job, id: string, args: Record<string, string>): Promise<void> {
    // It may have been stopped while it waited.
    if (isOver(this.runs.get(id)!)) return;
    let timer: NodeJS.Timeout | undefined;
    const outcome: Outcome = await this.driver.run(job, id, args, (child) => {
      this.children.set(id, child);
      const run = this.runs.get(id)!;
      if (isOver(run) || run.JobRunState === "STOPPING") return void this.lab.children.stop(child, 0);
      this.change(id, { JobRunState: "RUNNING" });
      this.began.set(id, now());
      timer = setTimeout(() => {
        this.end(id, "TIMEOUT", "Job run exceeded its timeout of " + `${run.Timeout} minutes`);
        void this.lab.children.stop(child);
      }, run.Timeout * 60_000);
    });
    clearTimeout(timer);
    this.children.delete(id);
    if (this.runs.get(id)?.JobRunState === "STOPPING") this.end(id, "STOPPED");
    else this.end(id, outcome.state, "cause" in outcome ? outcome.cause : undefined);
  }

  private stopRuns(JobName: string, ids: string[]): object {
    const SuccessfulSubmissions: object[] = [];
    const Errors: object[] = [];
    for (const JobRunId of ids) {
      const run = this.runs.get(JobRunId);
      if (run?.JobName !== JobName) Errors.push({ JobName, JobRunId, ErrorDetail: { ErrorCode: "EntityNotFoundException", ErrorMessage: `Job run ${JobRunId} not found.` } });
      else if (isOver(run)) Errors.push({ JobName, JobRunId, ErrorDetail: { ErrorCode: "InvalidInputException", ErrorMessage: `Job run ${JobRunId} is ${run.JobRunState}.` } });
      else {
        SuccessfulSubmissions.push({ JobName, JobRunId });
        if (run.JobRunState === "WAITING") this.end(JobRunId, "STOPPED");
        else this.change(JobRunId, { JobRunState: "STOPPING" });
        const child = this.children.get(JobRunId);
        if (child) void this.lab.children.stop(child);
      }
    }
    return { SuccessfulSubmissions, Errors };
  }

  /** Once over, a run stays as it ended. */
  private end(id: string, JobRunState: JobRun["JobRunState"], ErrorMessage?: string): void {
    const run = this.runs.get(id);
    if (!run || isOver(run)) return;
    const seconds = now() - (this.began.get(id) ?? now());
    this.began.delete(id);
    this.change(id, { JobRunState, CompletedOn: now(), ExecutionTime: Math.round(seconds), ...(ErrorMessage && { ErrorMessage }) });
    this.lab.log(`glue-${run.JobName}`, `${id} ${JobRunState}${ErrorMessage ? `: ${ErrorMessage}` : ""} after ${seconds.toFixed(1)} s`);
  }

  private change(id: string, change: Partial<JobRun>): void {
    const run = this.runs.get(id);
    if (run) this.runs.put(id, { ...run, ...change, LastModifiedOn: now() } as JobRun);
  }

  private job(name: string): Job {
    const job = this.jobs.get(name);
    if (!job) throw new ApiFault("EntityNotFoundException", `Entity not found: job ${name}`);
    return job;
  }

  private run(name: string, id: string): JobRun {
    const run = this.runs.get(id);
    if (run?.JobName !== name) throw new ApiFault("EntityNotFoundException", `Job Run dataset entry for ${id} of ${name} not found`);
    return run;
  }

  /** Latest first, as AWS lists them. */
  private runsOf(name: string): JobRun[] {
    return this.runs.entries().map(([, run]) => run).filter(({ JobName }) => JobName === name).sort((a, b) => b.StartedOn - a.StartedOn);
  }
}
