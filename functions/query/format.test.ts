import { expect } from "chai";
import { csv, json, neutral, table } from "./format";

const answer = {
  columns: [{ name: "room_id", type: "varchar" }, { name: "_col1", type: "double" }],
  rows: [["office", "21.5"], ["büro 日", "-3.25"], [undefined, undefined]],
};

describe("an answer", () => {
  it("is a table with aligned columns, numbers to the right, NULL told from empty", () => {
    expect(table(answer)).to.equal(["room_id  _col1", "-------  -----", "office    21.5", "büro 日  -3.25", "NULL      NULL", "3 rows", ""].join("\n"));
    expect(table({ columns: [], rows: [] })).to.equal("\n\n0 rows\n");
  });

  it("sends nothing to a terminal that it would obey", () => {
    expect(table({ columns: [{ name: "a", type: "varchar" }], rows: [["\u001b[31mred\nx\u202e"]] })).to.contain("\\u{1b}[31mred\\u{a}x\\u{202e}");
  });

  it("is CSV that a spreadsheet takes for no formula, while numbers stay numbers", () => {
    expect(csv(answer)).to.equal("room_id,_col1\r\noffice,21.5\r\nbüro 日,-3.25\r\n,\r\n");
    for (const text of ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201", "\u200b=1", "\ufeff=1"]) expect(neutral(text)).to.equal(`'${text}`);
    for (const text of ["office", "a=b", "", "1-2", "'=1"]) expect(neutral(text)).to.equal(text);
    expect(csv({ columns: [{ name: "=a", type: "varchar" }], rows: [["=HYPERLINK(\"x\")"]] })).to.equal("'=a\r\n\"'=HYPERLINK(\"\"x\"\")\"\r\n");
  });

  it("is JSON with every digit", () => {
    expect(JSON.parse(json({ columns: [{ name: "n", type: "bigint" }], rows: [["9007199254740993"], [undefined]] }))).to.deep.equal([{ n: "9007199254740993" }, { n: null }]);
  });
});
