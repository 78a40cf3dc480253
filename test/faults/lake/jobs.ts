/** Jobs: which driver runs a Glue job: the warm one, or a process of its own for a run that is to be killed. */
import type { ChildProcess } from "node:child_process";
import type { Lab } from "../../../lab/lab";
import { Driver, type Outcome } from "../../../lab/services/glue-jobs/driver";
import type { Job } from "../../../lab/services/glue-jobs/jobs";
import type { Drive } from "../../../lab/services/glue-jobs/service";
import { Warm } from "./warm";

export class Jobs implements Drive {
  readonly warm: Warm;
  /** Names of jobs, a part of it, whose next runs get a process of their own. */
  alone: RegExp | undefined;
  /** Called when a run begins, which waits until it has answered. */
  beginning: (job: string) => void | Promise<void> = () => undefined;
  private readonly own: Driver;
  private child: ChildProcess | undefined;

  constructor(lab: Lab) {
    const bookmarks = lab.folder("state", "glue-bookmarks");
    this.warm = new Warm(lab, bookmarks);
    this.own = new Driver(lab, bookmarks);
  }

  async run(job: Job, runId: string, args: Record<string, string>, started: (child: ChildProcess) => void): Promise<Outcome> {
    await this.beginning(job.Name);
    if (!this.alone?.test(job.Name)) return this.warm.run(job, runId, args, started);
    return this.own.run(job, runId, args, (child) => {
      this.child = child;
      started(child);
    });
  }

  /** kill -9 the process of the run and all that it started. */
  kill(): void {
    if (this.child?.pid !== undefined) process.kill(-this.child.pid, "SIGKILL");
  }

  /** The process of the last run alone, for what looks at its memory. */
  get pid(): number | undefined {
    return this.child?.pid;
  }
}
