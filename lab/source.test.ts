import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { givenSource, settingsOf } from "./source";

const sound = { SENSORLAKE_SOURCE_URL: "jdbc:postgresql://127.0.0.1:5433/building", SENSORLAKE_SOURCE_USER: "reader", SENSORLAKE_SOURCE_PASSWORD: "p" };
const place = (url: string) => {
  const { engine, host, port, database } = givenSource({ ...sound, SENSORLAKE_SOURCE_URL: url, SENSORLAKE_SOURCE_DRIVER: __filename }) ?? {};
  return [engine, host, port, database];
};

describe("the lab's source", () => {
  it("is the lab's own unless the environment names another", () => {
    expect(givenSource({})).to.equal(undefined);
    expect(givenSource(sound)).to.deep.equal({
      engine: "postgresql", host: "127.0.0.1", port: 5433, database: "building", username: "reader", password: "p", tls: "verified", drivers: [],
      tables: [{ table: "dbo.readings", channel: "temperature", watermark: "updated_at" }],
    });
  });

  it("is read from the URL of each engine, with its usual port", () => {
    expect(place("jdbc:sqlserver://db;databaseName=b")).to.deep.equal(["sqlserver", "db", 1433, "b"]);
    expect(place("jdbc:oracle:thin:@//db:1522/b")).to.deep.equal(["oracle", "db", 1522, "b"]);
    expect(place("jdbc:oracle:thin://@db/b")).to.deep.equal(["oracle", "db", 1521, "b"]);
    expect(place("jdbc:mysql://db/b")).to.deep.equal(["mysql", "db", 3306, "b"]);
  });

  it("takes its password from a file, and its tables and encryption from settings", () => {
    const folder = mkdtempSync(join(tmpdir(), "source-"));
    writeFileSync(join(folder, "password"), "from a file\n", { mode: 0o600 });
    const tables = [{ table: "plant.log", channel: "temperature", watermark: "at" }];
    const found = givenSource({ ...sound, SENSORLAKE_SOURCE_PASSWORD_FILE: join(folder, "password"), SENSORLAKE_SOURCE_TLS: "encrypted", SENSORLAKE_SOURCE_TABLES: JSON.stringify(tables) });
    expect(found).to.deep.include({ password: "from a file", tls: "encrypted", tables });
    expect(settingsOf(found!)["sensorlake:source"]).to.have.property("probePort", undefined);
    rmSync(folder, { recursive: true });
  });

  it("is refused with every fault, each with what to set", () => {
    const faults = (more: Record<string, string>) => { try { return String(givenSource(more)); } catch (fault) { return (fault as Error).message; } };
    expect(faults({ SENSORLAKE_SOURCE_URL: "jdbc:mysql://db/b", SENSORLAKE_SOURCE_TLS: "maybe", SENSORLAKE_SOURCE_TABLES: "{}" }).split("\n")).to.deep.equal([
      "SENSORLAKE_SOURCE_USER is missing; set the user that may read the database",
      "SENSORLAKE_SOURCE_PASSWORD_FILE names no file with a password in it; set it, or SENSORLAKE_SOURCE_PASSWORD",
      'SENSORLAKE_SOURCE_TLS is "maybe"; set one of verified, encrypted, none',
      "SENSORLAKE_SOURCE_DRIVER is missing; set the jar of the JDBC driver for mysql, which the lab does not bring",
      'SENSORLAKE_SOURCE_TABLES is no list; set JSON such as [{"table":"dbo.readings","channel":"temperature","watermark":"updated_at"}]',
    ]);
    expect(faults({ ...sound, SENSORLAKE_SOURCE_URL: "jdbc:db2://db/b" })).to.match(/engine "db2"; set a JDBC URL of sqlserver, oracle, postgresql, mysql, or leave it out/);
    expect(faults({ ...sound, SENSORLAKE_SOURCE_URL: "jdbc:postgresql://u:secret@db/b?sslmode=disable" })).to.match(/nothing more; set jdbc:postgresql/).and.not.contain("secret");
  });
});
