/**
 * Glue jobs over the AWS API: definitions, runs, bookmarks.
 *
 * How runs go on: runner.ts; how a script runs on Spark: driver.ts. Runs are kept; one that was under way when the lab ended is
 * FAILED when it starts again.
 */
import { rmSync } from "node:fs";
import { ApiFault, jsonHandler, type JsonActions, type Service } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { paged } from "../glue-catalog/answers";
import { Bookmarks } from "./bookmarks";
import { Driver } from "./driver";
import { type Job, jobOf } from "./jobs";
import type { Sink } from "./logs";
import { type Drive, Runner } from "./runner";
import { now, Runs } from "./runs";

export type { Drive };

export class GlueJobsService implements Service {
  readonly names = ["glue"];
  private readonly jobs: Store<Job>;
  private readonly runs: Runs;
  private readonly bookmarks: Bookmarks;
  private readonly runner: Runner;

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
    StartJobRun: (input) => this.runner.start(this.job(input.JobName), input),
    GetJobRun: ({ JobName, RunId }) => ({ JobRun: this.runs.found(JobName, RunId) }),
    GetJobRuns: (input) => {
      this.job(input.JobName);
      return paged("JobRuns", this.runs.of(input.JobName), input);
    },
    BatchStopJobRun: ({ JobName, JobRunIds }) => this.runner.stopRuns(JobName, JobRunIds),
    GetJobBookmark: ({ JobName }) => ({ JobBookmarkEntry: this.bookmarks.entry(JobName) }),
    ResetJobBookmark: ({ JobName }) => ({ JobBookmarkEntry: this.bookmarks.reset(JobName) }),
  };

  readonly actions = new Set(Object.keys(this.calls));
  readonly handle = jsonHandler("glue", this.calls);

  constructor(lab: Lab, driver?: Drive, logs?: Sink) {
    this.jobs = lab.store<Job>("glue-jobs");
    this.runs = new Runs(lab);
    this.bookmarks = new Bookmarks(lab.folder("state", "glue-bookmarks"));
    this.runner = new Runner(lab, this.runs, driver ?? new Driver(lab, this.bookmarks.folder, logs));
    rmSync(lab.folder("glue-runs"), { recursive: true, force: true });
  }

  /** End the runs under way; they are told as failed. */
  stop(): Promise<void> {
    return this.runner.end();
  }

  private job(name: string): Job {
    const job = this.jobs.get(name);
    if (!job) throw new ApiFault("EntityNotFoundException", `Entity not found: job ${name}`);
    return job;
  }
}
