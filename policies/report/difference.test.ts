import { expect } from "chai";
import type { Plan, PlannedResource } from "../plan";
import { difference, differenceMarkdown } from "./difference";

const one = (name: string, inputs = {}, protect = false): PlannedResource =>
  ({ urn: `urn:${name}`, type: "aws:s3/bucket:Bucket", name, inputs, dependencies: [], propertyDependencies: {}, protect });
const plan = (...resources: PlannedResource[]): Plan => ({ stack: "s", resources, violations: [] });

describe("the difference of two plans", () => {
  it("names what is added, removed and changed, by input", () => {
    const found = difference(plan(one("a", { x: 1, y: { b: 1, c: 2 } }), one("gone")), plan(one("a", { x: 2, y: { c: 2, b: 1 } }, true), one("new")));
    expect(differenceMarkdown(found).split("\n").slice(2, 7)).to.deep.equal(["```diff", "+ Bucket new", "- Bucket gone", "! Bucket a: x, protect", "```"]);
  });

  it("says when there is none, and stays short when there is much", () => {
    expect(differenceMarkdown(difference(plan(one("a")), plan(one("a"))))).to.contain("the same");
    const many = Array.from({ length: 100 }, (_, i) => one(`r${i}`));
    expect(differenceMarkdown(difference(plan(), plan(...many)))).to.contain("… and 60 more").and.not.contain("r41");
  });

  it("lets no name leave its fence", () => {
    expect(differenceMarkdown(difference(plan(), plan(one("a\n```\n# b"))))).to.contain("+ Bucket a     # b");
  });
});
