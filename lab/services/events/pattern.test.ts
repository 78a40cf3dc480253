import { expect } from "chai";
import { matches, unsupported } from "./pattern";

const event = { source: "aws.s3", "detail-type": "Object Created", resources: ["arn:a", "arn:b"], detail: { bucket: { name: "exports" }, object: { key: "temperature/a.csv", size: 5 }, error: null } };
const created = (key: unknown) => ({ source: ["aws.s3"], detail: { bucket: { name: ["exports"] }, object: { key: [key] } } });

describe("patterns of events", () => {
  const cases: [what: string, pattern: object, fits: boolean][] = [
    ["values, any of which fits", { source: ["aws.states", "aws.s3"] }, true],
    ["another value", { source: ["aws.states"] }, false],
    ["every key of it, however deep", created("temperature/a.csv"), true],
    ["a prefix", created({ prefix: "temperature/" }), true],
    ["another prefix", created({ prefix: "diagnostics/" }), false],
    ["a suffix", created({ suffix: ".csv" }), true],
    ["anything but a value", created({ "anything-but": ["temperature/a.csv"] }), false],
    ["anything but another value", created({ "anything-but": "b" }), true],
    ["one of a list in the event", { resources: ["arn:b"] }, true],
    ["a number, and no text of it", { detail: { object: { size: [5] } } }, true],
    ["a text for a number", { detail: { object: { size: ["5"] } } }, false],
    ["null", { detail: { error: [null] } }, true],
    ["a key that is there", { detail: { error: [{ exists: true }] } }, true],
    ["a key that is not there", { detail: { cause: [{ exists: false }] } }, true],
    ["a value of a key that is not there", { detail: { cause: ["x"] } }, false],
    ["a branch that is not there", { detail: { deep: { deeper: ["x"] } } }, false],
    ["anything but a value, of a key that is not there", { detail: { cause: [{ "anything-but": "x" }] } }, false],
  ];
  for (const [what, pattern, fits] of cases) it(`${fits ? "take" : "leave"} ${what}`, () => expect(matches(pattern, event)).to.equal(fits));

  it("name what of them the lab does not have", () => {
    expect(unsupported(created({ prefix: "a" }))).to.deep.equal([]);
    expect(unsupported({ $or: [], detail: { a: [{ numeric: [">", 1] }, { "anything-but": { prefix: "x" } }, { cidr: "10.0.0.0/8" }] } })).to.deep.equal(["$or", "numeric", "anything-but of another operator", "cidr"]);
    expect(unsupported("x")).to.deep.equal(["a pattern that is no JSON object"]);
  });
});
