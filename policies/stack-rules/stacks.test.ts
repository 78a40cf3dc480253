import { expect } from "chai";
import { violations } from "../rule";
import { like } from "../testing";
import { stackRules } from ".";

describe("the stacks of this program", () => {
  for (const name of ["dev", "prod", "local"]) {
    it(`${name}: keeps every rule that is mandatory in it, and leaves none undecided`, async function () {
      this.timeout(60_000);
      const found = violations(await like(name), stackRules).filter(({ policy, level }) => level === "mandatory" || policy === "undecided");
      expect(found).to.deep.equal([]);
    });
  }
});
