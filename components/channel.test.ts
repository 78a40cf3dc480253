import { expect } from "chai";
import fc from "fast-check";
import { channelFaults, loadChannel, rawColumns } from "./channel";

const reading = { channel: "co2", table: "co2", description: "CO2 of a room", fields: [
  { name: "at", type: "timestamp", role: "time" }, { name: "room_id", type: "string", role: "key" }, { name: "ppm", type: "int", role: "measure" },
] };

describe("channel", () => {
  it("gives the raw table its fields in order, then thing and arrival", () => {
    const columns = rawColumns(loadChannel("temperature")).map(({ name, type }) => `${name} ${type}`);
    expect(columns).to.deep.equal(["timestamp timestamp", "room_id string", "temperature double", "thing string", "received_at timestamp"]);
  });

  it("finds both schemas of this project sound", () => {
    expect([loadChannel("temperature"), loadChannel("diagnostics")].map(({ table }) => table)).to.deep.equal(["temperatures", "diagnostics"]);
  });

  it("finds a sound schema sound", () => {
    expect(channelFaults(reading)).to.deep.equal([]);
  });

  it("names every fault at once and says what to set", () => {
    const bad = { ...reading, table: "co-2", fields: [...reading.fields, { name: "source", type: "float", role: "measure", min: 2, max: 1 }] };
    expect(channelFaults(bad)).to.deep.equal([
      'table is "co-2"; set lower-case letters, digits and _, a letter first',
      'type of field "source" is "float"; set one of timestamp, string, double, int, bigint',
      'min of field "source" is above its max; set min to at most 1',
      'field "source" is a name that the lake adds itself; set another',
    ]);
  });

  it("asks for a time, a key and a measure", () => {
    expect(channelFaults({ ...reading, fields: [{ name: "a", type: "string", role: "measure" }] })).to.have.length(2);
  });

  it("refuses a hyphen in any name", () => {
    fc.assert(fc.property(fc.stringMatching(/^[a-z]{1,5}-[a-z]{1,5}$/), (name) => channelFaults({ ...reading, channel: name }).length === 1));
  });

  it("judges any value without throwing", () => {
    fc.assert(fc.property(fc.anything(), (value) => Array.isArray(channelFaults(value))));
  });

  it("says which file is no schema", () => {
    expect(() => loadChannel("nowhere")).to.throw(/nowhere\.json is no channel's schema/);
  });
});
