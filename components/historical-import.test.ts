import { expect } from "chai";
import { loadChannel } from "./channel";
import { HistoricalImport, type HistoricalImportArgs, type ImportedDatabase } from "./historical-import";
import { LakeCatalog } from "./lake-catalog";
import { PeeredGlueNetwork } from "./peered-glue-network";
import { opened, registered } from "./testing";

const database: ImportedDatabase = {
  engine: "sqlserver", host: "10.20.0.5", port: 1433, database: "Building", secretArn: "arn:secret",
  tables: [{ table: "dbo.readings", channel: "temperature", watermark: "updated_at" }],
};
/** The same without a login. */
const open = Object.fromEntries(Object.entries(database).filter(([key]) => key !== "secretArn")) as unknown as ImportedDatabase;
const channels = [loadChannel("temperature")];

const build = (args: Partial<HistoricalImportArgs> = {}, reached = false) =>
  registered((opts) => {
    const catalog = new LakeCatalog("lake", { channels, trainChannel: "temperature", shingle: 24 }, opts);
    const network = reached ? { network: new PeeredGlueNetwork("net", { cidr: "10.64.0.0/24" }, opts) } : {};
    return new HistoricalImport("past", { catalog, channels, database, ...network, ...args }, opts);
  });

/** Built once: most tests only look. */
let kept: ReturnType<typeof build> | undefined;
const sound = () => (kept ??= build());

const CONNECTION = "aws:glue/connection:Connection past-connection";
const statements = (policy: string): { Action: string[]; Resource: string | string[] }[] => JSON.parse(policy).Statement;

