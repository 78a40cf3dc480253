/** Bookmarks: what a job has read, one document a job. Runs write them (lab/awsglue/bookmarks.py); here they are shown and reset. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiFault } from "../../gateway/service";

interface Bookmark {
  job: string;
  /** Grows with every change; a run whose own is older can't commit. */
  version: number;
  run: number;
  runId?: string | null;
  previousRunId?: string | null;
  /** transformation_ctx → object → fingerprint. */
  contexts: Record<string, Record<string, string>>;
}

export class Bookmarks {
  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** A JobBookmarkEntry. */
  entry(job: string): object {
    const found = this.read(job);
    if (!found) throw new ApiFault("EntityNotFoundException", `Continuation for job ${job} not found.`);
    return {
      JobName: job, Version: found.version, Run: found.run, Attempt: 0, JobBookmark: JSON.stringify(found.contexts),
      ...(found.runId && { RunId: found.runId }), ...(found.previousRunId && { PreviousRunId: found.previousRunId }),
    };
  }

  /** Everything is new again, for a run that is under way too: it will not commit. */
  reset(job: string): object {
    const found = this.read(job);
    if (!found) throw new ApiFault("EntityNotFoundException", `Continuation for job ${job} not found.`);
    const file = this.file(job);
    writeFileSync(`${file}.new`, JSON.stringify({ job, version: found.version + 1, run: 0, contexts: {} } satisfies Bookmark));
    renameSync(`${file}.new`, file);
    return this.entry(job);
  }

  remove(job: string): void {
    rmSync(this.file(job), { force: true });
  }

  private read(job: string): Bookmark | undefined {
    return existsSync(this.file(job)) ? (JSON.parse(readFileSync(this.file(job), "utf8")) as Bookmark) : undefined;
  }

  /** As Python's quote(job, safe=""). */
  private file(job: string): string {
    const name = encodeURIComponent(job).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
    return join(this.folder, `${name}.json`);
  }
}
