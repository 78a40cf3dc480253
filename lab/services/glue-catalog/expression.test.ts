import { expect } from "chai";
import { filterOf } from "./expression";

const keys = [{ Name: "day", Type: "string" }, { Name: "hour", Type: "int" }, { Name: "source", Type: "string" }];

describe("partition expression", () => {
  const values = ["2026-01-09", "9", "it's"];
  const cases: [string, boolean][] = [
    ["day = '2026-01-09'", true], ["day <> '2026-01-09'", false], ["DAY='2026-01-09' AND hour=9", true],
    ["hour > 10", false], ["hour < 10", true], ["hour < '10'", true], ["10 > hour", true], ["hour >= -1", true],
    ["day = 'x' or hour = 9", true], ["day = 'x' or hour = 9 and source = 'y'", false], ["(day = 'x' or hour = 9) and source = 'it''s'", true],
    ["not hour = 9", false], ["hour in (1, 9)", true], ["hour not in (1, 9)", false], ["day in ('2026-01-09')", true],
    ["day between '2026-01-01' and '2026-01-31'", true], ["hour between 10 and 20", false], ["hour not between 10 and 20 and day > '2025'", true],
    ["day like '2026-01-%'", true], ["day like '2026_01_09'", true], ["day like '%.09'", false], ["day is null", false], ["day is not null", true],
    ["`day` = '2026-01-09'", true], ['"hour" = 9', true],
  ];
  for (const [text, outcome] of cases) {
    it(`${text} is ${outcome}`, () => expect(filterOf(text, keys)(values)).to.equal(outcome));
  }

  it("means all partitions when it is empty", () => expect(filterOf(undefined, keys)(values)).to.equal(true));

  for (const text of ["room = 'x'", "day =", "day = 'x' and", "(day = 'x'", "day 'x'", "day = 'x' 'y'"]) {
    it(`refuses ${text}`, () => expect(() => filterOf(text, keys)(values)).to.throw("Expression"));
  }
});
