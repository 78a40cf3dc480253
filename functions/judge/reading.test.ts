import { expect } from "chai";
import fc from "fast-check";
import { type Channel, loadChannel } from "../../components/channel";
import { judged } from "./reading";

const temperature = loadChannel("temperature");
const diagnostics = loadChannel("diagnostics");
const arrival = Date.parse("2024-06-01T12:00:00Z");
const plausible = { pastDays: 30, futureMinutes: 10 };

const judge = (payload: string | Uint8Array, channel: Channel = temperature) =>
  judged({ payload: typeof payload === "string" ? Buffer.from(payload) : payload, thing: "t-1", receivedAt: arrival }, channel, plausible);
const message = (changes: Record<string, unknown> = {}) => JSON.stringify({ timestamp: "2024-06-01 11:59:00", room_id: "office", temperature: 21.5, ...changes });
const reasonOf = (payload: string | Uint8Array, channel?: Channel) => (judge(payload, channel) as { reason?: string }).reason;
const rowOf = (payload: string, channel?: Channel) => JSON.parse((judge(payload, channel) as { row: string }).row) as Record<string, unknown>;
const room = (id: string) => reasonOf(message({ room_id: id }));
const at = (timestamp: string) => reasonOf(message({ timestamp }));
const measuring = (text: string) => reasonOf(`{"timestamp":"2024-06-01 11:59:00","room_id":"office","temperature":${text}}`);

describe("judge: a reading", () => {
  it("becomes a row with the thing and the time of arrival", () => {
    expect(rowOf(message())).to.deep.equal({
      timestamp: "2024-06-01 11:59:00", room_id: "office", temperature: 21.5, thing: "t-1", received_at: "2024-06-01 12:00:00.000",
    });
  });

  it("may have its fields in any order, with any white space", () => {
    expect(rowOf(' \n{ "temperature" : 2.15e1, "room_id":"office" ,"timestamp":"2024-06-01 11:59:00" }\r\n').temperature).to.equal(21.5);
  });

  it("keeps an integer exact where a double would round it", () => {
    const text = '{"timestamp":"2024-06-01 11:59:00","room_id":"office","battery_v":3.3,"rssi_dbm":-70,"uptime_s":9007199254740993,"firmware":"1.0"}';
    expect((judge(text, diagnostics) as { row: string }).row).to.contain('"uptime_s":9007199254740993,');
  });

  it("takes minus zero for zero", () => {
    expect((judge('{"timestamp":"2024-06-01 11:59:00","room_id":"office","temperature":-0.0}') as { row: string }).row).to.contain('"temperature":0,');
  });

  it("round-trips any room that it accepts, and judges any text without failing", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (id) => {
      const told = judge(message({ room_id: id }));
      if ("row" in told) expect((JSON.parse(told.row) as { room_id: string }).room_id).to.equal(id);
      else expect(told.reason).to.match(/^room_id /);
    }));
  });

  it("is every message within the schema's ranges", () => {
    const times = fc.integer({ min: -30 * 86_400 + 1, max: 599 }).map((s) => new Date(arrival + s * 1000).toISOString().slice(0, 19).replace("T", " "));
    fc.assert(fc.property(times, fc.double({ min: -60, max: 100, noNaN: true }), fc.stringMatching(/^[a-z0-9-]{1,64}$/), (timestamp, value, id) => {
      const row = rowOf(message({ timestamp, temperature: value, room_id: id }));
      expect([row.timestamp, row.temperature, row.room_id]).to.deep.equal([timestamp, value + 0, id]);
    }));
  });
});

