/**
 * Warm: a driver of Glue jobs that keeps one Spark up for all runs. Scripts and library are those that the stack uploaded,
 * and run unmodified; only the seconds that a Spark takes to start are saved. What must die in the test runs on the lab's own driver.
 */
import type { ChildProcess } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { eachLine } from "../../../lab/children";
import type { Lab } from "../../../lab/lab";
import { argv, type Outcome } from "../../../lab/services/glue-jobs/driver";
import { type Job, sparkSettings } from "../../../lab/services/glue-jobs/jobs";
import type { Drive } from "../../../lab/services/glue-jobs/service";
import { defaultsFile, environmentOf, log4j, type RunPlace, settingsOf } from "../../../lab/services/glue-jobs/spark";

type Answer = (outcome: Outcome) => void;

export class Warm implements Drive {
  /** Python that runs before the next scripts; empty: none. */
  plant = "";
  private child: ChildProcess | undefined;
  private answer: Answer | undefined;
  private before: Promise<unknown> = Promise.resolve();

  constructor(private readonly lab: Lab, private readonly bookmarks: string) {}

  /** One run at a time: a script finds its arguments in one place. */
  async run(job: Job, runId: string, args: Record<string, string>, started: (child: ChildProcess) => void): Promise<Outcome> {
    const done = this.before.then(() => this.ran(job, runId, args, started)).catch((fault: Error): Outcome => ({ state: "FAILED", cause: `LAUNCH ERROR | ${fault.message}` }));
    this.before = done;
    return done;
  }

  /** Leader of the group of processes, for what looks at their memory. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  private async ran(job: Job, runId: string, args: Record<string, string>, started: (child: ChildProcess) => void): Promise<Outcome> {
    const folder = this.lab.folder("warm");
    const child = (this.child ??= await this.begun(folder, args));
    started(child);
    const script = await this.download(job.Command.ScriptLocation, folder);
    const outcome = new Promise<Outcome>((resolve) => (this.answer = resolve));
    child.stdin?.write(`${JSON.stringify({ script, arguments: argv(job, runId, args), plant: this.plant })}\n`);
    return outcome;
  }

  private async begun(folder: string, args: Record<string, string>): Promise<ChildProcess> {
    rmSync(folder, { recursive: true, force: true });
    for (const part of ["conf", "tmp", "work"]) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
    const place: RunPlace = { folder, jars: [], pythonPath: [await this.download(args["--extra-py-files"] ?? "", folder)] };
    writeFileSync(join(folder, "conf", "spark-defaults.conf"), defaultsFile(settingsOf(this.lab, sparkSettings(args["--conf"]), place)));
    writeFileSync(join(folder, "conf", "log4j2.properties"), log4j);
    const child = this.lab.children.start("glue-warm", this.lab.tools.python, [join(__dirname, "warm.py")],
      { cwd: join(folder, "work"), env: environmentOf(this.lab, place, this.bookmarks), stdio: ["pipe", "pipe", "pipe", "pipe"] });
    eachLine(child.stdio[3] as NodeJS.ReadableStream, (line) => {
      const { cause } = JSON.parse(line) as { cause?: string };
      this.answer?.(cause === undefined ? { state: "SUCCEEDED" } : { state: "FAILED", cause });
    });
    child.once("exit", (code, signal) => {
      this.child = undefined;
      this.answer?.({ state: "FAILED", cause: `Command failed with ${signal ? `signal ${signal}` : `exit code ${code}`}` });
    });
    return child;
  }

  private async download(uri: string, folder: string): Promise<string> {
    const [, Bucket, Key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    const { Body } = await new S3Client(this.lab.client()).send(new GetObjectCommand({ Bucket, Key }));
    const file = join(folder, basename(Key));
    writeFileSync(file, await Body!.transformToByteArray());
    return file;
  }
}
