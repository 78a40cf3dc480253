import { expect } from "chai";
import fc from "fast-check";
import { parsePlan, PlanFault, stackOfPlan } from "./plan";
import { junit, sarif } from "./report/machine";
import { markdown, text } from "./report/text";
import type { Violation } from "./rule";
import { rules } from "./rules";

const resource = { urn: "u", type: "t", name: "n", inputs: {}, dependencies: [], propertyDependencies: {}, protect: false };
const broken: Violation = { policy: "s3-sse", level: "mandatory", urn: "urn:pulumi:dev::p::a$aws:s3/bucket:Bucket::b", message: "set <it> | now" };
const checked = { stack: "dev", resources: 1, rules: rules.length };

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

  it("is reported in words, as a comment, as SARIF and as JUnit", () => {
    expect(text([broken], checked)).to.match(/s3-sse \(mandatory\)\n {2}aws:s3\/bucket:Bucket b\n {4}set <it>/);
    expect(markdown([broken], checked)).to.contain("set \\<it\\> \\| now");
    expect(JSON.parse(sarif([broken], rules)).runs[0].results[0]).to.include({ ruleId: "s3-sse", level: "error" });
    expect(junit([broken], rules, checked)).to.contain('failures="1"').and.contain("set &lt;it&gt;");
    expect(junit([], rules, checked)).to.contain('failures="0"');
  });
});
