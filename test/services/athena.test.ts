/** Athena of the lab for real: DuckDB behind the gateway, on tables of files and views; Iceberg tables are the pipeline's test. */
import { AthenaClient, CreateWorkGroupCommand, GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand, StopQueryExecutionCommand } from "@aws-sdk/client-athena";
import { BatchCreatePartitionCommand, CreateDatabaseCommand, CreateTableCommand, GlueClient, type TableInput } from "@aws-sdk/client-glue";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type View, viewText } from "../../components/bi-views";
import { startGateway } from "../../lab/gateway/gateway";
import { Lab, portsFrom } from "../../lab/lab";
import { AthenaService } from "../../lab/services/athena";
import { GlueCatalogService } from "../../lab/services/glue-catalog";
import { S3Service } from "../../lab/services/s3";
import { setup } from "../../lab/setup/setup";

const base = 24_800;
const parquet = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";

describe("Athena of the lab", function () {
  this.timeout(60_000);
  const home = mkdtempSync(join(tmpdir(), "athena-"));
  let lab: Lab, athena: AthenaClient, glue: GlueClient, s3: S3Client, stop: () => Promise<void>;

  const up = async () => {
    lab = new Lab(home, portsFrom(base), await setup(), () => undefined, { accessKeyId: "TESTKEY", secretAccessKey: "test/secret+key" });
    ({ stop } = await startGateway(lab, [new S3Service(lab), new GlueCatalogService(lab), new AthenaService(lab)]));
    [athena, glue, s3] = [new AthenaClient(lab.client()), new GlueClient(lab.client()), new S3Client(lab.client())];
  };
  const table = (input: TableInput) => glue.send(new CreateTableCommand({ DatabaseName: "raw", TableInput: { TableType: "EXTERNAL_TABLE", ...input } }));
  const storage = (Location: string, SerializationLibrary = parquet, Parameters: Record<string, string> = {}) => ({
    Columns: [{ Name: "timestamp", Type: "timestamp" }, { Name: "room_id", Type: "string" }, { Name: "temperature", Type: "double" }, { Name: "thing", Type: "string" }],
    Location, SerdeInfo: { SerializationLibrary, Parameters },
  });
  const put = (Key: string, Body: string | Buffer) => s3.send(new PutObjectCommand({ Bucket: "raw", Key, Body }));

  before(async () => {
    await up();
    for (const Bucket of ["raw", "results"]) await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }));
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "raw" } }));
    const days = ["2026-01-01", "2026-01-02"];
    const duckdb = await (await DuckDBInstance.create()).connect();
    for (const [at, day] of days.entries()) {
      const file = join(home, `${day}.parquet`);
      await duckdb.run(`COPY (SELECT TIMESTAMP '${day} 00:00:00' + to_minutes(i) AS "timestamp", 'room ' || (i % 2) AS room_id, i + ${at * 0.5} AS temperature FROM range(1000) t(i)) TO '${file}' (FORMAT parquet)`);
      // A key may hold what a file system would take for a pattern.
      await put(`t/day=${day}/a [1]*?.parquet`, readFileSync(file));
    }
    duckdb.closeSync();
    await table({ Name: "t", PartitionKeys: [{ Name: "day", Type: "string" }], StorageDescriptor: storage("s3://raw/t/") });
    await glue.send(new BatchCreatePartitionCommand({
      DatabaseName: "raw", TableName: "t", PartitionInputList: days.map((day) => ({ Values: [day], StorageDescriptor: storage(`s3://raw/t/day=${day}/`) })),
    }));
    await athena.send(new CreateWorkGroupCommand({
      Name: "lake", Configuration: { ResultConfiguration: { OutputLocation: "s3://results/athena/" }, BytesScannedCutoffPerQuery: 10_000_000 },
    }));
  });
  after(async () => {
    await stop();
    rmSync(home, { recursive: true, force: true });
  });

  const start = async (QueryString: string, parameters: string[] = [], some = {}) => (await athena.send(new StartQueryExecutionCommand({
    QueryString, WorkGroup: "lake", QueryExecutionContext: { Database: "raw" }, ...(parameters.length && { ExecutionParameters: parameters }), ...some,
  }))).QueryExecutionId!;
  const over = async (QueryExecutionId: string) => {
    for (;;) {
      const { QueryExecution: execution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      if (!["QUEUED", "RUNNING"].includes(execution?.Status?.State ?? "")) return execution!;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const run = async (sql: string, ...parameters: string[]) => {
    const execution = await over(await start(sql, parameters));
    const { State: state, StateChangeReason: reason } = execution.Status!;
    if (state !== "SUCCEEDED") return { state, reason, rows: [], scanned: 0, location: "" };
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: execution.QueryExecutionId }));
    const rows = ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
    return { state, reason, rows, scanned: execution.Statistics!.DataScannedInBytes!, location: execution.ResultConfiguration!.OutputLocation! };
  };

  it("reads the partitions that a condition needs, and scans no more", async () => {
    const all = await run("SELECT day, count(*), min(temperature), max(thing) FROM t GROUP BY day ORDER BY day");
    expect(all.rows).to.deep.equal([["day", "_col1", "_col2", "_col3"], ["2026-01-01", "1000", "0.0", undefined], ["2026-01-02", "1000", "0.5", undefined]]);
    const one = await run("SELECT count(*), min(temperature) FROM t WHERE day = ?", "'2026-01-02'");
    expect(one.rows[1]).to.deep.equal(["1000", "0.5"]);
    expect(one.scanned).to.be.greaterThan(0).and.to.be.lessThan(all.scanned * 0.6);
    expect((await run("SELECT count(*) FROM t")).scanned).to.equal(0);
  });

  it("writes its answer where the workgroup says, quoted as Athena quotes it", async () => {
    const { location } = await run("SELECT 'say \"hi\"' AS a, CAST(NULL AS varchar) AS b, '' AS c");
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(athena\/[^/]+\.csv)$/.exec(location)!;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body!.transformToString()).to.equal('"a","b","c"\n"say ""hi""",,""\n');
  });

  it("gives a long answer page by page, with its header once", async () => {
    const id = (await over(await start("SELECT temperature FROM t ORDER BY temperature, day"))).QueryExecutionId!;
    const rows: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 700, NextToken }));
      rows.push(...page.ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue));
      NextToken = page.NextToken;
    } while (NextToken);
    expect([rows.length, rows[0], rows[1], rows.at(-1)]).to.deep.equal([2001, "temperature", "0.0", "999.5"]);
  });

  it("keeps a hostile parameter a value", async () => {
    for (const text of ["' OR 1=1 --", "x'; DROP TABLE t; --"]) {
      const { rows } = await run("SELECT count(*), ? FROM t WHERE room_id = ?", ...[text, text].map((each) => `'${each.replaceAll("'", "''")}'`));
      expect(rows[1]).to.deep.equal(["0", text]);
    }
  });

  it("expands a view in its own database", async () => {
    const view: View = { name: "latest", description: "", sql: 'SELECT CAST(room_id AS varchar) AS "room_id", CAST(max_by(temperature, "timestamp") AS double) AS "temperature" FROM t GROUP BY room_id', columns: [{ name: "room_id", type: "string" }, { name: "temperature", type: "double" }] };
    await table({ Name: "latest", TableType: "VIRTUAL_VIEW", Parameters: { presto_view: "true" }, ViewOriginalText: viewText(view, "raw"), ViewExpandedText: "/* Presto View */", StorageDescriptor: { Columns: view.columns.map(({ name, type }) => ({ Name: name, Type: type })) } });
    expect((await run("SELECT * FROM raw.latest ORDER BY 1")).rows.slice(1)).to.deep.equal([["room 0", "998.5"], ["room 1", "999.5"]]);
  });

  it("reads CSV and JSON as their SerDes do", async () => {
    await put("csv/a.csv", 'timestamp,room_id,temperature\n2026-01-01 00:00:00,"a,""b",21.5\n');
    await table({ Name: "csv", Parameters: { "skip.header.line.count": "1" }, StorageDescriptor: { ...storage("s3://raw/csv/", "org.apache.hadoop.hive.serde2.OpenCSVSerde"), Columns: [{ Name: "at", Type: "string" }, { Name: "room_id", Type: "string" }, { Name: "temperature", Type: "double" }] } });
    expect((await run("SELECT * FROM csv")).rows[1]).to.deep.equal(["2026-01-01 00:00:00", 'a,"b', "21.5"]);
    await put("json/a.json", '{"room_id":"<b>","temperature":1}\n');
    await table({ Name: "json", StorageDescriptor: storage("s3://raw/json/", "org.openx.data.jsonserde.JsonSerDe") });
    expect((await run("SELECT room_id, temperature, thing FROM json")).rows[1]).to.deep.equal(["<b>", "1.0", undefined]);
  });

  it("stops a query that would scan more than its workgroup allows, before it reads", async () => {
    await put("big/a.csv", "x\n".repeat(5_500_000));
    await table({ Name: "big", StorageDescriptor: { ...storage("s3://raw/big/", "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"), Columns: [{ Name: "a", Type: "string" }] } });
    expect(await run("SELECT count(*) FROM big")).to.include({ state: "CANCELLED", reason: "Bytes scanned limit was exceeded" });
  });

  it("reaches nothing but the objects of its tables", async () => {
    await table({ Name: "passwords", StorageDescriptor: storage("file:///etc/") });
    await table({ Name: "elsewhere", Parameters: { table_type: "ICEBERG", metadata_location: "/etc/metadata/x.metadata.json" } });
    for (const sql of ["SELECT * FROM passwords", "SELECT * FROM elsewhere", "SELECT * FROM \"/etc/passwd\"", "SELECT read_text('/etc/passwd')", "SELECT * FROM read_csv('/etc/passwd')"]) {
      const { state, rows } = await run(sql);
      expect([state, rows]).to.deep.equal(["FAILED", []]);
    }
  });

  it("says what is wrong in Athena's words, at once or when it runs", async () => {
    expect((await run("SELECT nosuch FROM t")).reason).to.equal("COLUMN_NOT_FOUND: line 1:8: Column 'nosuch' cannot be resolved or requester is not authorized to access requested resources");
    expect((await run("SELECT 1 FROM nosuch")).reason).to.equal("TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.raw.nosuch' does not exist");
    expect((await run("SELECT 1 / (CAST(temperature AS integer) - 1) FROM t")).reason).to.equal("DIVISION_BY_ZERO: Division by zero");
    expect(await start("CREATE TABLE x AS SELECT 1").catch(({ name, message }: Error) => `${name}: ${message}`)).to.equal("InvalidRequestException: The lab does not do CREATE TABLE AS SELECT.");
  });

  it("makes one query of two submissions with one token, and none of a token used for another", async () => {
    const ClientRequestToken = "a token of thirty-two letters or more";
    const [one, two] = await Promise.all([start("SELECT 1", [], { ClientRequestToken }), start("SELECT 1", [], { ClientRequestToken })]);
    expect(one).to.equal(two);
    expect(await start("SELECT 2", [], { ClientRequestToken }).catch(({ message }: Error) => message)).to.equal("Idempotent parameters do not match");
  });

  it("stops a query when asked to, and gives no rows of it", async () => {
    const id = await start("SELECT count(*) FROM t a, t b, t c, t d WHERE a.temperature + b.temperature + c.temperature + d.temperature > 7.25");
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    expect((await over(id)).Status).to.include({ State: "CANCELLED", StateChangeReason: "Query cancelled by user" });
    expect(await athena.send(new GetQueryResultsCommand({ QueryExecutionId: id })).catch(({ message }: Error) => message)).to.match(/Final query state: CANCELLED/);
  });

  it("lists what the catalogue holds", async () => {
    expect((await run("SHOW PARTITIONS t")).rows).to.deep.equal([["day=2026-01-01"], ["day=2026-01-02"]]);
    expect((await run("SHOW TABLES IN raw 'cs*|js*'")).rows).to.deep.equal([["csv"], ["json"]]);
    expect((await run("SHOW TABLES IN nowhere")).reason).to.equal("SCHEMA_NOT_FOUND: Schema 'nowhere' does not exist");
  });

  it("remembers its queries and their answers when it is started again", async () => {
    const done = await start("SELECT 42");
    await over(done);
    await stop();
    await up();
    expect((await over(done)).Status?.State).to.equal("SUCCEEDED");
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId: done }));
    expect(ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue)).to.deep.equal(["_col0", "42"]);
  });
});
