import { expect } from "chai";
import { crawlPath, type Engine, jdbcUrl, sourceFaults } from "./source-database";

const source = (engine: Engine, port: number) => ({ engine, host: "db", port, database: "d", tables: [{ table: "dbo.readings", channel: "temperature", watermark: "updated_at" }] });

describe("source database", () => {
  const urls: [Engine, number, string][] = [
    ["sqlserver", 1433, "jdbc:sqlserver://db:1433;databaseName=d"],
    ["oracle", 1521, "jdbc:oracle:thin://@db:1521/d"],
    ["postgresql", 5432, "jdbc:postgresql://db:5432/d"],
    ["mysql", 3306, "jdbc:mysql://db:3306/d"],
    ["h2", 9092, "jdbc:h2:tcp://db:9092/d;MODE=MSSQLServer;DATABASE_TO_LOWER=TRUE"],
  ];
  for (const [engine, port, url] of urls) it(`writes the URL of ${engine} as Glue reads it`, () => expect(jdbcUrl(source(engine, port), "db")).to.equal(url));

  it("encrypts to a database whose certificate is its own", () => {
    expect(jdbcUrl({ ...source("sqlserver", 1433), anyCertificate: true }, "db")).to.equal("jdbc:sqlserver://db:1433;databaseName=d;encrypt=true;trustServerCertificate=true");
  });

  it("leaves the schema out of a path for MySQL, which has none", () => {
    const [table] = source("mysql", 3306).tables;
    expect([crawlPath(source("mysql", 3306), table!), crawlPath(source("oracle", 1521), table!)]).to.deep.equal(["d/readings", "d/dbo/readings"]);
  });

  it("names every fault", () => {
    expect(sourceFaults({ ...source("sqlserver", 0), tables: [] }, ["temperature"])).to.deep.equal([
      "source.port is 0; set a whole number from 1 to 65535",
      "source.tables is empty; set at least one {table, channel, watermark}",
    ]);
  });
});
