import { expect } from "chai";
import { read, spanOf, withGaps, written } from "./range";
import { lasted, measured, time, visible } from "./words";

describe("the dashboard's range", () => {
  const room = { first: 1_000_000, last: 2_000_000 };

  it("ends at the latest reading and starts no earlier than the first", () => {
    expect(spanOf("day", room)).to.deep.equal({ from: 2_000_000 - 86_400, to: 2_000_000 });
    expect(spanOf("all", room)).to.deep.equal({ from: 1_000_000, to: 2_000_000 });
    expect(spanOf("month", room)).to.deep.equal({ from: 1_000_000, to: 2_000_000 });
    expect(spanOf({ from: 5, to: 6 }, room)).to.deep.equal({ from: 5, to: 6 });
  });

  it("comes back from the address as it was written, whatever the room is called", () => {
    const name = "a&range=all#<b>";
    expect(read(`#${written(name, "week")}`)).to.deep.equal({ room: name, choice: "week" });
    expect(read(`#${written(name, { from: 5, to: 60 })}`)).to.deep.equal({ room: name, choice: { from: 5, to: 60 } });
    expect(read("#range=constructor&from=9&to=1")).to.deep.equal({});
  });

  it("breaks the line where readings stay away, and nowhere else", () => {
    const hours = [0, 1, 2, 3, 4, 40, 41].map((at) => [at * 3600, 20] as const);
    expect(withGaps(hours).filter(([, value]) => value === null)).to.deep.equal([[5 * 3600, null]]);
    expect(withGaps([[0, 1]])).to.deep.equal([[0, 1]]);
  });
});

describe("the dashboard's words", () => {
  it("tell times in UTC, lengths of time in two units, and no value as none", () => {
    expect(time(1_396_352_400)).to.equal("2014-04-01 11:40");
    expect([0, 83, 3600, 3700, 90_061].map(lasted)).to.deep.equal(["0\u00a0s", "1\u00a0min\u00a023\u00a0s", "1\u00a0h", "1\u00a0h\u00a01\u00a0min", "25\u00a0h\u00a01\u00a0min"]);
    expect([measured(21.04, "°C"), measured(null, "°C"), measured(0, "")]).to.deep.equal(["21.0 °C", "no value", "0.0"]);
  });

  it("show what cannot be seen in a name", () => {
    expect(visible("a\u200bb\u202ec\n")).to.equal("a\\u{200b}b\\u{202e}c\\u{a}");
    expect(visible("Büro 1 <b>")).to.equal("Büro 1 <b>");
  });
});
