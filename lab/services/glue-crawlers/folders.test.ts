import { expect } from "chai";
import { atLevel, byLikeness, isData, partitionsOf, type Thing } from "./folders";
import { excluded } from "./globs";

const things = (...keys: string[]): Thing[] => keys.map((key) => ({ key, size: 1 }));
const folders = (found: { folder: string }[]) => found.map(({ folder }) => folder);

describe("folders", () => {
  it("makes a table of each folder at the level that is set, the bucket being 1", () => {
    const all = things("temperature/a.csv", "temperature/2026/b.csv", "diagnostics/c.csv", "loose.csv");
    expect(folders(atLevel(all, 2))).to.deep.equal(["diagnostics/", "temperature/"]);
    expect(atLevel(all, 2)[1]?.things).to.have.length(2);
  });

  it("without a level makes one table of what is alike, and looks below what is not", () => {
    const all = things("in/temperature/a", "in/temperature/b", "in/mixed/a", "in/mixed/x");
    const alike = (some: readonly Thing[]) => new Set(some.map(({ key }) => key.at(-1) === "x")).size === 1;
    expect(folders(byLikeness(all, "in/", alike))).to.deep.equal(["in/temperature/", "in/mixed/a", "in/mixed/x"]);
    expect(folders(byLikeness(all.slice(0, 2), "in/", alike))).to.deep.equal(["in/"]);
  });

  it("names partitions as their folders do, decoded, and by number where they don't", () => {
    const hive = partitionsOf({ folder: "t/", things: things("t/source=live/room_id=a%2Fb/1", "t/source=live/room_id=a%2Fb/2", "t/source=history/room_id=c/3") });
    expect(hive).to.deep.equal({ keys: ["source", "room_id"], partitions: [
      { folder: "t/source=history/room_id=c/", values: ["history", "c"], things: things("t/source=history/room_id=c/3") },
      { folder: "t/source=live/room_id=a%2Fb/", values: ["live", "a/b"], things: things("t/source=live/room_id=a%2Fb/1", "t/source=live/room_id=a%2Fb/2") },
    ] });
    expect(partitionsOf({ folder: "t/", things: things("t/2026/01/1") })).to.deep.include({ keys: ["partition_0", "partition_1"] });
    expect(partitionsOf({ folder: "t/", things: things("t/1") })).to.deep.equal({ keys: [], partitions: [] });
  });

  it("says so when folders disagree on the partition keys", () => {
    expect(partitionsOf({ folder: "t/", things: things("t/day=1/a", "t/b") })).to.equal("t/ has folders of different partition keys: none and day");
  });

  it("leaves out what Hive hides and what was excluded", () => {
    expect(["a/b", "_SUCCESS", "a/.tmp/b", "a_$folder$"].filter((key) => isData({ key, size: 1 }))).to.deep.equal(["a/b"]);
    expect(isData({ key: "a", size: 0 })).to.equal(false);
    const out = excluded(["*.tmp", "old/**", "a?.{csv,json}"]);
    expect(["x.tmp", "d/x.tmp", "old/d/x", "a1.csv", "a1.json", "a12.csv"].map(out)).to.deep.equal([true, false, true, true, true, false]);
  });

  // Examples of the Developer Guide, "Include and exclude patterns".
  for (const [pattern, out, kept] of [
    ["departments/**", ["departments/finance.json", "departments/a/b"], ["employees/hr.json", "departments"]],
    ["departments/market*", ["departments/market-us.json"], ["departments/finance.json", "departments/market/x"]],
    ["**.csv", ["employees/john.csv", "a.csv"], ["a.json"]],
    ["employees/*.csv", ["employees/john.csv"], ["employees/a/john.csv"]],
    ["2015/01/{[!0],0[8-9]}**", ["2015/01/10/a", "2015/01/08/a"], ["2015/01/07/a", "2015/02/10/a"]],
    ["2015/0[2-9]/**", ["2015/02/x", "2015/09/1/x"], ["2015/01/x", "2015/10/x"]],
    ["myfolder**", ["myfolder", "myfolder/mydata.txt"], ["my"]],
    ["a\\{b\\*[*]", ["a{b**"], ["a{bx*"]],
    ["*", [".hidden", "x"], ["a/x"]],
  ] as const) {
    it(`leave out by ${pattern}`, () => {
      expect([...out, ...kept].map(excluded([pattern]))).to.deep.equal([...out.map(() => true), ...kept.map(() => false)]);
    });
  }
});
