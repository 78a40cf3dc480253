import { expect } from "chai";
import { standings } from "./standing";
import type { Visit } from "./visits";

let id = 0;
const visit = (name: string, from: number, to: number | undefined, more: Partial<Visit> = {}): Visit =>
  ({ id: (id += 1), name, type: "Task", entered: new Date(from * 1000), ...(to !== undefined && { left: new Date(to * 1000) }), status: to === undefined ? "running" : "succeeded", ...more });

describe("how the states of a run stand", () => {
  it("is how their last visit does, in a loop", () => {
    expect(standings([visit("Check", 0, 1, { status: "failed", why: "x" }), visit("Check", 5, 7)], new Date(9000))).to.deep.equal([{ name: "Check", status: "succeeded", visits: 2, entered: "1970-01-01T00:00:05.000Z", seconds: 2, nested: [] }]);
    expect(standings([visit("Check", 4, undefined)], new Date(9000))[0]).to.include({ status: "running", seconds: 5 });
  });

  it("is how all items of a Map do together: one that runs, else one that failed", () => {
    const map = visit("Each", 0, undefined, { type: "Map", items: 5 });
    const of = (item: number, to: number | undefined, more: Partial<Visit> = {}): Visit => visit("Room", item, to, { within: map.id, item, ...more });
    const all = [map, of(0, 3, { nested: "arn:0" }), of(1, 4, { status: "failed", why: "no memory" }), of(2, 9, { nested: "arn:2" })];
    const [each, room] = standings(all, new Date(10_000));
    expect(each?.items).to.deep.equal({ total: 5, over: 3, failed: 1 });
    expect(room).to.deep.equal({ name: "Room", status: "failed", why: "no memory", visits: 3, entered: "1970-01-01T00:00:00.000Z", seconds: 9, nested: ["arn:0", "arn:2"] });
    expect(standings([...all, of(3, undefined)], new Date(10_000))[1]).to.include({ status: "running", seconds: 10 });
  });
});
