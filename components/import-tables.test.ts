import { expect } from "chai";
import { resolve } from "node:path";
import { evaluate } from "../lab/engine/plan";
import { loadChannel } from "./channel";
import { HistoricalImport, type ImportedDatabase } from "./historical-import";
import { LakeCatalog } from "./lake-catalog";
import { type Engine, engines, usualPort } from "./source-database";
import { opened, type Registered, registered } from "./testing";

const CANARY = "canary-7f3a9c";
const channels = [loadChannel("temperature")];
const source = (engine: Engine): ImportedDatabase => ({
  engine, host: "db.example.com", port: usualPort[engine], database: "building", username: "reader", password: CANARY,
  tables: [{ table: "plant.readings", channel: "temperature", watermark: "updated_at" }],
});

const build = (database: ImportedDatabase): Promise<Registered> => registered((opts) => {
  const catalog = new LakeCatalog("lake", { channels, trainChannel: "temperature", shingle: 24 }, opts);
  return new HistoricalImport("past", { catalog, channels, database }, opts);
});

const connection = (found: Registered) => opened(found.get("aws:glue/connection:Connection past-connection").connectionProperties);

describe("tables of a database", () => {
  const urls: Record<Engine, string> = {
    sqlserver: "jdbc:sqlserver://db.example.com:1433;databaseName=building",
    oracle: "jdbc:oracle:thin://@db.example.com:1521/building",
    postgresql: "jdbc:postgresql://db.example.com:5432/building",
    mysql: "jdbc:mysql://db.example.com:3306/building",
    h2: "jdbc:h2:tcp://db.example.com:9092/building;MODE=MSSQLServer;DATABASE_TO_LOWER=TRUE",
  };
  for (const engine of engines) {
    it(`of ${engine}: are reached by its URL, with TLS, by the name of a secret; the password stands in that secret alone`, async () => {
      const found = await build(source(engine));
      expect(connection(found)).to.deep.equal({ JDBC_CONNECTION_URL: urls[engine], SECRET_ID: "arn:past-login", JDBC_ENFORCE_SSL: String(engine !== "h2") });
      expect(found.get("aws:glue/crawler:Crawler past-crawl-external").jdbcTargets[0].path).to.equal(engine === "mysql" ? "building/readings" : "building/plant/readings");
      const holders = [...found].filter(([, inputs]) => JSON.stringify(inputs).includes(CANARY)).map(([key]) => key);
      expect(holders).to.deep.equal(["aws:secretsmanager/secretVersion:SecretVersion past-login"]);
      expect(opened(found.get(holders[0]!).secretString)).to.contain(CANARY);
    });
  }

  it("are proven by a root certificate of the database's own, which crawler and job may read and nothing beside it", async () => {
    const found = await build({ ...source("postgresql"), certificate: "s3://authority/plant/root.pem" });
    expect(connection(found)).to.include({ CUSTOM_JDBC_CERT: "s3://authority/plant/root.pem", JDBC_ENFORCE_SSL: "true" });
    for (const role of ["past-crawl-external", "past-import-db"]) {
      const { Statement } = JSON.parse(found.get(`aws:iam/rolePolicy:RolePolicy ${role}`).policy) as { Statement: { Action: string[]; Resource: unknown }[] };
      expect(Statement.filter(({ Resource }) => JSON.stringify(Resource).includes("authority"))).to.deep.equal([{ Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::authority/plant/root.pem" }]);
    }
  });

  it("of a whole stack: its password is in no plan, and shows as a secret", async function () {
    this.timeout(30_000);
    const { resources } = await evaluate({
      stack: "prod", root: resolve(__dirname, ".."), policies: false, once: true,
      configOverrides: { "sensorlake:source": { credentialsSecretArn: undefined, username: "reader", engine: "postgresql" }, "sensorlake:sourcePassword": CANARY },
    });
    expect(JSON.stringify(resources)).not.to.contain(CANARY);
    const version = resources.find(({ type, name }) => type.endsWith(":SecretVersion") && name === "history-login");
    expect(JSON.stringify(version?.inputs.secretString)).to.contain("[secret]");
    expect(resources.find(({ name }) => name === "history-connection")?.inputs.connectionProperties).to.include({ JDBC_CONNECTION_URL: "jdbc:postgresql://readings.db.example.com:5432/building" });
  });
});
