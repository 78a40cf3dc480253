import { expect } from "chai";
import fc from "fast-check";
import { csvPage, csvRow, textPage, textRow } from "./csv";

describe("a result file", () => {
  it("is quoted as Athena quotes it, and tells NULL from empty text", () => {
    expect(csvRow(["a", "say \"hi\"", undefined, ""])).to.equal("\"a\",\"say \"\"hi\"\"\",,\"\"\n");
  });

  it("gives back what was written, whatever it holds", () => {
    const cell = fc.option(fc.string({ unit: "binary" }).map((text) => Buffer.from(text).toString()), { nil: undefined });
    fc.assert(fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      const text = Buffer.from(rows.map(csvRow).join(""));
      expect(csvPage(text, 100)).to.deep.equal({ rows, bytes: text.length });
    }), { numRuns: 200 });
  });

  it("leaves a row that is cut off for the next page, wherever the cut falls", () => {
    const text = Buffer.from(csvRow(["a,\n\"b", "é"]) + csvRow(["c", undefined]));
    const first = csvRow(["a,\n\"b", "é"]).length + 1;
    for (let cut = first; cut < text.length; cut += 1) expect(csvPage(text.subarray(0, cut), 9).bytes).to.equal(first);
    expect(csvPage(text, 1).rows).to.deep.equal([["a,\n\"b", "é"]]);
  });

  it("writes lists of names line by line", () => {
    const text = Buffer.from(textRow(["a", "b\tc"]) + textRow(["d", undefined]));
    expect(textPage(text, 9)).to.deep.equal({ rows: [["a", "b c"], ["d", ""]], bytes: text.length });
    expect(textPage(text, 1)).to.deep.equal({ rows: [["a", "b c"]], bytes: 6 });
  });
});
