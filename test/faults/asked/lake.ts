/** Asked: a small lab with two tables, and Athena, the dashboard and `sensorlake query` in front of them. */
import { AthenaClient, CreateWorkGroupCommand, GetQueryExecutionCommand, ListQueryExecutionsCommand } from "@aws-sdk/client-athena";
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadChannel } from "../../../components/channel";
import { asking } from "../../../functions/query/ask";
import { State } from "../../../lab/engine/state";
import { startGateway } from "../../../lab/gateway/gateway";
import { credentials, root } from "../../../lab/home";
import { Lab, portsFrom } from "../../../lab/lab";
import { AthenaService } from "../../../lab/services/athena";
import { DashboardServer } from "../../../lab/services/dashboard/server";
import { GlueCatalogService } from "../../../lab/services/glue-catalog";
import { S3Service } from "../../../lab/services/s3";
import { setup } from "../../../lab/setup/setup";

const database = "temperatures_db";
const workgroup = "lake";
const bucket = "asked-lake";
const parquet = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
/** Column → its type for DuckDB; Glue calls a varchar a string. */
const tables: Record<string, { columns: Record<string, string>; rows: string }> = {
  temperatures: {
    columns: { timestamp: "timestamp", room_id: "varchar", temperature: "double" },
    rows: `SELECT TIMESTAMP '2014-04-01 00:00:00' + to_minutes(i) AS "timestamp", 'office' AS room_id, 20.0 + i % 7 AS temperature FROM range(600) t(i)`,
  },
  anomalies: {
    columns: { timestamp: "timestamp", room_id: "varchar", value: "double", score: "double", threshold: "double", anomaly: "boolean" },
    rows: `SELECT TIMESTAMP '2014-04-01 01:00:00' AS "timestamp", 'office' AS room_id, 26.0 AS "value", 4.5 AS score, 3.0 AS threshold, true AS anomaly`,
  },
};

/** Milliseconds and seconds are small here: what is slow is made so on purpose. */
const patience = { seconds: 2, firstLookMs: 5, attempts: 4, pauseMs: 5 };

export interface Answered {
  status: number;
  body: Record<string, unknown> & { error?: string };
}

export class AskedLake {
  readonly address: string;

  private constructor(readonly athena: AthenaService, private readonly lab: Lab, private readonly server: DashboardServer, private readonly client: AthenaClient, private readonly stopAll: () => Promise<void>) {
    this.address = `http://127.0.0.1:${lab.ports.dashboard}/`;
  }

  static async made(): Promise<AskedLake> {
    const home = mkdtempSync(join(tmpdir(), "asked-"));
    const lab = new Lab(home, portsFrom(25_400), await setup({ quiet: true }), () => undefined, credentials(home));
    const athena = new AthenaService(lab);
    const { stop } = await startGateway(lab, [new S3Service(lab), new GlueCatalogService(lab), athena]);
    await filled(lab);
    // What another process finds of a lab: who runs it, and what is deployed.
    writeFileSync(join(home, "running.json"), JSON.stringify({ pid: process.pid, ports: lab.ports }));
    new State(lab).last = { fingerprint: "", exports: { workgroup, databases: { lake: database }, buckets: {} } };
    const client = new AthenaClient({ ...lab.client(), maxAttempts: 1 });
    const server = new DashboardServer(lab.ports.dashboard, () => ({
      subject: { channel: loadChannel("temperature"), database }, ask: asking(client, workgroup, patience),
      runs: async () => ({ runs: [], running: false }), rejected: async () => ({ reasons: {}, complete: true }), windows: () => [],
    }), () => undefined);
    await server.start();
    return new AskedLake(athena, lab, server, client, async () => {
      await stop();
      rmSync(home, { recursive: true, force: true });
    });
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    for (const kind of ["refuse", "meet", "longestMs"] as const) delete this.athena.trouble[kind];
  }

  async get(path: string): Promise<Answered> {
    const answer = await fetch(new URL(path, this.address));
    return { status: answer.status, body: (await answer.json()) as Answered["body"] };
  }

  /** `sensorlake query`, as a person types it. */
  query(sql: string): Promise<{ code: number; out: string; said: string }> {
    const env = { ...process.env, SENSORLAKE_HOME: this.lab.home, SENSORLAKE_PORT: String(this.lab.ports.gateway) };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, ["--import", "tsx", join(root, "lab/cli/main.ts"), "query", sql], { cwd: root, env }, (_, out, said) => resolve({ code: child.exitCode ?? -1, out, said }));
    });
  }

  /** States of the last queries, newest first. */
  async states(most: number): Promise<string[]> {
    const { QueryExecutionIds = [] } = await this.client.send(new ListQueryExecutionsCommand({ WorkGroup: workgroup, MaxResults: most }));
    const seen = await Promise.all(QueryExecutionIds.map((QueryExecutionId) => this.client.send(new GetQueryExecutionCommand({ QueryExecutionId }))));
    return seen.map(({ QueryExecution }) => String(QueryExecution?.Status?.State));
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.stopAll();
  }
}

async function filled(lab: Lab): Promise<void> {
  const [s3, glue] = [new S3Client(lab.client()), new GlueClient(lab.client())];
  await s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  const duckdb = await (await DuckDBInstance.create()).connect();
  for (const [Name, { columns, rows }] of Object.entries(tables)) {
    const file = lab.folder(`${Name}.parquet`);
    await duckdb.run(`COPY (${rows}) TO '${file}' (FORMAT parquet)`);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${Name}/a.parquet`, Body: readFileSync(file) }));
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput: {
      Name, TableType: "EXTERNAL_TABLE",
      StorageDescriptor: { Columns: Object.entries(columns).map(([column, type]) => ({ Name: column, Type: type.replace("varchar", "string") })), Location: `s3://${bucket}/${Name}/`, SerdeInfo: { SerializationLibrary: parquet } },
    } }));
  }
  duckdb.closeSync();
  await new AthenaClient(lab.client()).send(new CreateWorkGroupCommand({ Name: workgroup, Configuration: { ResultConfiguration: { OutputLocation: `s3://${bucket}/results/` } } }));
}
