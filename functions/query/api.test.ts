import { expect } from "chai";
import { loadChannel } from "../../components/channel";
import { type Sources, told } from "./api";
import type { Row } from "./answer";
import { QueryFailed } from "./ask";
import type { Query } from "./question";
import { reasonsIn, runOf } from "./runs";

const range = "from=2014-04-01T00:00:00Z&to=2014-05-01T00:00:00Z";
const sources = (rows: (query: Query) => Row[] = () => [], asked: Query[] = []): Sources => ({
  subject: { channel: loadChannel("temperature"), database: "temperatures_db" },
  ask: async (query) => {
    asked.push(query);
    return rows(query);
  },
  runs: async () => ({ runs: [], running: false }),
  rejected: async () => ({ reasons: { "it is no JSON": 2 }, complete: true }),
  windows: () => [[0, 1], [1_397_000_000, 1_398_000_000]],
});
const ask = (path: string, params: string, from = sources()) => told(path, new URLSearchParams(params), from);

describe("the dashboard's API", () => {
  for (const room of ["office", "' OR 1=1 --", "x'); DROP TABLE readings; --", "?", "ñ \u202e", "\\'"]) {
    it(`asks for a room called ${JSON.stringify(room)} with the same text and the name as a bound value`, async () => {
      const asked: Query[] = [];
      await ask("/api/series", `room=${encodeURIComponent(room)}&${range}`, sources(undefined, asked));
      expect(asked[0]!.sql).to.equal('SELECT bucket, count(*) AS readings, min_by(at, value) AS low_at, min(value) AS low, max_by(at, value) AS high_at, max(value) AS high FROM (' +
        'SELECT to_unixtime("timestamp") AS at, "temperature" AS value, CAST(floor((to_unixtime("timestamp") - ?) / ?) AS bigint) AS bucket FROM "temperatures_db"."temperatures" ' +
        'WHERE "room_id" = ? AND "timestamp" >= CAST(? AS timestamp) AND "timestamp" <= CAST(? AS timestamp)) AS readings GROUP BY bucket ORDER BY bucket');
      expect(asked[0]!.parameters).to.deep.equal(["1396310400.000", "4320.000", `'${room.replaceAll("'", "''")}'`, "'2014-04-01 00:00:00'", "'2014-05-01 00:00:00'"]);
    });
  }

  for (const [what, params, why] of [
    ["no room", range, /room is missing/], ["too long a room", `room=${"x".repeat(257)}&${range}`, /room is missing or too long/],
    ["no times", "room=a", /from is not a time/], ["a time that is none", "room=a&from=2014-13-01T00:00:00Z&to=2014-05-01T00:00:00Z", /from is not a time/],
    ["another zone", "room=a&from=2014-04-01T00:00:00%2B02:00&to=2014-05-01T00:00:00Z", /from is not a time/],
    ["an end before its start", "room=a&from=2014-05-01T00:00:00Z&to=2014-04-01T00:00:00Z", /from is after to/],
    ["too many points", `room=a&${range}&points=99999`, /points is not a whole number/], ["points in words", `room=a&${range}&points=1e3`, /points is not a whole number/],
  ] as const) {
    it(`refuses ${what} before it asks anything`, async () => {
      const asked: Query[] = [];
      const answer = await ask("/api/series", params, sources(undefined, asked));
      expect(answer!.status).to.equal(400);
      expect((answer!.body as { error: string }).error).to.match(why);
      expect(asked).to.deep.equal([]);
    });
  }

  it("knows four paths and no other, whatever JavaScript's objects have", async () => {
    for (const path of ["/api/constructor", "/api/../rooms", "/api/rooms/", "constructor", "/"]) expect(await ask(path, "")).to.equal(undefined);
  });

  it("keeps a spike: two points a bucket, in the order of time, one where there is one reading", async () => {
    const buckets = [
      { bucket: "0", readings: "9", low_at: "20", low: "1.5", high_at: "10", high: "99.0" },
      { bucket: "1", readings: "1", low_at: "30", low: "2.0", high_at: "30", high: "2.0" },
    ];
    const { body } = (await ask("/api/series", `room=a&${range}`, sources(() => buckets)))!;
    expect(body).to.deep.include({ points: [[10, 99], [20, 1.5], [30, 2]], readings: 10, windows: [[1_397_000_000, 1_398_000_000]] });
  });

  it("tells rooms with their latest value, and a value that is missing as missing", async () => {
    const rows = [{ room: "<b>", last_at: "2014-04-01 00:00:00.000", last_value: "21.5", first_at: "2014-03-01 00:00:00.000000 UTC", readings: "7" }, { room: "", last_at: "2014-04-01 00:00:00.000", first_at: "2014-04-01 00:00:00.000", readings: "1" }];
    const { body } = (await ask("/api/rooms", "", sources(({ sql }) => (sql.includes("anomalies") ? [{ room: "<b>", anomalies: "3" }] : rows))))!;
    expect(body).to.deep.include({
      measure: "temperature", unit: "°C", curated: true, scored: true, more: false,
      rooms: [{ room: "<b>", first: 1_393_632_000, last: 1_396_310_400, value: 21.5, readings: 7, anomalies: 3 }, { room: "", first: 1_396_310_400, last: 1_396_310_400, value: null, readings: 1, anomalies: 0 }],
    });
  });

  it("tells a lake without readings apart from a query that failed", async () => {
    const failing = (message: string) => sources(() => { throw new QueryFailed(message); });
    const empty = await ask("/api/rooms", "", failing("TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.temperatures_db.temperatures' does not exist"));
    expect(empty).to.deep.include({ status: 200 }).and.to.have.property("body").that.includes({ curated: false, scored: false });
    expect(await ask("/api/rooms", "", failing("Bytes scanned limit was exceeded"))).to.deep.equal({ status: 502, body: { error: "Bytes scanned limit was exceeded" } });
  });

  it("bounds the anomalies of an answer and says that there are more", async () => {
    const rows = Array.from({ length: 501 }, (_, at) => ({ at: String(501 - at), value: "1.0", score: "4.0", threshold: "3.0" }));
    const { body } = (await ask("/api/anomalies", `room=a&${range}`, sources(() => rows)))!;
    const { anomalies, more } = body as { anomalies: { at: number }[]; more: boolean };
    expect([anomalies.length, more, anomalies[0]!.at < anomalies[1]!.at]).to.deep.equal([500, true, true]);
  });
});

describe("records of runs", () => {
  it("are read in the shape that publish writes, and left out in any other", () => {
    const record = { run_id: "r", outcome: "failed", started: "2026-01-01T00:00:00Z", seconds: 4, cause: "x", steps: [{ step: "curate", skipped: true, reason: "y" }], reports: [{ job: "a", rejected: { z: 1 } }, { job: "b", rejected: { z: 2 } }] };
    expect(runOf(record)).to.deep.equal({ id: "r", outcome: "failed", started: "2026-01-01T00:00:00Z", seconds: 4, cause: "x", steps: [{ step: "curate", skipped: true, reason: "y" }], rejected: { z: 3 } });
    expect([null, [], "r", { run_id: 1 }].map(runOf)).to.deep.equal([undefined, undefined, undefined, undefined]);
  });

  it("count rejected messages by reason, those of the delivery stream too, and the unreadable", () => {
    expect(reasonsIn('{"reason":"a"}\n{"reason":"a"}\n{"errorCode":"Lambda.Failed"}\nnonsense\n{"__proto__":1}\n')).to.deep.equal({ a: 2, "Lambda.Failed": 1, "no reason given": 2 });
  });
});
