import { expect } from "chai";
import { readingArguments, readingFaults } from "./source-reading";

describe("source reading", () => {
  it("is told to the job as texts, an explicit zero too", () => {
    expect(readingArguments()).to.deep.equal({ "--part_rows": "500000", "--fetch_rows": "10000", "--overlap_seconds": "300", "--isolation": "default" });
    expect(readingArguments({ overlapSeconds: 0, isolation: "snapshot" })).to.include({ "--overlap_seconds": "0", "--isolation": "snapshot", "--part_rows": "500000" });
  });

  it("is refused where it would not work, every fault at once", () => {
    expect(readingFaults()).to.deep.equal([]);
    expect(readingFaults({ partRows: 10, fetchRows: 1.5, overlapSeconds: -1, isolation: "dirty" as "default" })).to.deep.equal([
      "source.reading.partRows is 10; set a whole number from 1000 to 1000000000",
      "source.reading.fetchRows is 1.5; set a whole number from 100 to 1000000",
      "source.reading.overlapSeconds is -1; set a whole number from 0 to 31536000",
      'source.reading.isolation is "dirty"; set default or snapshot',
    ]);
  });
});
