import {
  CreateConnectionCommand, CreateJobCommand, GetConnectionCommand, GetCrawlerCommand, GetJobCommand, GetJobRunCommand, GetTableCommand, GlueClient, StartCrawlerCommand, StartJobRunCommand,
  UpdateConnectionCommand,
} from "@aws-sdk/client-glue";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drivers, type Source } from "../../functions/watermark/drivers";
import { portsFrom } from "../../lab/lab";
import { deployLocal, type Host, startHost } from "../../lab/session";
import { setup } from "../../lab/setup/setup";
import { givenSource } from "../../lab/source";
import { counts, first, inserted, later, MARK, table } from "./rows";
import { Postgres, programs } from "./server";

const PASSWORDS = ["canary-of-the-reader-1", "canary-of-the-reader-2"] as const;
const ports = { lab: portsFrom(26_000), postgres: 26_010 };

interface Exported { jobs: { importDb: string }; crawlers: { external: string }; databases: { external: string }; buckets: { raw: string; lake: string } }
/** Where an import lands, and by which job. */
interface Import { job: string; raw: string; lake: string }

describe("the same rows from H2 and from PostgreSQL", function () {
  this.timeout(120_000);
  const home = mkdtempSync(join(tmpdir(), "two-sources-"));
  let [host, postgres, glue, s3, secrets, outputs, imports] = [] as unknown as [Host, Postgres, GlueClient, S3Client, SecretsManagerClient, Exported, { h2: Import; postgres: Import }];

  before(async function () {
    if (!programs()) {
      console.log("      PostgreSQL is not installed here (Debian: apt-get install postgresql); what it proves is skipped");
      return this.skip();
    }
    const passwordFile = join(home, "password");
    writeFileSync(passwordFile, PASSWORDS[0], { mode: 0o600 });
    const given = givenSource({
      SENSORLAKE_SOURCE_URL: `jdbc:postgresql://127.0.0.1:${ports.postgres}/building`, SENSORLAKE_SOURCE_USER: "reader", SENSORLAKE_SOURCE_PASSWORD_FILE: passwordFile, SENSORLAKE_SOURCE_TLS: "encrypted",
    });
    const tools = await setup({ quiet: true });
    [host, postgres] = await Promise.all([startHost({ home: join(home, "lab"), ports: ports.lab }, tools), Postgres.start(ports.postgres)]);
    await Promise.all([filled(), deployLocal(host, given).then((deployed) => { outputs = deployed.outputs as unknown as Exported; })]);
    [glue, s3, secrets] = [new GlueClient(host.lab.client()), new S3Client(host.lab.client()), new SecretsManagerClient(host.lab.client())];
    imports = { postgres: { job: outputs.jobs.importDb, ...outputs.buckets }, h2: await beside() };
  });
  after(async () => {
    await Promise.all([host?.stop(), postgres?.stop()]);
    rmSync(home, { recursive: true, force: true });
  });

  /** The same table in both databases; in PostgreSQL with a user that may only read. */
  async function filled(): Promise<void> {
    await postgres.run("postgres", "CREATE DATABASE building", `CREATE ROLE reader LOGIN PASSWORD '${PASSWORDS[0]}'`);
    await postgres.run("building", 'CREATE SCHEMA "dbo"', table, inserted(first), 'GRANT USAGE ON SCHEMA "dbo" TO reader', 'GRANT SELECT ON ALL TABLES IN SCHEMA "dbo" TO reader');
    for (const sql of ['DROP TABLE "dbo"."readings"', table.replaceAll("timestamp(6)", "datetime2"), inserted(first)]) await host.database.run(sql);
  }

  /** The stack's own job once more, from H2 and into buckets of its own. */
  async function beside(): Promise<Import> {
    const { user: username, password, url } = host.database;
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: "of-h2", SecretString: JSON.stringify({ username, password }) }));
    await glue.send(new CreateConnectionCommand({ ConnectionInput: { Name: "to-h2", ConnectionType: "JDBC", ConnectionProperties: { JDBC_CONNECTION_URL: url, SECRET_ID: ARN!, JDBC_ENFORCE_SSL: "false" } } }));
    for (const Bucket of ["h2-raw", "h2-lake"]) await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
    const { Job } = await glue.send(new GetJobCommand({ JobName: outputs.jobs.importDb }));
    const DefaultArguments = { ...Job!.DefaultArguments, "--connection": "to-h2", "--raw_bucket": "h2-raw", "--state_bucket": "h2-lake" };
    await glue.send(new CreateJobCommand({ Name: "from-h2", Role: Job!.Role, Command: Job!.Command, Connections: { Connections: ["to-h2"] }, DefaultArguments, GlueVersion: Job!.GlueVersion }));
    return { job: "from-h2", raw: "h2-raw", lake: "h2-lake" };
  }

  async function ran({ job, lake }: Import, run: string): Promise<Record<string, unknown>> {
    const { JobRunId } = await glue.send(new StartJobRunCommand({ JobName: job, Arguments: { "--run_id": run } }));
    for (;;) {
      const { JobRun } = await glue.send(new GetJobRunCommand({ JobName: job, RunId: JobRunId }));
      if (JobRun?.JobRunState === "SUCCEEDED") break;
      if (!["STARTING", "RUNNING", "WAITING"].includes(JobRun?.JobRunState ?? "")) throw new Error(`${job} ended ${JobRun?.JobRunState}: ${JobRun?.ErrorMessage}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: lake, Key: `runs/${run}/import_db.json` }));
    return JSON.parse(await Body!.transformToString()) as Record<string, unknown>;
  }

  /** Everything below a prefix, as lines in an order of their own. */
  async function landed({ raw }: Import): Promise<{ readings: string[]; rejected: string[] }> {
    const files = async (prefix: string): Promise<string> => {
      const folder = join(mkdtempSync(join(home, "files-")), "all");
      mkdirSync(folder);
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: raw, Prefix: prefix }));
      for (const [at, { Key }] of Contents.entries()) writeFileSync(join(folder, `${at}`), await (await s3.send(new GetObjectCommand({ Bucket: raw, Key }))).Body!.transformToByteArray());
      return join(folder, "*");
    };
    const duck = await (await DuckDBInstance.create()).connect();
    const lines = async (sql: string): Promise<string[]> => (await duck.runAndReadAll(sql)).getRowsJson().map((line) => JSON.stringify(line)).sort();
    return {
      readings: await lines(`SELECT room_id, "timestamp"::VARCHAR, temperature::VARCHAR, thing FROM read_parquet('${await files("temperatures/source=external/")}')`),
      rejected: await lines(`SELECT reason, payload, channel, source FROM read_json_auto('${await files("rejected/temperature/")}')`),
    };
  }

  const both = async (run: string) => Promise.all([ran(imports.h2, run), ran(imports.postgres, run)]);

  it("make the identical table, and the same rejects for the same reasons", async () => {
    const [fromH2, fromPostgres] = await both("first");
    const [h2, pg] = await Promise.all([landed(imports.h2), landed(imports.postgres)]);
    expect(pg).to.deep.equal(h2);
    expect([pg.readings.length, pg.rejected.length], pg.rejected.join("\n")).to.deep.equal([counts.readings, counts.refused]);
    expect(pg.readings).to.include(JSON.stringify(["times", "2024-02-29 23:59:59.999999", "1e-300", null])).and.include(JSON.stringify(["会議室 🌡", "2024-01-01 00:00:00", "0.1", null]));
    for (const report of [fromH2, fromPostgres]) expect(report).to.deep.include({ read: first.length, written: counts.readings });
    expect(fromPostgres.rejected).to.deep.equal(fromH2.rejected);
  });

  it("describes its tables to a crawler, and tells the watermark to a function, by TLS", async () => {
    expect(await crawled()).to.equal(undefined);
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: outputs.databases.external, Name: "building_dbo_readings" }));
    expect(Table?.Parameters?.classification).to.equal("postgresql");
    expect(Table?.StorageDescriptor?.Columns?.map(({ Name, Type }) => [Name, Type])).to.deep.equal([["room_id", "string"], ["timestamp", "timestamp"], ["temperature", "double"], ["updated_at", "timestamp"]]);
    expect(await watermark()).to.equal(MARK);
  });

  /** What went wrong with a crawl of the database, if anything did. */
  async function crawled(): Promise<string | undefined> {
    const Name = outputs.crawlers.external;
    await glue.send(new StartCrawlerCommand({ Name }));
    for (;;) {
      const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }));
      if (Crawler?.State === "READY") return Crawler.LastCrawl?.ErrorMessage;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Have the stack's connection prove the server's certificate, by this root if any. */
  async function proven(root?: string): Promise<void> {
    const Name = await connectionOf(imports.postgres);
    const { Connection } = await glue.send(new GetConnectionCommand({ Name }));
    const ConnectionProperties = {
      JDBC_CONNECTION_URL: `jdbc:postgresql://127.0.0.1:${ports.postgres}/building`, SECRET_ID: Connection!.ConnectionProperties!.SECRET_ID!, JDBC_ENFORCE_SSL: "true",
      ...(root && { CUSTOM_JDBC_CERT: root }),
    };
    await glue.send(new UpdateConnectionCommand({ Name, ConnectionInput: { Name, ConnectionType: "JDBC", ConnectionProperties } }));
  }

  it("are not read where the certificate can't be proven, and are where its root is named", async () => {
    await proven();
    expect(await crawled()).to.match(/SSL error|certificat|PKIX/i);
    await s3.send(new PutObjectCommand({ Bucket: "h2-lake", Key: "root.pem", Body: postgres.authority }));
    await proven("s3://h2-lake/root.pem");
    expect(await crawled()).to.equal(undefined);
  });

  /** The newest change as the stack's function tells it; behind it stands how many rows are near. */
  async function watermark(): Promise<string | undefined> {
    const lambda = new LambdaClient(host.lab.client());
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const asked = Functions.find(({ FunctionName }) => FunctionName?.includes("watermark"));
    const { Payload, FunctionError } = await lambda.send(new InvokeCommand({ FunctionName: asked!.FunctionName, Payload: "{}" }));
    expect(FunctionError, Buffer.from(Payload ?? []).toString()).to.equal(undefined);
    const { tables } = JSON.parse(Buffer.from(Payload!).toString()) as { tables: { table: string; watermark: string }[] };
    return tables.find(({ table: name }) => name === "dbo.readings")?.watermark.split(" (")[0];
  }

  it("stay identical with rows at the very mark and after it, read over proven TLS with a password that was rotated meanwhile", async () => {
    await postgres.run("building", inserted(later), `ALTER ROLE reader PASSWORD '${PASSWORDS[1]}'`);
    await host.database.run(inserted(later));
    const { Connection } = await glue.send(new GetConnectionCommand({ Name: await connectionOf(imports.postgres) }));
    await secrets.send(new PutSecretValueCommand({ SecretId: Connection!.ConnectionProperties!.SECRET_ID, SecretString: JSON.stringify({ username: "reader", password: PASSWORDS[1] }) }));
    const [fromH2, fromPostgres] = await both("second");
    const [h2, pg] = await Promise.all([landed(imports.h2), landed(imports.postgres)]);
    expect(pg).to.deep.equal(h2);
    const known = new Set(pg.readings);
    for (const [day, celsius] of [["02", "23.5"], ["03", "24.5"]]) expect(known.has(JSON.stringify(["büro", `2024-01-${day} 00:00:00`, celsius, null])), day).to.equal(true);
    expect(fromPostgres).to.deep.include({ read: fromH2.read, written: fromH2.written });
    expect(await watermark()).to.equal("2024-05-02 00:00:00");
  });

  const connectionOf = async ({ job }: Import): Promise<string> => (await glue.send(new GetJobCommand({ JobName: job }))).Job!.Connections!.Connections![0]!;

  it("proves its certificate to a function that asks for proof, and is refused without the authority's", async () => {
    const source: Source = { engine: "postgresql", host: "127.0.0.1", port: ports.postgres, database: "building", username: "reader", password: PASSWORDS[1], tls: "verified" };
    expect(await drivers.postgresql({ ...source, ca: postgres.authority }, ["select 1"])).to.deep.equal([1]);
    expect(await drivers.postgresql(source, ["select 1"]).catch((fault: Error) => fault.message)).to.match(/certificate/);
    expect(await drivers.postgresql({ ...source, tls: "none" }, ["select 1"]).catch((fault: Error) => fault.message)).to.match(/no pg_hba.conf entry .* no encryption/);
  });

  it("leaves its passwords in the store of secrets, and nowhere else in the lab's home", () => {
    const holders = PASSWORDS.flatMap((password) => {
      try {
        return execFileSync("grep", ["-rlF", password, join(home, "lab")], { encoding: "utf8" }).trim().split("\n");
      } catch (fault) {
        if ((fault as { status?: number }).status === 1) return [];
        throw fault;
      }
    });
    expect(holders.map((file) => file.slice(join(home, "lab").length + 1)).filter((file) => !/^state\/secrets/.test(file))).to.deep.equal([]);
  });
});
