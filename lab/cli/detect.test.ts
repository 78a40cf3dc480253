import { expect } from "chai";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../home";
import { annotated, seriesOf, verdictsOn, writeWhole } from "./detect";
import { CliError } from "./error";

const columns = { input: "in.csv", time: "timestamp", value: "value" };
const rooms = join(root, "examples", "rooms");
const [office] = (JSON.parse(readFileSync(join(rooms, "rooms.json"), "utf8")) as { rooms: { file: string; labels: [string, string][] }[] }).rooms;

describe("sensorlake detect", () => {
  it("finds both labelled failures of the sample series within their windows, with no false row, in a few seconds", async function () {
    this.timeout(30_000);
    const { times, values } = seriesOf(readFileSync(join(rooms, office!.file), "utf8"), columns);
    const { anomalies } = await verdictsOn(values);
    const flagged = times.filter((_, row) => anomalies[row]);
    const inside = office!.labels.map(([from, to]) => flagged.filter((at) => from <= at && at <= to));
    expect(flagged).to.deep.equal(inside.flat());
    // The labelled failures themselves: 2013-12-22 20:00 and 2014-04-13 09:00.
    expect(inside[0]![0]! < "2013-12-22").to.equal(true);
    expect(inside[1]![0]! < "2014-04-13 09").to.equal(true);
  });

  it("keeps every other column, its quoting, the line breaks and the byte-order mark", () => {
    const text = '\uFEFFnote,timestamp,value\r\n"a, ""b""",2020-01-01,1\r\n=x,2020-01-02,2';
    const { rows } = seriesOf(text, columns);
    expect(annotated(text, rows, { scores: [0.5, 1.25], anomalies: [false, true] })).to.equal(
      '\uFEFFnote,timestamp,value,score,anomaly\r\n"a, ""b""",2020-01-01,1,0.5,0\r\n=x,2020-01-02,2,1.25,1\r\n');
  });

  const faults: [what: string, text: string, said: string][] = [
    ["an empty file", "", "in.csv is empty; it needs a header and at least one row."],
    ["a header alone", "timestamp,value\n", "in.csv has a header and no rows; it needs at least one."],
    ["a missing column", "time,value\n1,2\n", 'in.csv has no column "timestamp"; it has time, value. Name the columns with --time and --value.'],
    ["a value that is none", "timestamp,value\n1,2\n2,abc\n", 'in.csv line 3: value is "abc", not a number.'],
    ["an empty value", "timestamp,value\n1,\n", 'in.csv line 2: value is "", not a number.'],
    ["a value that is not finite", "timestamp,value\n1,1e999\n", 'in.csv line 2: value is "1e999", not a number.'],
    ["a short row", "timestamp,value\n1\n", "in.csv line 2 has 1 cells; the header has 2."],
    ["a quote never closed", 'timestamp,value\n1,"2\n', "in.csv line 2 opens a quote that is never closed."],
    ["its own output", "timestamp,value,score,anomaly\n1,2,0,0\n", 'in.csv has a column "score" already; rename or remove it.'],
  ];
  for (const [what, text, said] of faults) {
    it(`refuses ${what} in one line`, () => expect(() => seriesOf(text, columns)).to.throw(CliError, said));
  }

  it("tells where time goes back, and takes rows as they stand", () => {
    const found = seriesOf("timestamp,value\n2020-01-02,1\n2020-01-01,2\n", columns);
    expect([found.backwards, found.values]).to.deep.equal([3, [1, 2]]);
  });

  it("writes a file whole or not at all", () => {
    const folder = mkdtempSync(join(tmpdir(), "detect-"));
    try {
      writeWhole(join(folder, "out.csv"), "a");
      expect(() => writeWhole(folder, "b")).to.throw(CliError, "can't be written");
      expect(() => writeWhole(join(folder, "none", "out.csv"), "b")).to.throw(CliError, "ENOENT");
      expect(readdirSync(folder)).to.deep.equal(["out.csv"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