describe("HistoricalImport", () => {
  it("connects by URL and secret, with no password in the connection", async () => {
    expect(opened((await sound()).get(CONNECTION).connectionProperties)).to.deep.equal({
      JDBC_CONNECTION_URL: "jdbc:sqlserver://10.20.0.5:1433;databaseName=Building", SECRET_ID: "arn:secret", JDBC_ENFORCE_SSL: "true",
    });
  });

  it("connects through the network in the zone of its subnet, and directly without one", async () => {
    const through = (await build({}, true)).get(CONNECTION).physicalConnectionRequirements;
    expect(through).to.deep.equal({ subnetId: "net-vpc-isolated-1", availabilityZone: "eu-central-1a", securityGroupIdLists: ["net-glue-id"] });
    expect((await sound()).get(CONNECTION)).not.to.have.property("physicalConnectionRequirements");
  });

  it("crawls each folder of exports as one table, and each table of the database", async () => {
    const found = await sound();
    const history = found.get("aws:glue/crawler:Crawler past-crawl-history");
    expect(history.s3Targets).to.deep.equal([{ path: "s3://past-exports/temperature/" }]);
    expect(JSON.parse(history.configuration).Grouping.TableLevelConfiguration).to.equal(2);
    expect(found.get("aws:glue/crawler:Crawler past-crawl-external").jdbcTargets).to.deep.equal([{ connectionName: "past-connection", path: "Building/dbo/readings" }]);
  });

  it("hands import_db its tables and the bucket of its marks", async () => {
    const { defaultArguments, connections } = (await sound()).get("aws:glue/job:Job past-import-db");
    expect(connections).to.deep.equal(["past-connection"]);
    expect(defaultArguments).to.include({ "--channels": "temperature", "--raw_bucket": "lake-raw", "--state_bucket": "lake-lake" });
    expect(JSON.parse(defaultArguments["--tables"])).to.deep.equal(database.tables);
  });

  it("hands import_s3 its bound on what a file may unpack to", async () => {
    expect((await sound()).get("aws:glue/job:Job past-import-s3").defaultArguments["--max_unpacked_megabytes"]).to.equal("10240");
  });

  it("bounds, watches and logs both jobs, retries neither, and leaves Glue's bookmarks off, since each keeps its own", async () => {
    const found = await sound();
    for (const name of ["import-s3", "import-db"]) {
      const job = found.get(`aws:glue/job:Job past-${name}`);
      expect([job.workerType, job.numberOfWorkers, job.timeout, job.maxRetries, job.executionProperty.maxConcurrentRuns]).to.deep.equal(["G.1X", 2, 60, 0, 1]);
      expect(job.defaultArguments).to.include({
        "--enable-metrics": "true", "--enable-observability-metrics": "true", "--enable-continuous-cloudwatch-log": "true", "--job-bookmark-option": "job-bookmark-disable",
      });
    }
    const larger = (await build({ workerType: "G.2X", workers: 5, timeoutMinutes: 240 })).get("aws:glue/job:Job past-import-db");
    expect([larger.workerType, larger.numberOfWorkers, larger.timeout]).to.deep.equal(["G.2X", 5, 240]);
  });

  it("reads the database as it is set", async () => {
    const { defaultArguments } = (await build({ database: { ...database, reading: { partRows: 2_000_000, isolation: "snapshot" }, tables: [{ ...database.tables[0]!, split: "id" }] } })).get("aws:glue/job:Job past-import-db");
    expect(defaultArguments).to.include({ "--part_rows": "2000000", "--fetch_rows": "10000", "--overlap_seconds": "300", "--isolation": "snapshot" });
    expect(JSON.parse(defaultArguments["--tables"])[0].split).to.equal("id");
    const fault = await build({ database: { ...database, reading: { partRows: 1 }, tables: [{ ...database.tables[0]!, split: "a b" }] } }).then(() => "", String);
    expect(fault).to.match(/source\.tables\[0\]\.split is "a b"; set the name of a column\nsource\.reading\.partRows is 1; set/);
  });

  it("lets each job write its own door only, and only import_db read the secret", async () => {
    const found = await sound();
    const [files, tables] = ["import-s3", "import-db"].map((job) => statements(found.get(`aws:iam/rolePolicy:RolePolicy past-${job}`).policy));
    const writes = (of: typeof files) => of?.filter(({ Action }) => Action.includes("s3:PutObject")).map(({ Resource }) => Resource).filter((resource) => String(resource).startsWith("arn:lake-raw"));
    expect(writes(files)).to.deep.equal(["arn:lake-raw/temperatures/source=history/*", "arn:lake-raw/landing/temperatures/source=history/*", "arn:lake-raw/rejected/*", "arn:lake-raw/quarantine/*"]);
    expect(writes(tables)).to.deep.equal(["arn:lake-raw/temperatures/source=external/*", "arn:lake-raw/landing/temperatures/source=external/*", "arn:lake-raw/rejected/*"]);
    const reads = (of: typeof files) => of?.filter(({ Action }) => Action.includes("secretsmanager:GetSecretValue")).map(({ Resource }) => Resource);
    expect([reads(files), reads(tables)]).to.deep.equal([[], ["arn:secret"]]);
  });

  it("keeps a password that it is given in a secret of its own", async () => {
    const found = await build({ database: { ...open, engine: "h2", username: "sensorlake", password: "p" } });
    expect(JSON.parse(opened(found.get("aws:secretsmanager/secretVersion:SecretVersion past-login").secretString))).to.deep.equal({ username: "sensorlake", password: "p" });
    expect(opened(found.get(CONNECTION).connectionProperties)).to.include({ SECRET_ID: "arn:past-login", JDBC_ENFORCE_SSL: "false" });
  });

  it("does without a database", async () => {
    const found = await registered((opts) => {
      const catalog = new LakeCatalog("lake", { channels, trainChannel: "temperature", shingle: 24 }, opts);
      return new HistoricalImport("past", { catalog, channels }, opts);
    });
    expect([...found.keys()].filter((key) => /past-(connection|crawl-external|import-db)$/.test(key))).to.deep.equal([]);
  });

  it("refuses a source without login and a strange table, naming both", async () => {
    const fault = await build({ database: { ...open, tables: [{ table: "readings; drop", channel: "temperature", watermark: "updated_at" }] } }).then(() => "", String);
    expect(fault).to.match(/source\.tables\[0\]\.table is "readings; drop"; set .*\nthe source database has no login/);
  });
});
