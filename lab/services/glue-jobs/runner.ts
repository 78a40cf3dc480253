/**
 * Runner: runs under way: started when a slot is free, ended when the script ends, when it takes too long or when someone stops it.
 *
 *   STARTING ─▶ WAITING (two at once run here) ─▶ RUNNING ─▶ SUCCEEDED | FAILED ─▶ another attempt | STOPPED | TIMEOUT
 */
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { ApiFault, type Json } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Driver, Outcome } from "./driver";
import { argumentsOf, type Job } from "./jobs";
import { isOver, type JobRun, now, type Runs } from "./runs";
import { Slots } from "./slots";

/** What runs one job; tests pass their own. */
export type Drive = Pick<Driver, "run">;

const sparkAtOnce = 2;

export class Runner {
  private readonly slots = new Slots(sparkAtOnce);
  /** Processes of the runs under way. */
  private readonly children = new Map<string, ChildProcess>();
  private readonly underWay = new Set<Promise<void>>();
  private ending = false;

  constructor(private readonly lab: Lab, private readonly runs: Runs, private readonly driver: Drive) {}

  /** @param input of StartJobRun; a JobRunId in it is an earlier run, whose arguments are taken */
  start(job: Job, { JobRunId: earlier, Arguments: given, Timeout, WorkerType, NumberOfWorkers }: Json): { JobRunId: string } {
    const before = earlier ? this.runs.found(job.Name, earlier) : undefined;
    const active = this.runs.of(job.Name).filter((run) => !isOver(run)).length;
    if (active >= (job.ExecutionProperty?.MaxConcurrentRuns ?? 1)) throw new ApiFault("ConcurrentRunsExceededException", `Concurrent runs exceeded for ${job.Name}`);
    const Arguments = { ...before?.Arguments, ...given };
    argumentsOf(job, Arguments);
    const id = `jr_${randomBytes(32).toString("hex")}`;
    this.begin(job, {
      Id: id, JobName: job.Name, Attempt: 0, ...(before && { PreviousRunId: before.Id }), JobRunState: "STARTING", Arguments,
      WorkerType: WorkerType ?? job.WorkerType, NumberOfWorkers: NumberOfWorkers ?? job.NumberOfWorkers,
      StartedOn: now(), LastModifiedOn: now(), ExecutionTime: 0, Timeout: Timeout ?? job.Timeout ?? 480, GlueVersion: job.GlueVersion ?? "", LogGroupName: "/aws-glue/jobs",
    });
    return { JobRunId: id };
  }

  /** Ask runs to stop; one that waits has stopped then. What could not be asked is told. */
  stopRuns(JobName: string, ids: string[]): object {
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

  /** End the runs under way; they are told as failed, and none is tried again. */
  async end(): Promise<void> {
    this.ending = true;
    this.runs.endAll("The lab was stopped during the run; start it again.");
    await Promise.all([...this.children.values()].map((child) => this.lab.children.stop(child)));
    await Promise.all(this.underWay);
  }

  private begin(job: Job, run: JobRun): void {
    this.runs.add(run);
    const done = this.slots.use(() => this.drive(job, run.Id, argumentsOf(job, run.Arguments)), () => this.runs.change(run.Id, { JobRunState: "WAITING" }))
      .catch((fault: Error) => this.runs.end(run.Id, "FAILED", fault.message))
      .finally(() => {
        this.underWay.delete(done);
        this.again(job, run.Id);
      });
    this.underWay.add(done);
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

  /**
   * A run that failed is tried again as often as its job says, each time as a run of its own. One that was stopped or took too
   * long is not: Glue Developer Guide, "Defining job properties for Spark jobs", Number of retries.
   */
  private again(job: Job, id: string): void {
    const run = this.runs.get(id);
    if (this.ending || run?.JobRunState !== "FAILED" || run.Attempt >= (job.MaxRetries ?? 0)) return;
    const { JobName, Arguments, Timeout, GlueVersion, LogGroupName, WorkerType, NumberOfWorkers } = run;
    const first = id.replace(/_attempt_\d+$/, "");
    this.begin(job, {
      JobName, Arguments, Timeout, GlueVersion, LogGroupName, WorkerType, NumberOfWorkers, Id: `${first}_attempt_${run.Attempt + 1}`, Attempt: run.Attempt + 1, PreviousRunId: id, JobRunState: "STARTING",
      StartedOn: now(), LastModifiedOn: now(), ExecutionTime: 0,
    });
  }
}
