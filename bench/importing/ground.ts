/** Ground: a lab with the stack local and a table of as many rows as asked, on which import_db is measured as the lab runs it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateJobCommand, GetJobCommand, GetJobRunCommand, GlueClient, StartJobRunCommand } from "@aws-sdk/client-glue";
import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { portsFrom } from "../../lab/lab";
import { deployLocal, type Host, startHost } from "../../lab/session";
import { setup } from "../../lab/setup/setup";
import { groupOf, peakMegabytes } from "./processes";

const rooms = 100;
const batchRows = 250_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How one run of a job went. */
export interface Run {
  state: string;
  /** From when Spark is started to when it has ended. */
  seconds: number;
  /** Most memory that Python and Java held together. */
  peak_megabytes: number;
  cause?: string;
}

interface Outputs {
  buckets: { raw: string; lake: string; assets: string };
  jobs: { importDb: string };
}

export class Ground {
  private readonly glue: GlueClient;
  private readonly s3: S3Client;
  private runs = 0;

  private constructor(private readonly host: Host, readonly outputs: Outputs) {
    this.glue = new GlueClient(host.lab.client());
    this.s3 = new S3Client(host.lab.client());
  }

  static async laid(port: number): Promise<Ground> {
    const home = mkdtempSync(join(tmpdir(), "bench-import-"));
    const host = await startHost({ home, ports: portsFrom(port) }, await setup({ quiet: true }));
    const ground = new Ground(host, (await deployLocal(host)).outputs as unknown as Outputs);
    await ground.addBare();
    return ground;
  }

  async cleared(): Promise<void> {
    await this.host.stop();
    rmSync(this.host.lab.home, { recursive: true, force: true });
  }

  /** Add rows to the table, numbered from one number up to another; each room's one after the other, each row changed a tenth of a second after the one before. */
  async fill(from: number, to: number): Promise<void> {
    for (let low = from; low <= to; low += batchRows) {
      await this.ask(`INSERT INTO "dbo"."readings" SELECT 'room-' || MOD(x, ${rooms}), DATEADD(SECOND, CAST(x / ${rooms} * 10 AS int), TIMESTAMP '2015-01-01 00:00:00'),
        15 + MOD(x * 7919, 2000) / 100.0, DATEADD(MILLISECOND, x * 100, TIMESTAMP '2023-01-01 00:00:00') FROM SYSTEM_RANGE(${low}, ${Math.min(low + batchRows - 1, to)}) AS s(x)`);
    }
  }

  ask<Row extends Record<string, unknown>>(sql: string): Promise<Row[]> {
    return this.host.database.run<Row>(sql);
  }

  importing(args: Record<string, string> = {}, watch?: (processes: number[]) => Promise<boolean>): Promise<Run> {
    return this.run(this.outputs.jobs.importDb, { "--run_id": this.runId(), ...args }, watch);
  }

  copying(parts: number): Promise<Run> {
    return this.run("bare", { "--parts": String(parts), "--target": `s3://${this.outputs.buckets.raw}/bare/` });
  }

  /** What the last import said of itself. */
  async report(): Promise<{ read: number; written: number; parts: Record<string, { parts: number }> }> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.outputs.buckets.lake, Key: `runs/bench-${this.runs}/import_db.json` }));
    return JSON.parse(await Body!.transformToString()) as { read: number; written: number; parts: Record<string, { parts: number }> };
  }

  /** As if nothing had been imported. */
  async forget(): Promise<void> {
    const { raw, lake } = this.outputs.buckets;
    for (const [bucket, prefix] of [[raw, ""], [lake, "state/import_db/"]] as const) {
      for (let keys = await this.keys(bucket, prefix); keys.length; keys = await this.keys(bucket, prefix)) {
        await this.s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }));
      }
    }
  }

  async keys(bucket: string, prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
    return Contents.map(({ Key = "" }) => Key);
  }

  /** Folder in which the objects of a bucket lie. */
  folder(bucket: string): string {
    return this.host.lab.folder("s3", this.host.lab.account, bucket);
  }

  private runId(): string {
    return `bench-${++this.runs}`;
  }

  /** The job `bare`: import_db's own definition with another script. */
  private async addBare(): Promise<void> {
    const { Job } = await this.glue.send(new GetJobCommand({ JobName: this.outputs.jobs.importDb }));
    const Key = "bench/bare.py";
    await this.s3.send(new PutObjectCommand({ Bucket: this.outputs.buckets.assets, Key, Body: readFileSync(join(__dirname, "bare.py")) }));
    const { Role, DefaultArguments, GlueVersion, Connections } = Job!;
    await this.glue.send(new CreateJobCommand({
      Name: "bare", Role, DefaultArguments, GlueVersion, Connections, Command: { Name: "glueetl", ScriptLocation: `s3://${this.outputs.buckets.assets}/${Key}` },
    }));
  }

  /** @param watch is shown the run's processes now and then until it answers true */
  private async run(JobName: string, Arguments: Record<string, string>, watch?: (processes: number[]) => Promise<boolean>): Promise<Run> {
    const { JobRunId: RunId } = await this.glue.send(new StartJobRunCommand({ JobName, Arguments }));
    for (let began = 0, peak = 0, watched = !watch; ;) {
      const { JobRun } = await this.glue.send(new GetJobRunCommand({ JobName, RunId }));
      const { JobRunState: state = "", ErrorMessage } = JobRun!;
      if (state === "RUNNING") began ||= performance.now();
      if (["SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED"].includes(state)) {
        return { state, seconds: Number(((performance.now() - began) / 1000).toFixed(1)), peak_megabytes: peak, ...(ErrorMessage && { cause: ErrorMessage }) };
      }
      const processes = groupOf(RunId!);
      peak = Math.max(peak, peakMegabytes(processes));
      if (!watched && state === "RUNNING") watched = await watch!(processes);
      await pause(100);
    }
  }
}
