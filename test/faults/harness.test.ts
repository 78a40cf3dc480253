/** The harness itself: each invariant catches the bug that it is there for, in every seed; and a failure can be tried again. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { random } from "../../lab/simulate/random";
import { file, page } from "./docs";
import { chosen } from "./harness/chosen";
import { type Found, trialOf, tried } from "./harness/fault";
import { faults } from "./harness/list";
import { broken, invariants } from "./harness/invariants";
import { type Bug, MemoryLake } from "./memory/lake";

const seeds = Array.from({ length: 60 }, (_, at) => at + 1);

/** The invariant that must catch it; others may see it too. */
const bugs: Record<Bug, string> = {
  "drops one": "I1", "doubles one": "I2", "shows what is staged": "I3", "loses rejected bytes": "I4",
  "writes elsewhere": "I5", "swallows its failure": "I6", "logs its password": "I7", "changes on a rerun": "I8",
};

function found(seed: number, bug?: Bug): Found {
  const trial = trialOf("F00", seed);
  const data = () => random(`data ${seed}`);
  return { found: new MemoryLake(trial, data(), bug).faulted().evidence(), reference: new MemoryLake(trial, data()).sound().evidence() };
}

const caughtBy = (seed: number, bug?: Bug): string[] => {
  const { found: one, reference } = found(seed, bug);
  return broken(one, reference).map((line) => line.slice(0, 2));
};

describe("the harness of faults", () => {
  it("finds nothing in a system that keeps its promises", () => {
    for (const seed of seeds) expect(caughtBy(seed), `seed ${seed}`).to.deep.equal([]);
  });

  for (const [bug, invariant] of Object.entries(bugs)) {
    it(`catches by ${invariant}, in every seed, a system that ${bug}`, () => {
      for (const seed of seeds) expect(caughtBy(seed, bug as Bug), `seed ${seed}`).to.include(invariant);
    });
  }

  it("has a bug for every invariant, and an invariant that no other one stands in for", () => {
    expect(Object.values(bugs).sort()).to.deep.equal(invariants.map(({ name }) => name));
    // Without the one that is meant for it, a bug would be missed in some seed: none is there for show.
    for (const bug of ["shows what is staged", "writes elsewhere", "swallows its failure", "logs its password"] as Bug[]) {
      expect(caughtBy(1, bug), bug).to.deep.equal([bugs[bug]]);
    }
  });

  it("tells fault, seed, what is broken and how to try just that again", async () => {
    const told = await tried("F33", 2, async () => found(2, "drops one")).then(() => "", (thrown: Error) => thrown.message);
    expect(told).to.match(/^fault=F33 seed=2\nI1 none lost: lost r\d+=0\.\d+\n/).and.match(/Again: npm test faults -- F33 2$/);
    const thrown = await tried("F27", 1, () => Promise.reject(new Error("the proxy fell over"))).then(() => "", (fault: Error) => fault.message);
    expect(thrown).to.match(/^fault=F27 seed=1\nError: the proxy fell over/).and.match(/Again: npm test faults -- F27 1$/);
  });

  it("comes to the same trial by the same seed, and to another by another", () => {
    expect(JSON.stringify(found(7))).to.equal(JSON.stringify(found(7)));
    expect(JSON.stringify(found(7))).not.to.equal(JSON.stringify(found(8)));
  });

  it("is told of in docs/faults.md as it is, and has a trial for each fault that is told of", () => {
    expect(readFileSync(file, "utf8"), "run `npx tsx test/faults/docs.ts`").to.equal(page());
    const trials = readdirSync(__dirname).filter((name) => name.endsWith(".test.ts")).flatMap((name) => [...readFileSync(join(__dirname, name), "utf8").matchAll(/^ {2}fault\("(F\d\d)"/gm)].map(([, fault]) => fault));
    expect([...new Set(trials)].sort()).to.deep.equal(Object.keys(faults).sort());
  });

  it("tries what the environment names, and refuses what it can't be", () => {
    expect(chosen({})).to.deep.equal({ faults: [], seeds: [1, 2] });
    expect(chosen({ SENSORLAKE_FAULT: "f33,F34", SENSORLAKE_SEED: "3,7-9" })).to.deep.equal({ faults: ["F33", "F34"], seeds: [3, 7, 8, 9] });
    expect(() => chosen({ SENSORLAKE_FAULT: "33" })).to.throw('SENSORLAKE_FAULT has "33"; set names such as F33');
    expect(() => chosen({ SENSORLAKE_SEED: "9-3" })).to.throw("set a number such as 2, or a range such as 1-60");
  });
});
