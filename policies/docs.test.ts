import { expect } from "chai";
import { readFileSync } from "node:fs";
import { file, page } from "./docs";
import { rules } from "./rules";

describe("docs/policies.md", () => {
  it("is what the rules say now", () => {
    expect(readFileSync(file, "utf8"), "write it anew: npx node --import tsx policies/docs.ts").to.equal(page());
  });

  it("has a heading for every rule, which reports link to", () => {
    const headings = new Set(page().split("\n").filter((line) => line.startsWith("### ")).map((line) => line.slice(4)));
    expect(rules.filter(({ name }) => !headings.has(name)).map(({ name }) => name)).to.deep.equal([]);
  });
});
