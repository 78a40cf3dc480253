import { expect } from "chai";
import fc from "fast-check";
import { parsePlan, PlanFault, stackOfPlan } from "./plan";

const resource = { urn: "u", type: "t", name: "n", inputs: {}, dependencies: [], propertyDependencies: {}, protect: false };

describe("a plan", () => {
  it("is refused, with what is missing, when it is something else", () => {
    for (const words of ["", "[]", "null", "{}", '{"stack":"dev","resources":[]}', '{"stack":"dev","resources":[{"urn":"u"}]}', "x"]) {
      expect(() => parsePlan(words, "p.json"), words).to.throw(PlanFault, /p\.json/);
    }
  });

  it("never lets hostile JSON through as a pass", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => {
      try {
        return parsePlan(JSON.stringify(value), "p").resources.length > 0;
      } catch (fault) {
        return fault instanceof PlanFault;
      }
    }));
  });

  it("shows the rules what a secret holds", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "x" };
    const [seen] = stackOfPlan(parsePlan(JSON.stringify({ stack: "dev", resources: [{ ...resource, inputs: { a: [secret] } }] }), "p")).resources;
    expect(seen?.props).to.deep.equal({ a: ["x"] });
  });
});
