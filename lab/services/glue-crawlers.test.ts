import {
  CreateCrawlerCommand, CreateDatabaseCommand, CreateTableCommand, GetCrawlerCommand, GetPartitionsCommand, GetTableCommand, GetTablesCommand, GetTableVersionsCommand, GlueClient,
  ListCrawlsCommand, StartCrawlerCommand, StopCrawlerCommand, UpdateCrawlerCommand, type CreateCrawlerRequest,
} from "@aws-sdk/client-glue";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { startGateway } from "../gateway/gateway";
import { ApiFault, type Service } from "../gateway/service";
import type { Lab } from "../lab";
import { GlueCatalogService } from "./glue-catalog";
import { GlueConnectionsService } from "./glue-connections";
import { GlueCrawlersService } from "./glue-crawlers";
import { LogsService } from "./logs";
import { SecretsManagerService } from "./secretsmanager";
import { ask, codeOf, freePort, removeLabs, testLab } from "./testing";

/** Objects of one bucket, as far as a crawler asks for them. */
class Objects implements Service {
  readonly names = ["s3"];
  readonly all = new Map<string, Buffer>();

  put(key: string, body: string | Buffer): void {
    this.all.set(key, Buffer.from(body));
  }

  async handle({ path, query, headers }: Parameters<Service["handle"]>[0]) {
    if (query.has("list-type")) {
      const prefix = query.get("prefix") ?? "";
      const found = [...this.all].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
      const contents = found.map(([key, body]) => `<Contents><Key>${key}</Key><Size>${body.length}</Size></Contents>`).join("");
      return { body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>` };
    }
    const body = this.all.get(decodeURIComponent(path.split("/").slice(2).join("/")));
    if (!body) throw new ApiFault("NoSuchKey", "none", 404);
    const [, from = "0", to = "0"] = /bytes=(\d+)-(\d+)/.exec(String(headers.range)) ?? [];
    return { status: 206, headers: { "content-type": "binary/octet-stream" }, body: body.subarray(Number(from), Number(to) + 1) };
  }
}

const csv = (rows: number, temperature = (i: number) => String(20 + i / 10)) =>
  `timestamp,room_id,temperature\n${Array.from({ length: rows }, (_, i) => `2026-01-01 00:00:${10 + i},office,${temperature(i)}\n`).join("")}`;

async function parquet(select: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), "parquet-"));
  const duck = await (await DuckDBInstance.create()).connect();
  await duck.run(`COPY (${select}) TO '${folder}/x' (FORMAT parquet)`);
  const bytes = readFileSync(`${folder}/x`);
  rmSync(folder, { recursive: true });
  return bytes;
}

describe("Glue crawlers", () => {
  let lab: Lab;
  let stop: () => Promise<void>;
  let glue: GlueClient;
  let objects: Objects;
  let count = 0;

  before(async () => {
    lab = testLab(undefined, await freePort());
    const logs = new LogsService(lab);
    objects = new Objects();
    ({ stop } = await startGateway(lab, [
      objects, new GlueCatalogService(lab), new GlueConnectionsService(lab), new GlueCrawlersService(lab, logs), new SecretsManagerService(lab), logs,
    ]));
    glue = new GlueClient(lab.client());
  });
  beforeEach(async () => {
    objects.all.clear();
    count += 1;
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: `db${count}` } }));
  });
  after(async () => {
    await stop();
    removeLabs();
  });

  const crawler = (some: Partial<CreateCrawlerRequest>) => glue.send(new CreateCrawlerCommand({ Name: `c${count}`, Role: "r", DatabaseName: `db${count}`, Targets: {}, ...some }));
  const overFiles = (Path: string, level?: number) => ({
    Targets: { S3Targets: [{ Path }] }, ...(level && { Configuration: JSON.stringify({ Version: 1, Grouping: { TableLevelConfiguration: level } }) }),
  });
  const table = async (Name: string) => (await glue.send(new GetTableCommand({ DatabaseName: `db${count}`, Name }))).Table;
  const tables = async () => (await glue.send(new GetTablesCommand({ DatabaseName: `db${count}` }))).TableList ?? [];
  const columns = async (Name: string) => (await table(Name))?.StorageDescriptor?.Columns?.map((one) => `${one.Name}:${one.Type}`).join(" ");

  async function crawl() {
    await glue.send(new StartCrawlerCommand({ Name: `c${count}` }));
    for (;;) {
      const { Crawler } = await glue.send(new GetCrawlerCommand({ Name: `c${count}` }));
      if (Crawler?.State === "READY") return Crawler.LastCrawl;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  it("makes a table of a folder of CSV, plain and zipped, and leaves it alone when nothing has changed", async () => {
    objects.put("temperature/a.csv", csv(20));
    objects.put("temperature/b.csv.gz", gzipSync(csv(20)));
    objects.put("temperature/_tmp/c.csv", "not,this\n1,2\n");
    await crawler(overFiles("s3://exports/temperature/", 2));
    expect((await crawl())?.Status).to.equal("SUCCEEDED");
    expect(await columns("temperature")).to.equal("timestamp:string room_id:string temperature:double");
    expect((await table("temperature"))?.Parameters).to.include({ classification: "csv", delimiter: ",", "skip.header.line.count": "1", objectCount: "2" });
    await crawl();
    expect((await table("temperature"))?.VersionId).to.equal("0");
  });

  it("brings a table to what the files have become, unless its policy only logs", async () => {
    objects.put("temperature/a.csv", csv(3));
    await crawler(overFiles("s3://exports/temperature/"));
    await crawl();
    objects.put("temperature/a.csv", csv(3, (i) => (i ? String(i) : "n/a")));
    await glue.send(new UpdateCrawlerCommand({ Name: `c${count}`, SchemaChangePolicy: { UpdateBehavior: "LOG", DeleteBehavior: "LOG" } }));
    await crawl();
    expect(await columns("temperature")).to.contain("temperature:double");
    await glue.send(new UpdateCrawlerCommand({ Name: `c${count}`, SchemaChangePolicy: { UpdateBehavior: "UPDATE_IN_DATABASE", DeleteBehavior: "LOG" } }));
    await crawl();
    expect(await columns("temperature")).to.contain("temperature:string");
  });

  it("fails and writes nothing when a folder that must be one table holds two kinds of files", async () => {
    objects.put("good/a.csv", csv(3));
    objects.put("mixed/a.csv", csv(3));
    objects.put("mixed/b.json", '{"x":1}\n{"x":2}\n');
    await crawler(overFiles("s3://exports/", 2));
    expect(await crawl()).to.include({ Status: "FAILED", ErrorMessage: "s3://exports/mixed/ holds what can't be one table: csv beside json" });
    expect((await glue.send(new GetTablesCommand({ DatabaseName: `db${count}` }))).TableList).to.deep.equal([]);
  });

  it("combines what is of one format into one table when told to, else makes two", async () => {
    objects.put("table1/year=2017/data1.json", '{"A": 1, "B": 2}\n');
    objects.put("table1/year=2018/data2.json", '{"C": 3, "D": 4}\n');
    await crawler(overFiles("s3://bucket/table1/"));
    await crawl();
    expect((await tables()).map(({ Name }) => Name)).to.deep.equal(["year_2017", "year_2018"]);
    const Configuration = JSON.stringify({ Version: 1, Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" } });
    await glue.send(new UpdateCrawlerCommand({ Name: `c${count}`, Configuration, SchemaChangePolicy: { DeleteBehavior: "DELETE_FROM_DATABASE" } }));
    await crawl();
    expect((await tables()).map(({ Name }) => Name)).to.deep.equal(["table1"]);
    expect(await columns("table1")).to.equal("a:bigint b:bigint c:bigint d:bigint");
    expect((await table("table1"))?.PartitionKeys?.map(({ Name }) => Name)).to.deep.equal(["year"]);
  });

  it("names columns by number where the first row is no header, and takes a list for one column", async () => {
    objects.put("words/a.csv", "one,two\nthree,four\n");
    objects.put("list/a.json", '[{"x":1,"y":{"z":"a"}},\n{"x":2,"y":{"z":"b"}}]');
    objects.put("control/a.txt", "name\u0001n\na,b\u00011\nc,d\u00012\n");
    objects.put("space/a.txt", "one 1\ntwo 2\n");
    await crawler(overFiles("s3://exports/", 2));
    await crawl();
    expect(await columns("words")).to.equal("col0:string col1:string");
    expect(await columns("list")).to.equal("array:array<struct<x:bigint,y:struct<z:string>>>");
    expect(await columns("control")).to.equal("name:string n:bigint");
    expect((await tables()).map(({ Name }) => Name)).to.deep.equal(["control", "list", "words"]);
  });

  it("looks into every file, or into as many of a folder as it is told", async () => {
    for (let i = 0; i < 25; i += 1) objects.put(`in/${String.fromCharCode(97 + i)}.json`, `{"a":1${i === 24 ? ',"late":true' : ""}}\n`);
    const target = (SampleSize?: number) => ({ Targets: { S3Targets: [{ Path: "s3://exports/in/", ...(SampleSize && { SampleSize }) }] }, Configuration: JSON.stringify({ Version: 1, Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas" } }) });
    await crawler(target());
    await crawl();
    expect(await columns("in")).to.equal("a:bigint late:boolean");
    await glue.send(new UpdateCrawlerCommand({ Name: `c${count}`, ...target(3) }));
    await crawl();
    expect(await columns("in")).to.equal("a:bigint");
  });

  it("keeps what a table has and only adds columns when told to; each change is a version", async () => {
    objects.put("in/a.json", '{"a":1,"b":"x"}\n');
    await crawler({ ...overFiles("s3://exports/in/"), Configuration: JSON.stringify({ Version: 1, CrawlerOutput: { Tables: { AddOrUpdateBehavior: "MergeNewColumns" } } }) });
    await crawl();
    objects.put("in/a.json", '{"b":"x","a":"text now","c":1.5}\n');
    await crawl();
    expect(await columns("in")).to.equal("a:bigint b:string c:double");
    const { TableVersions = [] } = await glue.send(new GetTableVersionsCommand({ DatabaseName: `db${count}`, TableName: "in" }));
    expect(TableVersions.map(({ VersionId, Table }) => [VersionId, Table?.StorageDescriptor?.Columns?.length])).to.deep.equal([["1", 3], ["0", 2]]);
  });

  it("brings partitions to what their files show, or to what the table has where they inherit", async () => {
    const partitions = async () => (await glue.send(new GetPartitionsCommand({ DatabaseName: `db${count}`, TableName: "in" }))).Partitions
      ?.map(({ Values, StorageDescriptor }) => `${Values?.join()} ${StorageDescriptor?.Columns?.map(({ Name, Type }) => `${Name}:${Type}`).join()}`);
    objects.put("in/day=1/a.json", '{"a":1}\n');
    objects.put("in/day=2/a.json", '{"a":2}\n');
    await crawler(overFiles("s3://exports/in/"));
    await crawl();
    objects.put("in/day=2/a.json", '{"a":2.5}\n');
    await crawl();
    expect(await partitions()).to.deep.equal(["1 a:bigint", "2 a:double"]);
    await glue.send(new UpdateCrawlerCommand({ Name: `c${count}`, Configuration: JSON.stringify({ Version: 1, CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } } }) }));
    await crawl();
    expect(await partitions()).to.deep.equal(["1 a:double", "2 a:double"]);
    objects.all.delete("in/day=1/a.json");
    await glue.send(new UpdateCrawlerCommand({ Name: `c${count}`, SchemaChangePolicy: { DeleteBehavior: "DELETE_FROM_DATABASE", UpdateBehavior: "UPDATE_IN_DATABASE" } }));
    await crawl();
    expect(await partitions()).to.deep.equal(["2 a:double"]);
  });

  it("marks a table whose data has gone, and takes the mark off when it is back", async () => {
    objects.put("in/a.json", '{"a":1}\n');
    await crawler({ Targets: { S3Targets: [{ Path: "s3://exports/in/", Exclusions: ["old/**"] }] } });
    await crawl();
    expect((await table("in"))?.Parameters?.exclusions).to.equal('["s3://exports/in/old/**"]');
    objects.all.clear();
    await crawl();
    expect((await table("in"))?.Parameters).to.have.property("DEPRECATED_BY_CRAWLER");
    objects.put("in/a.json", '{"a":1}\n');
    objects.put("in/old/a.csv", "a,b\n1,2\n");
    await crawl();
    expect((await table("in"))?.Parameters).not.to.have.property("DEPRECATED_BY_CRAWLER");
  });

  it("leaves out what is none of the formats, and reads JSON lines", async () => {
    objects.put("in/a.json", '{"room":"a","v":1,"tags":["x"]}\n{"room":"b","v":2.5,"tags":[]}\n');
    objects.put("in/b.bin", Buffer.from([0, 1, 2, 0]));
    await crawler(overFiles("s3://exports/in/"));
    expect((await crawl())?.Status).to.equal("SUCCEEDED");
    expect(await columns("in")).to.equal("room:string v:double tags:array<string>");
  });

  it("looks into no more of a gzip than it needs, however much that unpacks to, and not at all into what only begins as one", async () => {
    const blanks = gzipSync(Buffer.alloc(16 * 1024 * 1024, " "));
    objects.put("in/a.csv", csv(20));
    objects.put("in/bomb.csv.gz", Buffer.concat([gzipSync(csv(20)), ...Array.from({ length: 20 }, () => blanks)]));
    objects.put("in/broken.csv.gz", Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(100, 7)]));
    await crawler(overFiles("s3://exports/in/"));
    expect((await crawl())?.Status).to.equal("SUCCEEDED");
    expect(await columns("in")).to.equal("timestamp:string room_id:string temperature:double");
    expect((await table("in"))?.Parameters).to.include({ objectCount: "2" });
  });

  it("retires its own table when the data is gone, as its policy says", async () => {
    objects.put("in/a.csv", csv(3));
    await glue.send(new CreateTableCommand({ DatabaseName: `db${count}`, TableInput: { Name: "foreign" } }));
    await crawler({ ...overFiles("s3://exports/"), SchemaChangePolicy: { DeleteBehavior: "DELETE_FROM_DATABASE", UpdateBehavior: "LOG" } });
    await crawl();
    objects.all.clear();
    await crawl();
    const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName: `db${count}` }));
    expect(TableList.map(({ Name }) => Name)).to.deep.equal(["foreign"]);
  });

  describe("on a declared table", () => {
    const declare = async () => {
      await glue.send(new CreateTableCommand({ DatabaseName: `db${count}`, TableInput: {
        Name: "raw", PartitionKeys: [{ Name: "source", Type: "string" }, { Name: "day", Type: "string" }],
        StorageDescriptor: { Location: "s3://raw/t/", Columns: [{ Name: "temperature", Type: "double" }], InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat" },
      } }));
      await crawler({ SchemaChangePolicy: { UpdateBehavior: "LOG", DeleteBehavior: "LOG" }, Targets: { CatalogTargets: [{ DatabaseName: `db${count}`, Tables: ["raw"] }] } });
    };
    const partitions = async () => (await glue.send(new GetPartitionsCommand({ DatabaseName: `db${count}`, TableName: "raw" }))).Partitions ?? [];

    it("adds partitions with the table's columns and nothing else", async () => {
      await declare();
      const bytes = await parquet("SELECT 1.5::DOUBLE AS temperature, 'more' AS extra");
      objects.put("t/source=live/day=2026-01-01/a.parquet", bytes);
      objects.put("t/source=history/day=2026-01-02/a.parquet", bytes);
      expect((await crawl())?.Status).to.equal("SUCCEEDED");
      objects.put("t/source=live/day=2026-01-03/a.parquet", bytes);
      await crawl();
      expect((await partitions()).map(({ Values, StorageDescriptor }) => [Values?.join(), StorageDescriptor?.Location, StorageDescriptor?.Columns?.length])).to.deep.equal([
        ["history,2026-01-02", "s3://raw/t/source=history/day=2026-01-02/", 1],
        ["live,2026-01-01", "s3://raw/t/source=live/day=2026-01-01/", 1],
        ["live,2026-01-03", "s3://raw/t/source=live/day=2026-01-03/", 1],
      ]);
      expect((await table("raw"))?.VersionId).to.equal("0");
    });

    it("fails and adds nothing when a new folder can't be read as the table", async () => {
      await declare();
      objects.put("t/source=live/day=2026-01-01/a.parquet", await parquet("SELECT 1.5::DOUBLE AS temperature"));
      objects.put("t/source=live/day=2026-01-02/a.parquet", await parquet("SELECT 'warm' AS temperature"));
      const last = await crawl();
      expect(last?.Status).to.equal("FAILED");
      expect(last?.ErrorMessage).to.contain("day=2026-01-02/a.parquet has temperature as string, the table as double");
      expect(await partitions()).to.deep.equal([]);
    });
  });

  it("runs once at a time, can be stopped, and keeps the history of its crawls", async () => {
    for (let i = 0; i < 20; i += 1) objects.put(`in/${i}.csv`, csv(50));
    await crawler(overFiles("s3://exports/in/"));
    const start = () => glue.send(new StartCrawlerCommand({ Name: `c${count}` })).then(() => "started", ({ name }: Error) => name);
    expect([await start(), await start()]).to.deep.equal(["started", "CrawlerRunningException"]);
    await glue.send(new StopCrawlerCommand({ Name: `c${count}` }));
    while ((await glue.send(new GetCrawlerCommand({ Name: `c${count}` }))).Crawler?.State !== "READY") await new Promise((resolve) => setTimeout(resolve, 10));
    await crawl();
    const { Crawls = [] } = await glue.send(new ListCrawlsCommand({ CrawlerName: `c${count}` }));
    expect(Crawls.map(({ State }) => State)).to.deep.equal(["COMPLETED", "STOPPED"]);
  });

  it("tells of a crawl that the end of the lab cut off as failed", async () => {
    const other = testLab();
    const never: GlueCrawlersService = new GlueCrawlersService(other, new LogsService(other));
    await ask(never, "CreateCrawler", { Name: "c", Role: "r", DatabaseName: "d", ...overFiles("s3://bucket/") });
    await ask(never, "StartCrawler", { Name: "c" });
    const again = new GlueCrawlersService(testLab(other.home), new LogsService(other));
    expect((await ask(again, "GetCrawler", { Name: "c" })).Crawler.LastCrawl).to.include({ Status: "FAILED", ErrorMessage: "The lab ended while it ran; start it again." });
    await never.stop();
  });

  it("refuses what it can't do, by name or with what to set", async () => {
    const crawlers = new GlueCrawlersService(testLab(), new LogsService(testLab()));
    const create = (some: object) => codeOf(ask(crawlers, "CreateCrawler", { Name: "c", Role: "r", DatabaseName: "d", ...overFiles("s3://bucket/"), ...some }));
    expect(await create({ Schedule: "cron(0 1 * * ? *)" })).to.equal("NotImplementedException");
    expect(await create({ Targets: { DynamoDBTargets: [{ Path: "t" }] } })).to.equal("NotImplementedException");
    expect(await create({ Targets: {} })).to.equal("InvalidInputException");
    expect(await create({ Targets: { CatalogTargets: [{ DatabaseName: "d", Tables: ["t"] }] } })).to.equal("InvalidInputException");
    expect(await create({ Configuration: "{" })).to.equal("InvalidInputException");
  });
});
