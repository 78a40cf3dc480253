import { expect } from "chai";
import fc from "fast-check";
import { crawl } from "../../components/state-machine/crawl";
import { type Definition, scopes, type States } from "../../components/state-machine/language";
import { pipeline } from "../../components/state-machine/pipeline";
import { sampleCrawl, sampleParts, sampleTrain } from "../../components/state-machine/sample";
import { train } from "../../components/state-machine/train";
import { type Box, type Drawing, layout } from "./layout";

const machines: [string, Definition][] = [["pipeline", pipeline(sampleParts)], ["crawl", crawl(sampleCrawl)], ["train", train(sampleTrain)]];

const within = (inner: Box, outer: Box): boolean => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.w <= outer.x + outer.w && inner.y + inner.h <= outer.y + outer.h;
const apart = (one: Box, other: Box): boolean => one.x + one.w <= other.x || other.x + other.w <= one.x || one.y + one.h <= other.y || other.y + other.h <= one.y;

/** Names of boxes that lie over each other without one holding the other, or outside the drawing. */
function clashes({ boxes, w, h }: Drawing): string[] {
  const over = boxes.flatMap((one, at) => boxes.slice(at + 1).filter((other) => !apart(one, other) && !(one.holds && within(other, one)) && !(other.holds && within(one, other))).map((other) => `${one.name} / ${other.name}`));
  const outside = boxes.filter((box) => ![box.x, box.y, w, h].every(Number.isFinite) || box.x < 0 || box.y < 0 || box.x + box.w > w || box.y + box.h > h).map(({ name }) => `${name} is outside`);
  return [...over, ...outside];
}

describe("the drawing of a machine", () => {
  for (const [name, definition] of machines) {
    it(`${name}: shows every state once, none over another, and what is held inside what holds it`, () => {
      const drawing = layout(definition);
      expect(drawing.boxes.map((box) => box.name).sort()).to.deep.equal(scopes(definition).flatMap(({ States }) => Object.keys(States)).sort());
      expect(clashes(drawing)).to.deep.equal([]);
      const box = (of: string): Box => drawing.boxes.find((each) => each.name === of)!;
      for (const [holder, state] of scopes(definition).flatMap(({ States }) => Object.entries(States))) {
        const inner = state.Type === "Parallel" ? state.Branches : state.Type === "Map" ? [state.ItemProcessor] : [];
        for (const held of inner.flatMap(({ States }) => Object.keys(States))) expect(within(box(held), box(holder)), `${held} in ${holder}`).to.equal(true);
      }
    });
  }

  it("leads down, back in loops, and to failures on lines of their own", () => {
    const { boxes, lines } = layout(crawl(sampleCrawl));
    const y = (name: string): number => boxes.find((box) => box.name === name)!.y;
    expect(y("Start Crawler")).to.be.greaterThan(y("Remember Last Crawl"));
    const count = (kind: string): number => lines.filter((line) => line.kind === kind).length;
    const { States } = crawl(sampleCrawl);
    expect(count("failure")).to.equal(Object.values(States).filter((state) => "Catch" in state).length);
    expect([count("back") > 0, count("caught")]).to.deep.equal([true, 1]);
    expect(lines.every(({ path }) => /^M[\d., \-A-Z]+$/.test(path)), "paths").to.equal(true);
  });

  it("is drawn of any machine, whatever leads where", () => {
    const machine = fc.integer({ min: 1, max: 12 }).chain((count) => fc.array(fc.record({ to: fc.array(fc.nat(count - 1), { minLength: 1, maxLength: 4 }), caught: fc.option(fc.nat(count - 1)), ends: fc.boolean() }), { minLength: count, maxLength: count }));
    fc.assert(fc.property(machine, (states) => {
      const name = (at: number): string => `S${at}`;
      const States = Object.fromEntries(states.map(({ to, caught, ends }, at) => [name(at), ends ? { Type: "Task", Resource: "r", End: true, ...(caught !== null && { Catch: [{ ErrorEquals: ["States.ALL"], Next: name(caught) }] }) }
        : { Type: "Choice", Choices: to.map((each) => ({ Variable: "$", Next: name(each) })), Default: name(to[0]!) }])) as States;
      const drawing = layout({ StartAt: "S0", States });
      expect(clashes(drawing)).to.deep.equal([]);
      expect(drawing.boxes).to.have.length(states.length);
    }), { numRuns: 200, seed: 7 });
  });
});
