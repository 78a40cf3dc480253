/**
 * Lake: a whole lab with the stack `local` in it, made once for all trials, and empty again before each.
 *
 *   source database ◀─ proxies ◀─ pipeline (hurried) ─▶ jobs (warm or alone) ─▶ tap ─▶ buckets and catalogue ─▶ reader
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Connection, GetConnectionCommand, GetJobCommand, GlueClient, UpdateJobCommand } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { deploy } from "../../../lab/engine/deploy";
import type { Service } from "../../../lab/gateway/service";
import { root } from "../../../lab/home";
import { type Host, startHost } from "../../../lab/host";
import { portsFrom } from "../../../lab/lab";
import { GlueJobsService } from "../../../lab/services/glue-jobs";
import { LogsService } from "../../../lab/services/logs";
import { SnsService } from "../../../lab/services/sns";
import { setup } from "../../../lab/setup/setup";
import { emptyCatalogue, emptyBuckets, forgetBookmarks } from "./emptied";
import { Jobs } from "./jobs";
import { hurried } from "./machine";
import { Proxy } from "./proxy";
import { Reader } from "./reader";
import { emptied } from "./source";
import { Tap } from "./tap";

/** What the stack exports, as far as trials use it. */
interface Exports {
  stateMachine: string;
  newsTopic: string;
  buckets: Record<"raw" | "lake" | "exports" | "assets" | "results", string>;
  databases: Record<"raw" | "lake" | "history" | "external", string>;
  jobs: Record<"importDb" | "importS3" | "curate", string>;
  deliveryStreams: Record<"temperature", string>;
  crawlers: Record<"history" | "external" | "lake", string>;
}

/** The lab's six ports, then those of the proxies. */
const base = 23_100;
const proxyPorts = { jdbc: base + 10, probe: base + 11 };

/** Who reads the source database: another user than the one that it belongs to. */
const importer = "importer";

export class Lake {
  readonly jdbc: Proxy;
  readonly probe: Proxy;
  readonly s3: S3Client;
  readonly glue: GlueClient;
  readonly sfn: SFNClient;
  readonly reader: Reader;
  /** ARN of the hurried pipeline. */
  pipeline = "";
  /** The password of the source's reader, of this trial only. */
  password = "";

  private constructor(readonly host: Host, readonly names: Exports, readonly tap: Tap, readonly jobs: Jobs, readonly sns: SnsService) {
    const { lab } = host;
    this.jdbc = new Proxy(proxyPorts.jdbc, lab.ports.database);
    this.probe = new Proxy(proxyPorts.probe, lab.ports.databasePg);
    [this.s3, this.glue, this.sfn] = [new S3Client(lab.client()), new GlueClient(lab.client()), new SFNClient(lab.client())];
    this.reader = new Reader(lab, { database: names.databases.lake, table: "temperatures", prefix: `s3://${names.buckets.lake}/` });
  }

  static async made(): Promise<Lake> {
    const home = join(root, ".sensorlake", "test-faults");
    rmSync(home, { recursive: true, force: true });
    const tap = new Tap();
    const own: { jobs?: Jobs; sns?: SnsService } = {};
    const host = await startHost({ home, ports: portsFrom(base) }, await setup({ quiet: true }), (services, lab) => services.map((service): Service => {
      if (service instanceof SnsService) own.sns = service;
      if (!(service instanceof GlueJobsService)) return tap.around(service);
      own.jobs = new Jobs(lab);
      return new GlueJobsService(lab, own.jobs, services.find((one) => one instanceof LogsService));
    }));
    try {
      const source = { port: proxyPorts.jdbc, probePort: proxyPorts.probe, username: importer };
      // What arrives starts no run by itself: a trial says when.
      const pipeline = { onArrival: false };
      const { outputs } = await deploy(host.lab, { root, policies: false, config: { "sensorlake:source": source, "sensorlake:sourcePassword": "replaced before each trial", "sensorlake:pipeline": pipeline } });
      const lake = new Lake(host, outputs as unknown as Exports, tap, own.jobs as Jobs, own.sns as SnsService);
      // H2 lets none but an administrator open a session in a mode.
      await host.database.run(`CREATE USER ${importer} PASSWORD 'none yet' ADMIN`);
      lake.pipeline = await hurried(lake.sfn, lake.names.stateMachine);
      return lake;
    } catch (fault) {
      await host.stop();
      throw fault;
    }
  }

  /** As if just made: nothing in the source, in the buckets, in the catalogue, and nothing in the way. */
  async empty(): Promise<void> {
    Object.assign(this.jobs, { alone: undefined, beginning: () => undefined });
    this.jobs.warm.plant = "";
    const { raw, lake, exports } = this.names.buckets;
    await Promise.all([
      this.jdbc.set({ is: "open" }), this.probe.set({ is: "open" }),
      emptyBuckets(this.s3, [raw, lake, exports]),
      emptyCatalogue(this.glue, this.names.databases),
      forgetBookmarks(this.glue, Object.values(this.names.jobs)),
      emptied(this.host.database),
    ]);
    await this.newPassword();
    this.tap.clear();
  }

  /** A password that only this trial has; told to the database and to the secret. */
  async newPassword(): Promise<void> {
    this.password = `canary-${randomBytes(9).toString("base64url")}`;
    await this.databaseTakes(this.password);
    await this.secretSays(this.password);
  }

  async databaseTakes(password: string): Promise<void> {
    await this.host.database.run(`ALTER USER ${importer} SET PASSWORD '${password}'`);
  }

  async secretSays(password: string): Promise<void> {
    const { ConnectionProperties = {} } = await this.connection();
    await new SecretsManagerClient(this.host.lab.client()).send(
      new PutSecretValueCommand({ SecretId: ConnectionProperties.SECRET_ID, SecretString: JSON.stringify({ username: importer, password }) }));
  }

  /** Set arguments of a job; the answered function takes them back. */
  async jobTakes(JobName: string, more: (now: Record<string, string>) => Record<string, string>): Promise<() => Promise<unknown>> {
    const { Job = {} } = await this.glue.send(new GetJobCommand({ JobName }));
    const { Role, Command, GlueVersion, ExecutionProperty, Timeout, Connections } = Job;
    const set = (DefaultArguments: Record<string, string>) => this.glue.send(new UpdateJobCommand({ JobName, JobUpdate: { Role, Command, GlueVersion, ExecutionProperty, Timeout, Connections, DefaultArguments } }));
    await set({ ...Job.DefaultArguments, ...more(Job.DefaultArguments ?? {}) });
    return () => set(Job.DefaultArguments ?? {});
  }

  /** The connection of the job to the database. */
  async connection(): Promise<Connection> {
    const { Job } = await this.glue.send(new GetJobCommand({ JobName: this.names.jobs.importDb }));
    const { Connection: found } = await this.glue.send(new GetConnectionCommand({ Name: Job?.DefaultArguments?.["--connection"] }));
    return found as Connection;
  }

  async stop(): Promise<void> {
    await Promise.all([this.jdbc.close(), this.probe.close()]);
    await this.reader.stop();
    await this.host.stop();
  }
}