describe("judge: no reading", () => {
  it("is anything but one JSON object", () => {
    expect(reasonOf("")).to.equal("payload is empty");
    for (const text of ['{"timestamp":', message().replace("}", ",}"), `${message()}${message()}`, `${message()}\n${message()}`, "NaN", "\0", "hello", message().replace("21.5", "NaN")])
      expect(reasonOf(text), text).to.equal("payload is no valid JSON");
    expect(reasonOf(`[${message()}]`)).to.equal("payload is a JSON array, not one object");
    expect(reasonOf("21.5")).to.equal("payload is no JSON object");
    expect(reasonOf(`\uFEFF${message()}`)).to.equal("payload begins with a byte order mark");
    expect(reasonOf(Buffer.from(message({ room_id: "b\u00fcro" }), "latin1"))).to.equal("payload is no valid UTF-8");
  });

  it("is a deep nest, which is judged like any other value", () => {
    expect(reasonOf("[".repeat(10_000))).to.equal("payload is no valid JSON");
    expect(measuring(`${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`)).to.equal("temperature is an object, not a number");
  });

  it("has a value of another type; nothing is cast", () => {
    const told = Object.fromEntries(['"21.5"', "true", "[]", "{}", "null"].map((text) => [text, measuring(text)]));
    expect(told).to.deep.equal({
      '"21.5"': "temperature is a string, not a number", true: "temperature is a boolean, not a number", "[]": "temperature is an array, not a number",
      "{}": "temperature is an object, not a number", null: "temperature is null, not a number",
    });
    expect(reasonOf(message({ room_id: 7 }))).to.equal("room_id is a number, not a string");
  });

  it("has a number that is out of range or that its type does not hold", () => {
    expect(measuring("1e400")).to.equal("temperature is beyond what a double holds");
    expect([measuring("100.1"), measuring("-60.5")]).to.deep.equal(["temperature is above 100 °C", "temperature is below -60 °C"]);
    const report = (uptime: string, rssi: string) =>
      reasonOf(`{"timestamp":"2024-06-01 11:59:00","room_id":"a","battery_v":3,"rssi_dbm":${rssi},"uptime_s":${uptime},"firmware":"1"}`, diagnostics);
    expect(report("9223372036854775808", "-3000000000")).to.equal("rssi_dbm is beyond what an int holds; uptime_s is beyond what a bigint holds");
    expect(report("1.0", "-1e1")).to.equal("rssi_dbm is not written as a whole number; uptime_s is not written as a whole number");
  });

  it("has a field too few, too many, twice, or in another case", () => {
    expect(reasonOf('{"room_id":"office","temperature":21.5}')).to.equal("timestamp is missing");
    expect(reasonOf(message({ humidity: 40 }))).to.equal("payload has a field that temperature does not know");
    expect(reasonOf(message().replace("}", ',"temperature":22}'))).to.equal("temperature stands more than once");
    expect(reasonOf(message().replace("}", ',"\\u0074emperature":22}'))).to.equal("temperature stands more than once");
    expect(reasonOf(message().replace("room_id", "Room_ID"))).to.equal("room_id is missing; payload has a field that temperature does not know");
    expect(reasonOf(message().replace("}", ',"__proto__":{}}'))).to.equal("payload has a field that temperature does not know");
  });

  it("was measured at no plausible time", () => {
    expect(at("1970-01-01 00:00:00")).to.equal("timestamp is more than 30 days before arrival");
    expect(at("2024-05-02 11:59:59")).to.equal("timestamp is more than 30 days before arrival");
    expect([at("2024-05-02 12:00:00"), at("2024-06-01 12:10:00")]).to.deep.equal([undefined, undefined]);
    for (const late of ["2024-06-01 12:10:01", "2024-06-02 12:00:00", "2100-01-01 00:00:00"]) expect(at(late)).to.equal("timestamp is more than 10 minutes after arrival");
    for (const none of ["2024-06-31 00:00:00", "2023-02-29 00:00:00", "2016-12-31 23:59:60", "2024-05-31 24:00:00"]) expect(at(none), none).to.equal("timestamp is no time of the calendar");
    for (const other of ["-001-01-01 00:00:00", "2024-06-01T11:59:00Z", "2024-06-01 11:59", " 2024-06-01 11:59:00", "2024-06-01 11:59:00\n"])
      expect(at(other), other).to.equal("timestamp is not written as YYYY-MM-DD HH:MM:SS");
  });

  it("names a room that could be taken for another or for a path", () => {
    expect(room("")).to.equal("room_id is empty");
    for (const path of ["../x", "..%2fx", "/etc", "room=x/year=1", "a\\b", ".."]) expect(room(path), path).to.equal("room_id has a part of a path (/, \\ or ..)");
    for (const hidden of ["of\u200bfice", "\u202eoffice", "\u2066x\u2069"]) expect(room(hidden)).to.equal("room_id has an invisible character");
    for (const control of ["a\u0000", "a\nb", "a\u001b[31m", "a\u2028"]) expect(room(control)).to.equal("room_id has a control character or a line break");
    expect(room("bu\u0308ro")).to.equal("room_id is not in Unicode's composed form (NFC)");
    expect(room(" office")).to.equal("room_id begins or ends with a space");
    expect(reasonOf('{"timestamp":"2024-06-01 11:59:00","room_id":"\\ud800","temperature":1}')).to.equal("room_id has half of a surrogate pair");
    for (const long of ["x".repeat(65), "/".repeat(65)]) expect(room(long)).to.equal("room_id is longer than 64 characters");
    for (const fine of ["büro", "حجرة", "🏠", "CON", "=cmd|'C'", "a'; drop table x;--", "<script>", "x".repeat(64)]) expect(room(fine), fine).to.equal(undefined);
  });

  it("is told with all its faults at once", () => {
    expect(reasonOf('{"timestamp":"yesterday","temperature":"21.5","x":1}')).to.equal(
      "timestamp is not written as YYYY-MM-DD HH:MM:SS; room_id is missing; temperature is a string, not a number; payload has a field that temperature does not know");
  });

  it("never makes the judge fail, whatever the bytes", () => {
    const near = fc.tuple(fc.nat(message().length - 1), fc.integer({ min: 0, max: 255 })).map(([index, byte]) => {
      const bytes = Buffer.from(message());
      bytes[index] = byte;
      return bytes;
    });
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), near, fc.json().map((text) => Buffer.from(text))), (bytes) => {
      const told = judge(bytes);
      if ("reason" in told) expect(told.reason).to.match(/^[\x20-\x7e°]+$/);
      else expect((JSON.parse(told.row) as Record<string, unknown>).temperature).to.be.a("number").within(-60, 100);
    }), { numRuns: 400 });
  });
});
