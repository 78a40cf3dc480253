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
import { isOver, now, Runs } from "./runs";
import { Slots } from "./slots";

/** What runs one job; tests pass their own. */
export type Drive = Pick<Driver, "run">;

const sparkAtOnce = 2;

export class GlueJobsService implements Service {
  readonly names = ["glue"];
  private readonly jobs: Store<Job>;
  private readonly runs: Runs;
  private readonly bookmarks: Bookmarks;
  private readonly driver: Drive;
  private readonly slots = new Slots(sparkAtOnce);
  /** Processes of the runs under way. */
  private readonly children = new Map<string, ChildProcess>();
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
      this.runs.forget(JobName);
      this.bookmarks.remove(JobName);
      this.jobs.delete(JobName);
      return { JobName };
    },
    StartJobRun: (input) => this.startRun(input),
    GetJobRun: ({ JobName, RunId }) => ({ JobRun: this.runs.found(JobName, RunId) }),
    GetJobRuns: (input) => {
      this.job(input.JobName);
      return paged("JobRuns", this.runs.of(input.JobName), input);
    },
    BatchStopJobRun: ({ JobName, JobRunIds }) => this.stopRuns(JobName, JobRunIds),
    GetJobBookmark: ({ JobName }) => ({ JobBookmarkEntry: this.bookmarks.entry(JobName) }),
    ResetJobBookmark: ({ JobName }) => ({ JobBookmarkEntry: this.bookmarks.reset(JobName) }),
  };

  readonly actions = new Set(Object.keys(this.calls));
  readonly handle = jsonHandler("glue", this.calls);

  constructor(private readonly lab: Lab, driver?: Drive) {
    this.jobs = lab.store<Job>("glue-jobs");
    this.runs = new Runs(lab);
    this.bookmarks = new Bookmarks(lab.folder("state", "glue-bookmarks"));
    this.driver = driver ?? new Driver(lab, this.bookmarks.folder);
    rmSync(lab.folder("glue-runs"), { recursive: true, force: true });
  }

  /** End the runs under way; they are told as failed. */
  async stop(): Promise<void> {
    this.runs.endAll("The lab was stopped during the run; start it again.");
    await Promise.all([...this.children.values()].map((child) => this.lab.children.stop(child)));
    await Promise.all(this.underWay);
  }

  private startRun({ JobName, JobRunId, Arguments, Timeout, WorkerType, NumberOfWorkers }: Json): { JobRunId: string } {
    const job = this.job(JobName);
    if (JobRunId) throw new ApiFault("InvalidInputException", "JobRunId of an earlier run was given; the lab does not retry runs, start a new one.");
    const active = this.runs.of(JobName).filter((run) => !isOver(run)).length;
    if (active >= (job.ExecutionProperty?.MaxConcurrentRuns ?? 1)) throw new ApiFault("ConcurrentRunsExceededException", `Concurrent runs exceeded for ${JobName}`);
    const args = argumentsOf(job, Arguments);
    const size = { WorkerType: WorkerType ?? job.WorkerType, NumberOfWorkers: NumberOfWorkers ?? job.NumberOfWorkers };
    const id = `jr_${randomBytes(32).toString("hex")}`;
    this.runs.add({
      Id: id, JobName, Attempt: 0, JobRunState: "STARTING", Arguments: Arguments ?? {}, ...size,
      StartedOn: now(), LastModifiedOn: now(), ExecutionTime: 0, Timeout: Timeout ?? job.Timeout ?? 480, GlueVersion: job.GlueVersion ?? "", LogGroupName: "/aws-glue/jobs",
    });
    const done = this.slots.use(() => this.drive(job, id, args), () => this.runs.change(id, { JobRunState: "WAITING" }))
      .catch((fault: Error) => this.runs.end(id, "FAILED", fault.message))
      .finally(() => this.underWay.delete(done));
    this.underWay.add(done);
    return { JobRunId: id };
  }

  private async drive(job: Job, id: string, args: Record<string, string>): Promise<void> {
    // It may have been stopped while it waited.
    if (isOver(this.runs.get(id)!)) return;
    let timer: NodeJS.Timeout | undefined;
    const outcome: Outcome = await this.driver.run(job, id, args, (child) => {
      this.children.set(id, child);
      const run = this.runs.get(id)!;
      if (isOver(run) || run.JobRunState === "STOPPING") return void this.lab.children.stop(child, 0);
      this.runs.change(id, { JobRunState: "RUNNING" });
      timer = setTimeout(() => {
        this.runs.end(id, "TIMEOUT", `Job run exceeded its timeout of ${run.Timeout} minutes`);
        void this.lab.children.stop(child);
      }, run.Timeout * 60_000);
    });
    clearTimeout(timer);
    this.children.delete(id);
    if (this.runs.get(id)?.JobRunState === "STOPPING") this.runs.end(id, "STOPPED");
    else this.runs.end(id, outcome.state, "cause" in outcome ? outcome.cause : undefined);
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
        if (run.JobRunState === "WAITING") this.runs.end(JobRunId, "STOPPED");
        else this.runs.change(JobRunId, { JobRunState: "STOPPING" });
        const child = this.children.get(JobRunId);
        if (child) void this.lab.children.stop(child);
      }
    }
    return { SuccessfulSubmissions, Errors };
  }

  private job(name: string): Job {
    const job = this.jobs.get(name);
    if (!job) throw new ApiFault("EntityNotFoundException", `Entity not found: job ${name}`);
    return job;
  }
}
