import { expect } from "chai";
import { readFileSync } from "node:fs";
import { stackOfPlan } from "../plan";
import { rules } from "../rules";
import { type Settings, strict } from "../settings";
import { planOf } from "../testing";
import { mutants, unweighed } from "./generate";
import { Hunt } from "./hunt";
import { type Hunted, hunted } from "./hunted";
import { file, page, STACKS, withoutCounts } from "./page";
import { reasonFor, reasons } from "./rest";

/** Least share of the mutants that has to be told. */
const LEAST = 0.95;

describe("mutants of the stacks", function () {
  this.timeout(60_000);
  const all: Hunted[] = [];

  before(async () => {
    for (const stack of STACKS) all.push(await hunted(stack));
  });

  it("leave no property of a plan without a weight", () => {
    expect(all.flatMap((one) => one.unweighed)).to.deep.equal([]);
  });

  for (const [at, stack] of STACKS.entries()) {
    it(`${stack}: are told, ${LEAST * 100} % of them at least`, () => {
      const { outcomes } = all[at]!;
      const told = outcomes.filter(({ by }) => by).length;
      console.log(`      ${outcomes.length} mutants, ${told} told: ${((told / outcomes.length) * 100).toFixed(2)} %`);
      expect(outcomes.length).to.be.above(1000);
      expect(told / outcomes.length).to.be.at.least(LEAST);
    });
  }

  it("have a reason each where nothing tells them, and no reason is idle", () => {
    const left = all.flatMap(({ outcomes }) => outcomes).filter(({ by }) => !by).map(({ mutant }) => mutant);
    expect(left.filter((mutant) => !reasonFor(mutant)).map(({ type, resource, path, how }) => `${type} ${resource} ${path}: ${how}`)).to.deep.equal([]);
    const used = new Set(left.map(reasonFor));
    expect(reasons.filter((reason) => !used.has(reason)).map(({ type, path, because }) => `${type} ${String(path)}: ${because}`)).to.deep.equal([]);
  });

  it("are what docs/policy-mutants.md says, but for the counts", () => {
    expect(withoutCounts(readFileSync(file, "utf8")), "write it anew: npx node --import tsx policies/mutants/page.ts").to.equal(withoutCounts(page(all)));
  });
});

describe("the hunt", function () {
  this.timeout(60_000);

  it("lets a mutant go when the rule that tells it is gone", async () => {
    const plan = await planOf("dev");
    const stack = stackOfPlan(plan);
    const open = mutants(plan.resources, stack.resources).filter(({ type }) => type.endsWith(":BucketPublicAccessBlock"));
    const told = (asked: typeof rules): number => { const hunt = new Hunt(stack, asked); return open.filter((mutant) => hunt.outcome(mutant).by).length; };
    expect(open.length).to.equal(45);
    expect([told(rules), told(rules.filter(({ name }) => name !== "s3-pab"))]).to.deep.equal([45, 0]);
  });

  it("lets a mutant go when an exception lets stand what tells it, and none beside", async () => {
    const plan = await planOf("dev");
    const told = (exceptions: Settings["exceptions"]): string[] => {
      const stack = stackOfPlan(plan, { ...strict, exceptions });
      const hunt = new Hunt(stack, rules);
      const open = mutants(plan.resources, stack.resources).filter(({ type, how }) => type.endsWith(":BucketPublicAccessBlock") && how === "removed");
      return open.filter((mutant) => hunt.outcome(mutant).by).map(({ resource, path }) => `${resource} ${path}`);
    };
    const all = told([]);
    const hidden = told([{ rule: "s3-pab", resource: ["lake-raw"], reason: "as a test of the hunt", until: "9999-12-31" }]);
    expect(all.filter((one) => !hidden.includes(one))).to.deep.equal(all.filter((one) => one.startsWith("lake-raw-closed"))).and.have.length(5);
  });

  it("changes one resource at a time, and leaves the real stack as it is", async () => {
    const plan = await planOf("dev");
    const { resources } = stackOfPlan(plan);
    const before = JSON.stringify(resources);
    const far = mutants(plan.resources, resources).filter(({ made, how }) => {
      const now = new Set(made(resources));
      const gone = resources.filter((one) => !now.has(one));
      // What is removed is also forgotten by whatever named it.
      return how === "removed" && gone.length > 1 ? now.size !== resources.length && now.size !== resources.length - 1 : gone.length > 1;
    });
    expect(far.map(({ resource, path, how }) => `${resource} ${path} ${how}`)).to.deep.equal([]);
    expect(JSON.stringify(resources)).to.equal(before);
  });

  it("asks for a weight of a type and of a property that are new", async () => {
    const plan = await planOf("dev");
    const { resources } = stackOfPlan(plan);
    const [first] = plan.resources.filter(({ type }) => type === "aws:kms/key:Key");
    const odd = { ...first!, inputs: { ...first!.inputs, multiRegion: true } };
    const strange = { ...first!, type: "aws:dax/cluster:Cluster" };
    expect(unweighed([odd, strange], resources.map((one) => (one.urn === first!.urn ? { ...one, props: { ...one.props, multiRegion: true } } : one)))).to.deep.equal(["aws:dax/cluster:Cluster", "aws:kms/key:Key multiRegion"]);
  });
});
