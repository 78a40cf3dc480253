import { expect } from "chai";
import type { Definition } from "../../components/state-machine/language";
import { cut, line, stands, wrapped } from "./stands";

const definition = {
  StartAt: "Start LAKE_DATA Crawler",
  States: {
    "Start LAKE_DATA Crawler": { Type: "Task", Resource: "r", Next: "Curate" }, Curate: { Type: "Task", Resource: "r", ResultSelector: { step: "Curate" }, Next: "Each" },
    Each: { Type: "Map", ItemsPath: "$", MaxConcurrency: 1, End: true, ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: "Room", States: { Room: { Type: "Task", Resource: "r", End: true } } } },
  },
} as unknown as Definition;

describe("what is told of a state", () => {
  it("is how it stands, and for one that the run left out why, as the run says at its end", () => {
    const all = stands({ machine: { name: "m", definition }, states: [{ name: "Each", status: "running", visits: 1, entered: "", seconds: 65, nested: [], items: { total: 12, over: 7, failed: 0 } }], skips: [{ step: "Lake", why: "as before" }] });
    expect(all.map(({ name, status }) => [name, status])).to.deep.equal([["Start LAKE_DATA Crawler", "skipped"], ["Curate", "skipped"], ["Each", "running"], ["Room", "unmet"]]);
    expect(all.map(line)).to.deep.equal(["– skipped: as before", "– skipped: as before", "▶ running for 1\u00a0min\u00a05\u00a0s, 7/12", ""]);
    expect(line({ name: "x", status: "failed", seconds: 3.14, visits: 2 })).to.equal("✗ failed in 3.1\u00a0s, 2×");
  });

  it("stands in two lines at most, and never outside its box", () => {
    expect(wrapped("Start EXTERNAL_DATA Crawler Only", 20)).to.deep.equal(["Start EXTERNAL_DATA", "Crawler Only"]);
    expect(wrapped("Curate", 20)).to.deep.equal(["Curate"]);
    expect(wrapped("a b c d e f", 3)).to.deep.equal(["a b", "c …"]);
    expect(wrapped("x".repeat(80), 20)).to.deep.equal([`${"x".repeat(19)}…`]);
    expect(cut("abc", 3)).to.equal("abc");
  });
});
