import { expect } from "chai";
import type { Driver, Source } from "./drivers";
import { type Engine, watermarkQuery } from "./query";
import { watermarks } from "./watermarks";

const table = { table: "dbo.readings", watermark: "updated_at" };

async function asked(engine: Engine, answers: unknown[]) {
  const told: { source?: Source; statements?: string[] } = {};
  const driver: Driver = async (source, statements) => { Object.assign(told, { source, statements }); return answers; };
  const drivers = { [engine]: driver } as unknown as Record<Engine, Driver>;
  const result = await watermarks({ login: async () => ({ username: "u", password: "p" }), certificate: async () => "PEM", drivers }, {
    engine, host: "h", port: 1, database: "d", tls: "none", tables: [table, { table: "dbo.empty", watermark: "at" }],
  })();
  return { ...told, result };
}

describe("watermark", () => {
  it("answers each table's highest watermark as text, null for an empty table", async () => {
    const { result, source } = await asked("h2", ["2024-01-01 10:00:00.123456", null]);
    expect(result).to.deep.equal({ tables: [{ table: "dbo.readings", watermark: "2024-01-01 10:00:00.123456" }, { table: "dbo.empty", watermark: null }] });
    expect(source).to.deep.include({ username: "u", password: "p", host: "h", ca: "PEM" });
  });

  it("asks for one value a table, in each engine's words", () => {
    const words: Record<Engine, string> = {
      sqlserver: "select convert(varchar(64), max(updated_at), 126) as watermark from dbo.readings",
      postgresql: "select cast(max(updated_at) as varchar) as watermark from dbo.readings",
      h2: "select cast(max(updated_at) as varchar) as watermark from dbo.readings",
      mysql: "select cast(max(updated_at) as char) as watermark from dbo.readings",
      oracle: "select cast(max(updated_at) as varchar2(64)) as watermark from dbo.readings",
    };
    for (const [engine, sql] of Object.entries(words)) expect(watermarkQuery(engine as Engine, table)).to.equal(sql);
  });

  it("skips the answers of what is said before the query", async () => {
    const { result, statements } = await asked("oracle", [undefined, undefined, "7", "8"]);
    expect(statements?.slice(0, 2).every((sql) => sql.startsWith("alter session"))).to.equal(true);
    expect(result.tables.map(({ watermark }) => watermark)).to.deep.equal(["7", "8"]);
  });

  it("refuses names that are more than names", () => {
    expect(() => watermarkQuery("h2", { table: "readings; drop table x", watermark: "at" })).to.throw("no plain name");
    expect(() => watermarkQuery("h2", { table: "readings", watermark: "at)" })).to.throw("no plain name");
  });

  const refusedWith = (cause: Error): Promise<Error | undefined> =>
    watermarks({ login: async () => ({ username: "u", password: "canary" }), certificate: async () => undefined, drivers: { h2: () => Promise.reject(cause) } as unknown as Record<Engine, Driver> }, {
      engine: "h2", host: "db.example", port: 5, database: "d", tls: "none", tables: [table],
    })().then(() => undefined, (thrown: Error) => thrown);

  it("tells a source that nobody answers for from one that refuses us: only the first is worth another try", async () => {
    const names = await Promise.all([
      Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:5"), { code: "ECONNREFUSED" }), Object.assign(new Error("getaddrinfo ENOTFOUND db"), { code: "ENOTFOUND" }), new Error("timeout expired"),
      Object.assign(new Error("Login failed for user"), { code: "ELOGIN" }), new Error("Connection terminated unexpectedly"),
    ].map(async (cause) => (await refusedWith(cause))?.name));
    expect(names).to.deep.equal(["SourceUnreachable", "SourceUnreachable", "SourceUnreachable", "SourceFault", "SourceFault"]);
  });

  it("names the source and what to check when it does not answer, and never the password", async () => {
    const fault = await refusedWith(new Error("Connection terminated unexpectedly"));
    expect(fault?.name).to.equal("SourceFault");
    expect(fault?.message).to.match(/h2 at db\.example:5, database d: Connection terminated.*user and password/).and.not.contain("canary");
  });
});
