import { expect } from "chai";
import fc from "fast-check";
import { loadChannel } from "../../components/channel";
import { judge } from "./handler";

const channel = loadChannel("temperature");
const arrival = Date.parse("2024-06-01T12:00:00Z");
const good = (value: number) => Buffer.from(JSON.stringify({ timestamp: "2024-06-01 11:59:00", room_id: "office", temperature: value }));
const record = (recordId: string, payload: Buffer) => ({
  recordId, approximateArrivalTimestamp: arrival,
  data: Buffer.from(`${JSON.stringify({ payload: payload.toString("base64"), thing: "t-1", received_at: arrival })}\n`).toString("base64"),
});

/** A judge on a bucket of plain values. */
function bench() {
  const objects = new Map<string, string>();
  const run = judge(channel, { pastDays: 30, futureMinutes: 10 }, async (key, body) => objects.set(key, body));
  return { objects, run, lines: () => [...objects.values()].flatMap((body) => body.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, string>)) };
}

describe("judge: a batch", () => {
  it("answers every record under its id, readings as one line each", async () => {
    const { run, objects } = bench();
    const { records } = await run({ records: [record("a", good(20)), record("b", good(21))] });
    expect(records.map(({ recordId, result }) => [recordId, result])).to.deep.equal([["a", "Ok"], ["b", "Ok"]]);
    const line = Buffer.from(records[0]?.data ?? "", "base64").toString();
    expect(line).to.match(/^\{.*"temperature":20,.*\}\n$/);
    expect(objects.size).to.equal(0);
  });

  it("keeps every rejected payload byte for byte and drops it, beside neighbours that pass", async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 8 }), async (payloads) => {
      const { run, lines } = bench();
      const all = payloads.flatMap((bytes, at) => [record(`bad-${at}`, Buffer.from(bytes)), record(`good-${at}`, good(at))]);
      const { records } = await run({ records: all });
      expect(records.map(({ recordId, result }) => `${recordId} ${result}`)).to.deep.equal(all.map(({ recordId }) => `${recordId} ${recordId.startsWith("bad") ? "Dropped" : "Ok"}`));
      expect(lines().map((line) => line.payload)).to.deep.equal(payloads.map((bytes) => Buffer.from(bytes).toString("base64")));
    }), { numRuns: 50 });
  });

  it("says of a rejected payload why, from which thing, when and by which door", async () => {
    const { run, lines } = bench();
    await run({ records: [record("a", Buffer.from("hello"))] });
    expect(lines()).to.deep.equal([{
      reason: "payload is no valid JSON", payload: "aGVsbG8=", thing: "t-1", received_at: "2024-06-01T12:00:00.000Z", channel: "temperature", source: "live",
    }]);
  });

  it("keeps a record that the rule did not write, as a whole", async () => {
    const { run, lines } = bench();
    for (const data of ["not json", "null", '{"payload":"!!","thing":"t","received_at":1}', '{"payload":"","thing":"t"}'])
      await run({ records: [{ recordId: data, data: Buffer.from(data).toString("base64"), approximateArrivalTimestamp: arrival }] });
    expect(lines().map(({ reason, payload }) => [reason, Buffer.from(payload ?? "", "base64").toString()])).to.deep.equal(
      ["not json", "null", '{"payload":"!!","thing":"t","received_at":1}', '{"payload":"","thing":"t"}'].map((data) => ["record is not what the topic rule writes", data]));
  });

  it("puts a batch that is tried again under the same key", async () => {
    const { run, objects } = bench();
    const batch = { records: [record("a", Buffer.from("x")), record("b", good(1))] };
    await run(batch);
    await run(batch);
    expect([...objects.keys()]).to.have.length(1);
    expect([...objects.keys()][0]).to.match(/^rejected\/temperature\/day=2024-06-01\/[0-9a-f]{32}\.jsonl$/);
    await run({ records: [record("c", Buffer.from("x"))] });
    expect(objects.size).to.equal(2);
  });

  it("fails when what it rejected can't be kept, so that the batch is tried again", async () => {
    const run = judge(channel, { pastDays: 30, futureMinutes: 10 }, () => Promise.reject(new Error("AccessDenied")));
    const fault = await run({ records: [record("a", Buffer.from("x"))] }).catch(String);
    expect(fault).to.equal("Error: AccessDenied");
  });

  it("fails by name rather than answer more than Lambda lets through", async () => {
    const { run } = bench();
    const many = Array.from({ length: 30_000 }, (_, at) => record(`${at}`.padStart(60, "0"), good(at % 50)));
    const fault = await run({ records: many }).then(() => "answered", String);
    expect(fault).to.match(/^Error: The answer has \d+ bytes and Lambda takes 6291456; set judgeBufferMegabytes lower$/);
  });
});
