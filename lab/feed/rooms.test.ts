import { expect } from "chai";
import fc from "fast-check";
import { join } from "node:path";
import { throughDoors } from "./doors";
import { celsius, parseSeries, readRooms } from "./rooms";

describe("rooms", () => {
  const sample = readRooms(join(__dirname, "../../examples/rooms"));

  it("reads the labelled office series in °C", () => {
    const [office] = sample.rooms;
    expect(office?.readings).to.have.length(7267);
    expect(office?.readings[0]).to.deep.equal({ timestamp: "2013-07-04 00:00:00", room_id: "office", temperature: 21.0449 });
    expect(office?.labels).to.have.length(2);
  });

  it("names file and line of what is not a reading", () => {
    expect(() => parseSeries("timestamp,value\n2024-01-01 00:00:00,1\n2024-01-01 01:00:00,warm\n", "a.csv")).to.throw(/a\.csv:3 is "2024-01-01 01:00:00,warm"/);
    expect(() => parseSeries("time,value\n", "a.csv")).to.throw(/must be timestamp,value/);
    expect(() => parseSeries("timestamp,value\n2024-01-01 00:00:00,1\n2024-01-01 00:00:00,2\n", "a.csv")).to.throw(/a second time/);
    expect(() => parseSeries("timestamp,value\n", "a.csv")).to.throw(/no readings/);
    expect(() => readRooms("no/such/folder")).to.throw(/no data folder/);
  });

  it("takes any text as a series or as a fault, never as half a series", () => {
    fc.assert(fc.property(fc.string(), (text) => {
      try {
        return parseSeries(`timestamp,value\n${text}`, "any").every(([, value]) => Number.isFinite(value));
      } catch (fault) {
        return /^any/.test((fault as Error).message);
      }
    }));
  });

  it("converts °F", () => {
    expect(celsius(212, "°F")).to.equal(100);
    expect(celsius(21.5, "°C")).to.equal(21.5);
  });

  it("sends every reading through a door, and the overlap through two", () => {
    const readings = sample.rooms[0]!.readings;
    const { history, external, live } = throughDoors(readings);
    expect([history.length, external.length, live.length]).to.deep.equal([4360, 2180, 1090 + 1]);
    const given = throughDoors(readings, false);
    expect([given.history.length, given.external.length], "into a database that is not the lab's own").to.deep.equal([4360 + 2180, 0]);
    expect(new Set([...history, ...external, ...live]).size).to.equal(readings.length);
    expect(external.filter((reading) => live.includes(reading))).to.have.length(4360 + 2180 - Math.floor(7267 * 0.85));
  });
});
