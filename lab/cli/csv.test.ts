import { expect } from "chai";
import fc from "fast-check";
import { breakOf, CsvFault, records } from "./csv";

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const cell = fc.string({ unit: fc.constantFrom("a", "é", " ", ",", '"', "\n", "\r\n", "=") });

describe("records", () => {
  it("gives back every cell of any table, and the text that it stood in", () => {
    const row = fc.array(cell, { minLength: 2, maxLength: 4 });
    fc.assert(fc.property(fc.array(row, { maxLength: 6 }), fc.constantFrom("\n", "\r\n"), fc.boolean(), (rows, end, last) => {
      const lines = rows.map((cells) => cells.map(quoted).join(","));
      const found = records(lines.join(end) + (last && lines.length ? end : ""));
      expect(found.map(({ cells }) => cells)).to.deep.equal(rows);
      expect(found.map(({ text }) => text)).to.deep.equal(lines);
    }));
  });

  it("tells on which line a record begins, also behind cells with line breaks", () => {
    expect(records('a,b\n"1\n2\n3",4\n\n5,6\n').map(({ line }) => line)).to.deep.equal([1, 2, 6]);
  });

  it("takes a byte-order mark for no part of the first cell", () => {
    expect(records("\uFEFFa,b\n1,2")[0]?.cells).to.deep.equal(["a", "b"]);
  });

  it("refuses a quote that is never closed and text behind one, by line", () => {
    expect(() => records('a\n1\n"2\n3\n')).to.throw(CsvFault, "line 3 opens a quote that is never closed");
    expect(() => records('a,b\n1,"2"3\n')).to.throw(CsvFault, "line 2 has text after a closing quote");
  });

  it("finds the line break that a file uses", () => {
    expect(["a\r\nb\n", "a\nb", "a"].map(breakOf)).to.deep.equal(["\r\n", "\n", "\n"]);
  });
});
