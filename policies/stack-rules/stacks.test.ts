import { expect } from "chai";
import { violations } from "../rule";
import { Stack } from "../stack";
import { like } from "../testing";
import { stackRules } from ".";
import { tagged } from "./environment";

describe("the stacks of this program", () => {
  for (const name of ["dev", "prod", "local"]) {
    it(`${name}: keeps every rule that is mandatory in it, and leaves none undecided`, async function () {
      this.timeout(60_000);
      const found = violations(await like(name), stackRules).filter(({ policy, level }) => level === "mandatory" || policy === "undecided");
      expect(found).to.deep.equal([]);
    });
  }

  it("are asked for the tags that the settings name, and for no others then", async () => {
    const { resources, settings } = await like("dev");
    const asked = (tags: string[]): string[] => [...new Set(violations(new Stack(resources, { ...settings, tags }), [tagged]).map(({ message }) => message))];
    expect([asked(["Owner"]), asked([]), asked(["Owner", "CostCentre"])]).to.deep.equal([[], [], ["the tag CostCentre is missing; set it"]]);
  });
});
