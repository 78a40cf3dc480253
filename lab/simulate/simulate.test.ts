import { expect } from "chai";
import { loadChannel } from "../../components/channel";
import { judged } from "../../functions/judge/reading";
import { simulate, type Simulation } from "./simulate";

const what: Simulation = { seed: 7, rooms: ["hall", "attic"], from: "2014-01-01 00:00:00", count: 500, everySeconds: 3600 };
const channels = { temperature: loadChannel("temperature"), diagnostics: loadChannel("diagnostics") };
const made = simulate(what);
const temperatures = (room: string) => made.messages.filter(({ channel }) => channel === "temperature").flatMap(({ payload }) => {
  try {
    const reading = JSON.parse(payload) as { room_id: string; timestamp: string; temperature: number };
    return reading.room_id === room && typeof reading.temperature === "number" && reading.temperature < 100 && !payload.includes("humidity") && !payload.startsWith('{"temperature":1') && reading.timestamp < "2100" && !reading.timestamp.includes("-02-30") ? [reading] : [];
  } catch {
    return [];
  }
});

describe("simulate", () => {
  it("makes the same of the same seed, and something else of another", () => {
    expect(simulate(what)).to.deep.equal(made);
    expect(simulate({ ...what, seed: 8 }).messages).to.not.deep.equal(made.messages);
  });

  it("leaves a room as it is when another joins", () => {
    const alone = simulate({ ...what, rooms: ["attic"], nonReadings: 0 }).messages.filter(({ channel }) => channel === "temperature");
    expect(temperatures("attic").map((one) => JSON.stringify(one))).to.deep.equal(alone.map(({ payload }) => payload));
  });

  it("tells which messages are no readings, as the judge finds", () => {
    const refused = made.messages.flatMap(({ channel, payload }, at) => {
      const told = judged({ payload: Buffer.from(payload), thing: "t", receivedAt: Date.parse("2014-02-01") }, channels[channel], { pastDays: 365, futureMinutes: 10 });
      return "reason" in told ? [at] : [];
    });
    expect(refused).to.deep.equal(made.truth.nonReadings.map(({ at }) => at));
    expect(refused).to.have.length(15);
    expect(made.messages.length).to.equal(made.truth.readings + 15);
  });

  it("has one fault of each kind a room, and does what the truth says", () => {
    expect(made.truth.faults.map(({ room_id, kind }) => `${room_id} ${kind}`)).to.have.members(["hall", "attic"].flatMap((room) => ["spike", "stuck", "drift", "dropout"].map((kind) => `${room} ${kind}`)));
    for (const { room_id, kind, from, to } of made.truth.faults) {
      const inside = temperatures(room_id).filter(({ timestamp }) => timestamp >= from && timestamp <= to).map(({ temperature }) => temperature);
      if (kind === "dropout") expect(inside).to.deep.equal([]);
      if (kind === "stuck") expect(new Set(inside).size).to.equal(1);
      if (kind === "spike") expect(Math.abs(inside[0]! - 20.5)).to.be.greaterThan(10);
    }
  });

  it("sends all of one channel before the other, each by time", () => {
    const order = made.messages.map(({ channel }) => channel);
    expect(order.lastIndexOf("temperature")).to.be.lessThan(order.indexOf("diagnostics"));
    const times = temperatures("hall").map(({ timestamp }) => timestamp);
    expect(times).to.deep.equal([...times].sort());
  });
});
