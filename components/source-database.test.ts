import { expect } from "chai";
import { crawlPath, type Engine, engines, jdbcUrl, type SourceDatabase, sourceFaults, type Tls, tlsProperties } from "./source-database";

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

  it("encrypts to a database whose certificate is its own, and proves any other by the connection's properties", () => {
    const own = (engine: Engine, tls: Tls) => jdbcUrl({ ...source(engine, 1), tls }, "db");
    expect(own("sqlserver", "encrypted")).to.equal("jdbc:sqlserver://db:1;databaseName=d;encrypt=true;trustServerCertificate=true");
    expect(own("postgresql", "encrypted")).to.equal("jdbc:postgresql://db:1/d?sslmode=require");
    expect(own("mysql", "encrypted")).to.equal("jdbc:mysql://db:1/d?sslMode=REQUIRED");
    // Its driver encrypts unless told not to: Microsoft JDBC Driver, "Connection properties", encrypt.
    expect(own("sqlserver", "none")).to.equal("jdbc:sqlserver://db:1;databaseName=d;encrypt=false");
    expect(engines.map((engine) => tlsProperties(source(engine, 1)).JDBC_ENFORCE_SSL)).to.deep.equal(["true", "true", "true", "true", "false"]);
    expect(tlsProperties({ ...source("oracle", 2484), certificateName: "cn=sales" })).to.deep.equal({ JDBC_ENFORCE_SSL: "true", CUSTOM_JDBC_CERT_STRING: "cn=sales" });
    expect(tlsProperties({ ...source("postgresql", 1), certificate: "s3://ca/root.pem" })).to.deep.equal({ JDBC_ENFORCE_SSL: "true", CUSTOM_JDBC_CERT: "s3://ca/root.pem" });
    expect(tlsProperties({ ...source("mysql", 1), tls: "encrypted" })).to.deep.equal({ JDBC_ENFORCE_SSL: "false" });
  });

  it("refuses an encryption that would be ignored, saying what to set", () => {
    const faults = (more: Partial<SourceDatabase>) => sourceFaults({ ...source("postgresql", 1), ...more }, ["temperature"]);
    expect(faults({ engine: "oracle", tls: "encrypted" })[0]).to.match(/source\.tls is encrypted, and Oracle takes no certificate that is not proven; set verified/);
    expect(faults({ certificate: "root.pem" })[0]).to.match(/source\.certificate is "root\.pem"; set s3:\/\//);
    expect(faults({ tls: "encrypted", certificate: "s3://ca/root.pem" })[0]).to.match(/have no use where nothing is proven; remove them/);
    expect(faults({ certificateName: "cn=x" })[0]).to.match(/certificateName has no use for postgresql/);
    expect(faults({ engine: "sqlserver", certificate: "s3://ca/root.pem" })[0]).to.match(/can't be proven by the driver of sqlserver; leave it out .* or set source\.tls to encrypted/);
    expect(faults({ certificate: "s3://ca/root.pem" })).to.deep.equal([]);
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
