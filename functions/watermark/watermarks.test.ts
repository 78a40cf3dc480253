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
    engine, host: "h", port: 1, database: "d", tls: "none", tables: [table, { table: "dbo.empty", watermark: "at" }], overlapSeconds: 300,
  })();
  return { ...told, result };
}

describe("watermark", () => {
  it("answers each table's highest watermark as text, null for an empty table", async () => {
    const { result, source } = await asked("h2", ["2024-01-01 10:00:00.123456", null]);
    expect(result).to.deep.equal({ tables: [{ table: "dbo.readings", watermark: "2024-01-01 10:00:00.123456" }, { table: "dbo.empty", watermark: null }] });
    expect(source).to.deep.include({ username: "u", password: "p", host: "h", ca: "PEM" });
  });

  it("asks for the newest change and the rows shortly before it, in each engine's words", () => {
    const words: Record<Engine, string> = {
      sqlserver: "select concat(convert(varchar(64), cast(m.newest as datetime2(7)), 126), ' (', (select count(*) from dbo.readings where updated_at >= dateadd(second, -300, m.newest) and updated_at <= m.newest), "
        + "' within 300 s)') as watermark from (select top 1 updated_at as newest from dbo.readings where updated_at <= dateadd(day, 1, sysutcdatetime()) order by updated_at desc) m",
      postgresql: "select cast(m.newest as varchar) || ' (' || (select count(*) from dbo.readings where updated_at >= m.newest - interval '300 seconds' and updated_at <= m.newest) || ' within 300 s)' as watermark "
        + "from (select updated_at as newest from dbo.readings where updated_at <= now() + interval '1 day' order by updated_at desc fetch first 1 row only) m",
      h2: "select cast(m.newest as varchar) || ' (' || (select count(*) from dbo.readings where updated_at >= dateadd(second, -300, m.newest) and updated_at <= m.newest) || ' within 300 s)' as watermark "
        + "from (select updated_at as newest from dbo.readings where updated_at <= dateadd(day, 1, localtimestamp) order by updated_at desc fetch first 1 row only) m",
      mysql: "select concat(cast(m.newest as char), ' (', (select count(*) from dbo.readings where updated_at >= m.newest - interval 300 second and updated_at <= m.newest), ' within 300 s)') as watermark "
        + "from (select updated_at as newest from dbo.readings where updated_at <= utc_timestamp() + interval 1 day order by updated_at desc limit 1) m",
      oracle: "select to_char(cast(m.newest as timestamp(9)), 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9') || ' (' || (select count(*) from dbo.readings where updated_at >= m.newest - numtodsinterval(300, 'SECOND') "
        + "and updated_at <= m.newest) || ' within 300 s)' as watermark from (select updated_at as newest from dbo.readings where updated_at <= sys_extract_utc(systimestamp) + interval '1' day "
        + "order by updated_at desc fetch first 1 row only) m",
    };
    for (const [engine, sql] of Object.entries(words)) expect(watermarkQuery(engine as Engine, table, 300)).to.equal(sql);
  });

  it("refuses names that are more than names", () => {
    expect(() => watermarkQuery("h2", { table: "readings; drop table x", watermark: "at" }, 0)).to.throw("no plain name");
    expect(() => watermarkQuery("h2", { table: "readings", watermark: "at)" }, 0)).to.throw("no plain name");
  });

  const refusedWith = (cause: Error): Promise<Error | undefined> =>
    watermarks({ login: async () => ({ username: "u", password: "canary" }), certificate: async () => undefined, drivers: { h2: () => Promise.reject(cause) } as unknown as Record<Engine, Driver> }, {
      engine: "h2", host: "db.example", port: 5, database: "d", tls: "none", tables: [table], overlapSeconds: 0,
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
