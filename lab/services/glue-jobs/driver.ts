/** Driver: one run of a script on Spark, from the objects that were uploaded to how it ended. */
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { GetConnectionCommand, GlueClient } from "@aws-sdk/client-glue";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { eachLine } from "../../children";
import type { Lab } from "../../lab";
import { type Job, sparkSettings } from "./jobs";
import { type Kind, runLog, type Sink } from "./logs";
import { defaultsFile, environmentOf, log4j, type RunPlace, settingsOf } from "./spark";

export type Outcome = { state: "SUCCEEDED" } | { state: "FAILED"; cause: string };

export class Driver {
  private readonly s3: S3Client;
  private readonly glue: GlueClient;

  constructor(private readonly lab: Lab, private readonly bookmarks: string, private readonly sink?: Sink) {
    this.s3 = new S3Client(lab.client());
    this.glue = new GlueClient(lab.client());
  }

  /** @param started is handed the process, to stop it by. */
  async run(job: Job, runId: string, args: Record<string, string>, started: (child: ChildProcess) => void): Promise<Outcome> {
    const folder = this.lab.folder("glue-runs", runId);
    const log = runLog(this.sink, runId, args);
    try {
      await this.connected(job);
      for (const part of ["conf", "tmp", "code", "work"]) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
      const { script, place } = await this.fetched(job, args, folder);
      this.configured(args, place);
      return await this.driven(job, script, place, argv(job, runId, args), log, started);
    } catch (fault) {
      log("error", `LAUNCH ERROR | ${(fault as Error).message}`);
      return { state: "FAILED", cause: `LAUNCH ERROR | ${(fault as Error).message}` };
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  /** A run whose connection is not there does not start. */
  private async connected({ Connections: { Connections: names = [] } = {} }: Job): Promise<void> {
    for (const Name of names) {
      await this.glue.send(new GetConnectionCommand({ Name, HidePassword: true })).catch((fault: Error) => {
        throw new Error(`connection ${Name} can't be used: ${fault.name}`, { cause: fault });
      });
    }
  }

  /** Script, `--extra-py-files`, `--extra-jars` and `--extra-files`, as they stand in their buckets now. */
  private async fetched(job: Job, args: Record<string, string>, folder: string): Promise<{ script: string; place: RunPlace }> {
    const script = await this.download(job.Command.ScriptLocation, join(folder, "code"));
    const library = await this.all(args["--extra-py-files"], join(folder, "library"));
    const jars = await this.all(args["--extra-jars"], join(folder, "jars"));
    await this.all(args["--extra-files"], join(folder, "work"));
    const loose = library.some((file) => extname(file) === ".py");
    return { script, place: { folder, jars, pythonPath: [...library.filter((file) => extname(file) !== ".py"), ...(loose ? [join(folder, "library")] : [])] } };
  }

  private async all(list: string | undefined, folder: string): Promise<string[]> {
    return Promise.all((list ?? "").split(",").map((uri) => uri.trim()).filter(Boolean).map((uri) => this.download(uri, folder)));
  }

  private async download(uri: string, folder: string): Promise<string> {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri) ?? [];
    if (!Bucket || !Key) throw new Error(`${uri} is no s3://bucket/key`);
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key })).catch((fault: Error) => {
      throw new Error(`${uri} can't be read: ${fault.name}`, { cause: fault });
    });
    const file = join(folder, basename(Key));
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, await Body!.transformToByteArray());
    return file;
  }

  private configured(args: Record<string, string>, place: RunPlace): void {
    const conf = join(place.folder, "conf");
    writeFileSync(join(conf, "spark-defaults.conf"), defaultsFile(settingsOf(this.lab, sparkSettings(args["--conf"]), place)));
    writeFileSync(join(conf, "log4j2.properties"), log4j);
  }

  private async driven(job: Job, script: string, place: RunPlace, given: string[], log: (kind: Kind, line: string) => void, started: (child: ChildProcess) => void): Promise<Outcome> {
    const outcome = join(place.folder, "outcome.json");
    const child = this.lab.children.start(`glue-${job.Name}`, this.lab.tools.python, [join(__dirname, "run.py"), script, outcome, ...given],
      { cwd: join(place.folder, "work"), env: environmentOf(this.lab, place, this.bookmarks) });
    for (const [stream, kind] of [[child.stdout, "output"], [child.stderr, "error"]] as const) if (stream) eachLine(stream, (line) => log(kind, line));
    const ended = new Promise<{ code: number | null; signal: string | null; fault?: Error }>((resolve) => {
      child.once("close", (code, signal) => resolve({ code, signal }));
      child.once("error", (fault) => resolve({ code: null, signal: null, fault }));
    });
    started(child);
    const { code, signal, fault } = await ended;
    // The group may hold a Java process that outlived its Python.
    await this.lab.children.stop(child);
    if (code === 0) return { state: "SUCCEEDED" };
    if (existsSync(outcome)) return { state: "FAILED", cause: (JSON.parse(readFileSync(outcome, "utf8")) as { cause: string }).cause };
    return { state: "FAILED", cause: fault ? `LAUNCH ERROR | ${fault.message}` : `Command failed with ${signal ? `signal ${signal}` : `exit code ${code}`}` };
  }
}

/** A script's arguments: the run's, then Glue's own. */
export function argv(job: Job, runId: string, args: Record<string, string>): string[] {
  const own = { "--JOB_NAME": job.Name, "--JOB_ID": `j_${runId.slice(3)}`, "--JOB_RUN_ID": runId };
  return Object.entries({ ...args, ...own }).flat();
}
