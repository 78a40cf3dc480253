import { expect } from "chai";
import type { Step } from "../runs/steps";
import type { Look } from "../runs/watch";
import { Drawn, Printed } from "./run-tree";

const step = (name: string, status: Step["status"], seconds: number, more: Partial<Step> = {}): Step => ({ key: name, name, type: "Task", status, seconds, times: 1, nested: false, steps: [], ...more });
const look = (steps: Step[], status = "RUNNING", output?: object): Look => ({ execution: { status, ...(output && { output: JSON.stringify(output) }) } as never, steps });

const decide = step("Decide", "succeeded", 0.42);
const skipped = step("Database Import Skipped", "skipped", 0, { type: "Pass", why: "as before" });
const importing = (status: Step["status"], crawl: Step[], job: Step["status"]) => step("Import", status, 9.2, { type: "Parallel", steps: [step("Is S3 Import Due", "succeeded", 0, { type: "Choice" }), step("Start HISTORY_DATA Crawler", crawl.every((each) => each.status === "succeeded") ? "succeeded" : "running", 4.1, { nested: true, steps: crawl }), step("Import S3 Data", job, 5), skipped] });
const looks = [
  look([decide, importing("running", [step("Start Crawler", "succeeded", 0.1), step("Wait For Crawl", "running", 4, { type: "Wait" })], "running")]),
  look([decide, importing("running", [step("Start Crawler", "succeeded", 0.1), step("Wait For Crawl", "succeeded", 4, { type: "Wait" })], "running")]),
  look([decide, importing("succeeded", [step("Start Crawler", "succeeded", 0.1)], "succeeded"), step("Publish", "succeeded", 0.3)], "SUCCEEDED", { steps: [{ step: "Database Import", skipped: true, reason: "as before" }, { step: "Training", skipped: true, reason: "no\u001b[2J files" }] }),
];

/** What stands on a terminal after this was written to it. */
function screenAfter(text: string): string[] {
  const lines = [""];
  for (const [index, part] of text.split("\u001b[").entries()) {
    const [, up, clear] = (index && /^(?:(\d+)A|(J))/.exec(part)) || [];
    if (up) lines.splice(lines.length - 1 - Number(up), Infinity, "");
    const [first = "", ...more] = part.slice(up ? up.length + 1 : clear ? 1 : 0).split("\n");
    lines[lines.length - 1] += first;
    lines.push(...more);
  }
  return lines;
}

describe("the tree of a run", () => {
  it("is drawn again on a terminal: what has ended stays, what is under way shows what is under it", () => {
    let written = "";
    const drawn = new Drawn({ write: (text: string) => { written += text; } });
    drawn.show(looks[0]!);
    expect(screenAfter(written)).to.deep.equal([
      "    0.4 s  ✓ Decide", "    9.2 s  ▸ Import", "    4.1 s    ▸ Start HISTORY_DATA Crawler", "    0.1 s      ✓ Start Crawler", "    4.0 s      ▸ Wait For Crawl", "    5.0 s    ▸ Import S3 Data", "    0.0 s    – Database Import Skipped: as before", "",
    ]);
    drawn.show(looks[1]!);
    drawn.show(looks[2]!);
    expect(screenAfter(written)).to.deep.equal([
      "    0.4 s  ✓ Decide", "    9.2 s  ✓ Import", "    4.1 s    ✓ Start HISTORY_DATA Crawler", "    5.0 s    ✓ Import S3 Data", "    0.0 s    – Database Import Skipped: as before", "    0.3 s  ✓ Publish", "           – Training: no [2J files", "",
    ]);
  });

  it("never draws more than fits, in either direction", () => {
    let written = "";
    const rooms = Array.from({ length: 30 }, (_, at) => step(`Train and Score Room ${at}`, "running", 1, { why: "x".repeat(100), key: String(at) }));
    const drawn = new Drawn({ write: (text: string) => { written += text; }, columns: 40, rows: 8 });
    for (let again = 0; again < 3; again++) drawn.show(look([step("Train and Score", "running", 1, { type: "Map", steps: rooms })]));
    expect(screenAfter(written)).to.have.length(7);
    expect(Math.max(...screenAfter(written).map((line) => line.length))).to.equal(39);
  });

  it("draws all of it where a terminal does not know its size", () => {
    let written = "";
    new Drawn({ write: (text: string) => { written += text; }, columns: 0, rows: 0 }).show(look([step("Decide", "running", 1), step("Import", "running", 1)]));
    expect(screenAfter(written).filter((line) => line).map((line) => line.trim().split(" ").at(-1))).to.deep.equal(["Decide", "Import"]);
  });

  it("is a line for each end elsewhere, each once, after a line for the beginning of what has steps of its own", () => {
    const lines: string[] = [];
    const printed = new Printed((line) => lines.push(line));
    for (const each of looks) printed.show(each);
    expect(lines).to.deep.equal([
      "    0.4 s  ✓ Decide", "           ▸ Import", "             ▸ Start HISTORY_DATA Crawler", "    0.1 s      ✓ Start Crawler", "    0.0 s    – Database Import Skipped: as before",
      "    4.1 s    ✓ Start HISTORY_DATA Crawler", "    5.0 s    ✓ Import S3 Data", "    9.2 s  ✓ Import", "    0.3 s  ✓ Publish", "           – Training: no [2J files",
    ]);
  });

  it("counts items and rounds, and draws of many items those that are under way or went wrong", () => {
    let written = "";
    const rooms = Array.from({ length: 20 }, (_, at) => step(`Room ${at}`, at === 3 ? "failed" : at > 17 ? "running" : "succeeded", 1, { key: String(at), ...(at === 3 && { why: "no memory" }) }));
    new Drawn({ write: (text: string) => { written += text; } }).show(look([step("Train", "running", 3, { type: "Map", items: { total: 40, over: 18, failed: 1 }, steps: rooms }), step("Check", "running", 2, { times: 7 })]));
    expect(screenAfter(written)).to.deep.equal(["    3.0 s  ▸ Train (18 of 40, 1 failed)", "    1.0 s    ✗ Room 3: no memory", "    1.0 s    ▸ Room 18", "    1.0 s    ▸ Room 19", "    2.0 s  ▸ Check (7 times)", ""]);
  });
});
