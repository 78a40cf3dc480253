import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BiLayer, type BiLayerArgs } from "./bi-layer";
import { questionsOf, viewsOf, viewText } from "./bi-views";
import { relation } from "../lab/services/athena/relation";
import { loadChannel } from "./channel";
import { LakeCatalog } from "./lake-catalog";
import { registered } from "./testing";

const channels = [loadChannel("temperature"), loadChannel("diagnostics")];
const principal = "arn:aws:quicksight:eu-central-1:123456789012:user/default/ada";

const build = (args: Partial<BiLayerArgs> = {}, customerKey = false) =>
  registered((opts) => {
    const catalog = new LakeCatalog("lake", { channels, trainChannel: "temperature", shingle: 24, customerKey }, opts);
    return new BiLayer("bi", { catalog, results: catalog.results, channels, anomalyChannel: "temperature", ...args }, opts);
  });

describe("BiLayer", () => {
  it("enforces a limit and encryption on every query of its workgroup", async () => {
    const group = (await build({ queryMegabytes: 10 })).get("aws:athena/workgroup:Workgroup bi-workgroup");
    expect(group.name).to.equal("sensorlake_test");
    expect(group.configuration).to.deep.include({
      enforceWorkgroupConfiguration: true, publishCloudwatchMetricsEnabled: true, bytesScannedCutoffPerQuery: 10_485_760,
      resultConfiguration: { outputLocation: "s3://lake-results/athena/", encryptionConfiguration: { encryptionOption: "SSE_S3" } },
    });
  });

  it("encrypts answers with the lake's key where it has one, and keeps a protected workgroup's history", async () => {
    const group = (await build({ protect: true }, true)).get("aws:athena/workgroup:Workgroup bi-workgroup");
    expect(group.configuration.resultConfiguration.encryptionConfiguration).to.deep.equal({ encryptionOption: "SSE_KMS", kmsKeyArn: "arn:lake-key" });
    expect(group.forceDestroy).to.equal(false);
  });

  it("declares its views in the lake's database as Athena keeps them, types told twice", async () => {
    const view = (await build({ databaseSuffix: "_dev" })).get("aws:glue/catalogTable:CatalogTable bi-view-temperature_latest");
    expect(view).to.deep.include({ name: "temperature_latest", tableType: "VIRTUAL_VIEW", viewExpandedText: "/* Presto View */", parameters: { presto_view: "true", comment: "Presto View" } });
    expect(view.storageDescriptor.columns).to.deep.equal([{ name: "room_id", type: "string" }, { name: "timestamp", type: "timestamp" }, { name: "temperature", type: "double" }]);
    const stored = JSON.parse(Buffer.from(/^\/\* Presto View: (\S+) \*\/$/.exec(view.viewOriginalText)![1]!, "base64").toString());
    expect(stored).to.deep.equal({
      originalSql: 'SELECT CAST("room_id" AS varchar) AS "room_id", CAST(max("timestamp") AS timestamp(3)) AS "timestamp", ' +
        'CAST(max_by("temperature", "timestamp") AS double) AS "temperature" FROM "temperatures_db_dev"."temperatures" GROUP BY "room_id"',
      catalog: "awsdatacatalog", schema: "temperatures_db_dev",
      columns: [{ name: "room_id", type: "varchar" }, { name: "timestamp", type: "timestamp(3)" }, { name: "temperature", type: "double" }],
    });
  });

  it("has views of the hours for what is a number, and of anomalies for the channel with a model alone", () => {
    const views = viewsOf(channels, "temperature", "lake");
    expect(views.map(({ name }) => name)).to.deep.equal(["temperature_latest", "temperature_hourly", "temperature_anomalies", "diagnostics_latest", "diagnostics_hourly"]);
    expect(views[4]!.columns.map(({ name }) => name)).to.include.members(["hour", "room_id", "readings", "rssi_dbm_avg"]).and.not.include("firmware_min");
    expect(views[2]!.sql).to.match(/"value" AS double\) AS "temperature".* FROM "lake"\."anomalies" WHERE "anomaly"$/);
  });

  it("keeps what people ask first as named queries of its workgroup", async () => {
    const found = await build();
    const asked = [...found.keys()].filter((key) => key.startsWith("aws:athena/namedQuery")).map((key) => found.get(key).name);
    expect(asked).to.deep.equal(["temperature now", "temperature by door", "temperature anomalies", "diagnostics now", "diagnostics by door"]);
    expect(found.get("aws:athena/namedQuery:NamedQuery bi-question-temperature-now")).to.include({ workgroup: "sensorlake_test", database: "temperatures_db" });
  });

  it("leaves QuickSight alone unless a user is named, and then gives its role exactly the lake's answers", async () => {
    expect([...(await build()).keys()].filter((key) => key.includes("quicksight"))).to.deep.equal([]);
    const found = await build({ quicksight: { principal, serviceRole: "aws-quicksight-service-role-v0" } });
    const policy = JSON.parse(found.get("aws:iam/rolePolicy:RolePolicy bi-quicksight").policy);
    const on = (action: string) => policy.Statement.filter(({ Action }: { Action: string[] }) => Action.includes(action)).map(({ Resource }: { Resource: unknown }) => Resource);
    expect(on("s3:GetObject")).to.deep.equal(["arn:lake-lake/warehouse/*", "arn:lake-results/athena/*"]);
    expect(on("s3:PutObject")).to.deep.equal(["arn:lake-results/athena/*"]);
    expect(on("athena:StartQueryExecution")).to.deep.equal(["arn:bi-workgroup"]);
    const set = found.get("aws:quicksight/dataSet:DataSet bi-quicksight-temperature_hourly");
    expect(set.physicalTableMaps[0].relationalTable.inputColumns.slice(0, 3)).to.deep.equal([{ name: "hour", type: "DATETIME" }, { name: "room_id", type: "STRING" }, { name: "readings", type: "INTEGER" }]);
    expect(set.permissions[0].principal).to.equal(principal);
  });

  it("refuses bad arguments, naming every fault and what to set", async () => {
    const fault = await build({ anomalyChannel: "x", queryMegabytes: 9, quicksight: { principal: "ada", serviceRole: "a b" }, dashboard: { enabled: true } }).then(() => "nothing", String);
    expect(fault).to.match(/anomalyChannel is "x"; set one of temperature, diagnostics\nqueryMegabytes is 9; set .*\nquicksight.principal is "ada"; set .*\nquicksight.serviceRole is "a b"; set .*\ndashboard.enabled is true; the dashboard on AWS is not there yet/);
  });

  // The same Python reads Athena's SQL in the lab; set-up puts it in place.
  it("writes views and questions that can be read, whose columns are those that they declare", function () {
    const python = join(__dirname, "..", ".sensorlake", "venv", "bin", "python");
    if (!existsSync(python)) this.skip();
    const all = viewsOf(channels, "temperature", "lake");
    const columns = Object.fromEntries(["temperatures", "diagnostics", "anomalies"].map((table) => [`lake.${table}`, { columns: tables[table], partitions: [] }]));
    const views = Object.fromEntries(all.map((view) => [`lake.${view.name}`, { view: relation({ Name: view.name, TableType: "VIRTUAL_VIEW", ViewOriginalText: viewText(view, "lake") }) }]));
    const raw = Object.fromEntries(["temperatures", "diagnostics"].map((table) => [`raw.${table}`, { columns: { source: "VARCHAR", day: "VARCHAR" }, partitions: ["source", "day"] }]));
    const asked = [...all.map(({ name }) => `SELECT * FROM lake.${name}`), ...questionsOf(channels, "temperature", "lake", "raw").map(({ sql }) => sql)];
    const requests = asked.map((sql) => ({ sql, tables: { ...columns, ...views, ...raw } }));
    const script = "import json,sys; from sql_transpile import transpile; print(json.dumps([transpile(r) for r in json.load(sys.stdin)]))";
    const answers = JSON.parse(execFileSync(python, ["-c", script], { input: JSON.stringify(requests), cwd: join(__dirname, "..", "lab", "python"), encoding: "utf8" }));
    expect(answers.filter((answer: object) => "error" in answer)).to.deep.equal([]);
    expect(answers[1].columns).to.deep.equal(all[1]!.columns.map(({ name }) => name));
  });
});

const tables: Record<string, object> = {
  temperatures: { timestamp: "TIMESTAMP", room_id: "VARCHAR", temperature: "DOUBLE" },
  diagnostics: { timestamp: "TIMESTAMP", room_id: "VARCHAR", battery_v: "DOUBLE", rssi_dbm: "INTEGER", uptime_s: "BIGINT", firmware: "VARCHAR" },
  anomalies: { timestamp: "TIMESTAMP", room_id: "VARCHAR", value: "DOUBLE", score: "DOUBLE", threshold: "DOUBLE", anomaly: "BOOLEAN", run_id: "VARCHAR" },
};
