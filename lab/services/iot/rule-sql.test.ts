import { expect } from "chai";
import fc from "fast-check";
import { fitsFilter, outputOf, type PublishedMessage, substituted } from "./rule-evaluation";
import { parseStatement } from "./rule-sql";

const message = (payload: string | Buffer, topic = "sensors/t-1/temperature"): PublishedMessage => ({ topic, payload: Buffer.from(payload), clientId: "t-1", at: 1_700_000_000_123 });
const run = (sql: string, payload: string | Buffer, topic?: string) => outputOf(parseStatement(sql), message(payload, topic));
const json = (sql: string, payload: string | Buffer) => JSON.parse(String(run(sql, payload))) as unknown;
const fault = (sql: string): string => {
  try {
    return JSON.stringify(parseStatement(sql));
  } catch (thrown) {
    return (thrown as Error).message;
  }
};

describe("rule SQL", () => {
  it("wraps any bytes, whole", () => {
    const sql = "SELECT encode(*, 'base64') AS payload, topic(2) AS thing, timestamp() AS received_at FROM 'sensors/+/temperature'";
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      expect(json(sql, Buffer.from(bytes))).to.deep.equal({ payload: Buffer.from(bytes).toString("base64"), thing: "t-1", received_at: 1_700_000_000_123 });
    }));
  });

  it("hands a payload on as it is for * alone", () => {
    expect(run("select * from 'sensors/#'", Buffer.from([0, 255]))).to.deep.equal(Buffer.from([0, 255]));
  });

  it("selects fields, renames them and adds to all of them", () => {
    expect(json("SELECT a.b, c AS d, missing, clientid() FROM '#'", '{"a":{"b":[1]},"c":null}')).to.deep.equal({ b: [1], d: null, clientid: "t-1" });
    expect(json("SELECT *, topic() AS c FROM '#'", '{"a":1,"c":2}')).to.deep.equal({ a: 1, c: "sensors/t-1/temperature" });
    expect(() => run("SELECT *, topic() AS c FROM '#'", "hello")).to.throw("no JSON object");
  });

  it("applies where its condition holds, and nowhere that a field is missing", () => {
    const holds = (where: string) => run(`SELECT * FROM '#' WHERE ${where}`, `{"t":21.5,"room":"it's","on":true}`) !== undefined;
    expect(["t > 21", "t >= 21.5 AND room = 'it''s'", "on", "NOT t < 0", "t = 1 OR (on = true AND t <> 2)", "topic(2) = 't-1'"].map(holds)).to.deep.equal(Array(6).fill(true));
    expect(["t < 21", "none = 1", "NOT none = 1", "t > 'a'", "t", "room = 'its'"].map(holds)).to.deep.equal(Array(6).fill(false));
  });

  it("fills in the values of a template", () => {
    expect(substituted("undelivered/${topic(2)}/${ timestamp() }.json", message("{}"))).to.equal("undelivered/t-1/1700000000123.json");
    expect(substituted("${newuuid()}", message("{}"))).to.match(/^[0-9a-f-]{36}$/);
  });

  it("refuses by name what it does not have", () => {
    expect(fault("SELECT lower(room) FROM '#'")).to.equal("The lab's rule SQL does not have the function lower()");
    expect(fault("SELECT a + 1 AS b FROM '#'")).to.equal("The lab's rule SQL does not have the operator +");
    expect(fault("SELECT a -1 AS b FROM '#'")).to.equal("The lab's rule SQL does not have the operator -");
    expect(fault("SELECT CASE a WHEN 1 THEN 2 END FROM '#'")).to.equal("The lab's rule SQL does not have CASE");
    expect(fault("SET @a = 1 SELECT * FROM '#'")).to.equal("The lab's rule SQL does not have SET");
    expect(fault("SELECT a[0] FROM '#'")).to.equal("The lab's rule SQL does not have indexes in brackets");
    expect(fault("SELECT * FROM '$aws/things/+/shadow/update'")).to.contain("no topics that begin with $");
    expect(fault("SELECT encode(a, 'hex') AS a FROM '#'")).to.equal("encode() of rule SQL takes 'base64' as its scheme");
  });

  it("refuses what is no statement, saying where", () => {
    expect(fault("SELECT *")).to.equal("rule SQL has the end where FROM is due");
    expect(fault("SELECT * FROM 'a' LIMIT 1")).to.equal("rule SQL goes on with LIMIT where its end is due");
    expect(fault("SELECT 1 FROM 'a'")).to.contain("literal without a name");
    expect(fault("SELECT * FROM 'a#'")).to.contain("is no topic filter");
    expect(fault("SELECT topic(1, 2) AS a FROM 'a'")).to.equal("topic() of rule SQL takes 0 to 1 arguments, not 2");
  });

  it("never breaks on other text than by saying what is wrong with it", () => {
    const words = fc.constantFrom("SELECT", "FROM", "WHERE", "*", ",", "'a/b'", "a", "encode(", ")", "AS", "AND", "=", "1", " ", ".", "topic(2)");
    fc.assert(fc.property(fc.oneof(fc.string(), fc.array(words, { maxLength: 12 }).map((all) => all.join(" "))), (sql) => {
      expect(fault(sql)).to.be.a("string");
    }));
  });

  it("fits topics to filters as MQTT does", () => {
    const cases: [string, string, boolean][] = [
      ["a/b/c", "a/+/c", true], ["a/b/c", "a/#", true], ["a", "a/#", false], ["a/b", "a/+/c", false], ["a/b/c", "a/+", false], ["a/b/c", "#", true], ["a/B/c", "a/b/c", false],
    ];
    expect(cases.map(([topic, filter]) => fitsFilter(topic, filter))).to.deep.equal(cases.map(([, , fits]) => fits));
  });
});
