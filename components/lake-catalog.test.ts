import { expect } from "chai";
import { loadChannel } from "./channel";
import { LakeCatalog, type LakeCatalogArgs } from "./lake-catalog";
import { registered } from "./testing";

const build = (args: Partial<LakeCatalogArgs> = {}) =>
  registered((opts) => new LakeCatalog("lake", { channels: [loadChannel("temperature"), loadChannel("diagnostics")], trainChannel: "temperature", shingle: 24, ...args }, opts));

/** Built once: most tests only look. */
let kept: ReturnType<typeof build> | undefined;
const sound = () => (kept ??= build());

describe("LakeCatalog", () => {
  it("declares each raw table from its schema, partitioned by door and day", async () => {
    const table = (await sound()).get("aws:glue/catalogTable:CatalogTable lake-raw-temperature");
    expect(table.storageDescriptor.columns.map(({ name }: { name: string }) => name)).to.deep.equal(["timestamp", "room_id", "temperature", "thing", "received_at"]);
    expect(table.partitionKeys.map(({ name }: { name: string }) => name)).to.deep.equal(["source", "day"]);
    expect(table.storageDescriptor.location).to.equal("s3://lake-raw/temperatures/");
  });

  it("lets its crawler add partitions and change nothing", async () => {
    const crawler = (await sound()).get("aws:glue/crawler:Crawler lake-crawl");
    expect(crawler.catalogTargets).to.deep.equal([{ databaseName: "raw_temperatures", tables: ["temperatures", "diagnostics"] }]);
    expect(crawler.schemaChangePolicy).to.deep.equal({ deleteBehavior: "LOG", updateBehavior: "LOG" });
    expect(JSON.parse(crawler.configuration).CrawlerOutput.Partitions.AddOrUpdateBehavior).to.equal("InheritFromTable");
  });

  it("keeps stages of one account apart by the suffix", async () => {
    const found = await build({ databaseSuffix: "_dev" });
    expect(found.get("aws:glue/catalogDatabase:CatalogDatabase lake-raw").name).to.equal("raw_temperatures_dev");
    expect(found.get("aws:glue/catalogDatabase:CatalogDatabase lake-curated").name).to.equal("temperatures_db_dev");
  });

  it("encrypts logs and bookmarks of jobs always, and buckets with the key where set", async () => {
    const { encryptionConfiguration } = (await sound()).get("aws:glue/securityConfiguration:SecurityConfiguration lake-jobs");
    expect(encryptionConfiguration.cloudwatchEncryption).to.deep.equal({ cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: "arn:lake-key" });
    expect(encryptionConfiguration.s3Encryption).to.deep.equal({ s3EncryptionMode: "SSE-S3" });
    const keyed = (await build({ customerKey: true })).get("aws:glue/securityConfiguration:SecurityConfiguration lake-jobs");
    expect(keyed.encryptionConfiguration.s3Encryption).to.deep.equal({ s3EncryptionMode: "SSE-KMS", kmsKeyArn: "arn:lake-key" });
  });

  it("bounds the job curate, and lets the state machine alone retry it", async () => {
    const job = (await build({ timeoutMinutes: 30, workers: 4 })).get("aws:glue/job:Job lake-curate");
    expect(job).to.deep.include({ glueVersion: "5.1", timeout: 30, maxRetries: 0, numberOfWorkers: 4, executionProperty: { maxConcurrentRuns: 1 } });
    expect(job.defaultArguments).to.include({ "--job-bookmark-option": "job-bookmark-enable", "--channels": "temperature,diagnostics", "--warehouse": "s3://lake-lake/warehouse/" });
    expect(job.defaultArguments["--conf"].split(" --conf ")).to.include("spark.sql.catalog.glue_catalog.warehouse=s3://lake-lake/warehouse/");
  });

  it("lets curate write the lake, and only read what landed", async () => {
    const { policy } = (await sound()).get("aws:iam/rolePolicy:RolePolicy lake-curate");
    const writes = JSON.parse(policy).Statement.filter(({ Action }: { Action: string[] }) => Action.includes("s3:PutObject")).map(({ Resource }: { Resource: string }) => Resource);
    expect(writes).to.deep.equal(["arn:lake-assets/tmp/lake-curate/*", "arn:lake-lake/warehouse/*", "arn:lake-lake/training/*", "arn:lake-lake/index/*", "arn:lake-lake/state/training/*", "arn:lake-lake/runs/*"]);
  });

  it("encrypts the account's catalogue only where a stack is told to", async () => {
    const type = "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings lake-catalogue";
    expect((await sound()).has(type)).to.equal(false);
    expect((await build({ catalogEncryption: true })).get(type).dataCatalogEncryptionSettings.encryptionAtRest.catalogEncryptionMode).to.equal("SSE-KMS");
  });

  it("refuses bad arguments, naming every fault", async () => {
    const fault = await build({ trainChannel: "co2", shingle: 0, databaseSuffix: "-dev" }).then(() => "", String);
    expect(fault).to.match(/trainChannel is "co2"; set one of temperature, diagnostics\nshingle is 0; set .*\ndatabaseSuffix is "-dev"; set/);
  });
});
