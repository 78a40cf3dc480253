/** The same stack, the same verdicts: by `sensorlake preview`, by `sensorlake check` on its plan, and by CrossGuard's host with the pack as the Pulumi CLI loads it. */
import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Pack, startHost, type Violation } from "../../lab/engine/pack-host";
import { packEnv } from "../../lab/engine/policies";
import type { Plan } from "../../lab/engine/plan";
import { readConfig, readProject } from "../../lab/engine/stack-file";
import { root } from "../../lab/home";
import { parsePlan, stackOfPlan } from "../../policies/plan";
import { EXCEPTED, violations } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { settingsOf } from "../../policies/settings";
import { faults } from "./faults";
import { judgedOf } from "./judged";
import { record, type Recording, withFault } from "./recording";

const folder = mkdtempSync(join(tmpdir(), "verdicts-"));
const sorted = (found: readonly Violation[]): string[] => found.map(({ policy, level, urn, message }) => `${level} ${policy} ${urn}: ${message}`).sort();

/** What a command prints, whatever it thinks of the plan. */
const said = (...args: string[]): Promise<string> =>
  promisify(execFile)(process.execPath, [join(root, "lab/cli/sensorlake.js"), ...args], { cwd: root, maxBuffer: 1 << 26 }).then(({ stdout }) => stdout, (fault: { code?: number; stdout: string; stderr: string }) => {
    if (fault.code !== 1) throw new Error(fault.stderr);
    return fault.stdout;
  });

/** What the command check says of a plan, once it is a file. */
function checked(plan: Plan): Violation[] {
  const saved = parsePlan(JSON.stringify(plan), "plan.json");
  return violations(stackOfPlan(saved, settingsOf(saved.stack, join(root, "policies"))), rules);
}

describe("the verdicts on a stack", function () {
  this.timeout(300_000);
  const project = readProject(root);
  const packs = new Map<string, Promise<Pack>>();
  const recordings = new Map<string, Promise<Recording>>();
  const packFor = (stack: string): Promise<Pack> => {
    if (!packs.has(stack)) packs.set(stack, startHost(join(root, "policies"), packEnv(project, stack, readConfig(project, stack))));
    return packs.get(stack)!;
  };
  const recordingOf = (stack: string): Promise<Recording> => {
    if (!recordings.has(stack)) recordings.set(stack, record(stack));
    return recordings.get(stack)!;
  };

  after(async () => {
    for (const pack of packs.values()) (await pack).stop();
    rmSync(folder, { recursive: true });
  });

  for (const stack of ["dev", "prod", "local"]) {
    it(`are the same three for ${stack} as it is, by the commands`, async () => {
      const file = join(folder, `${stack}.json`);
      await said("preview", "--stack", stack, "--json", file);
      const plan = JSON.parse(readFileSync(file, "utf8")) as Plan;
      const { violations: found } = JSON.parse(await said("check", file, "--json")) as { violations: Violation[] };
      expect(sorted(found)).to.deep.equal(sorted(plan.violations)).and.not.deep.equal([]);
      expect(sorted(checked(plan))).to.deep.equal(sorted(found));
      expect(sorted(await (await packFor(stack)).judge(judgedOf(plan)))).to.deep.equal(sorted(plan.violations));
      expect(plan.violations.filter(({ policy }) => policy !== EXCEPTED)).to.deep.equal([]);
    });
  }

  it("are asked of the same stack when what a program registered is registered again", async () => {
    for (const stack of ["dev", "prod"]) {
      const recording = await recordingOf(stack);
      const again = await withFault(recording, (resource) => resource);
      expect(again.resources).to.deep.equal(recording.plan.resources);
    }
  });

  for (const { what, stack, rule, fault } of faults) {
    it(`are the same three for ${stack} ${what}: ${rule}`, async () => {
      const { stack: of, resources, violations: previewed } = await withFault(await recordingOf(stack), fault);
      const plan: Plan = { stack: of, resources, violations: previewed };
      expect(previewed.filter(({ level }) => level === "mandatory").map(({ policy }) => policy)).to.include(rule);
      expect(sorted(checked(plan))).to.deep.equal(sorted(previewed));
      expect(sorted(await (await packFor(stack)).judge(judgedOf(plan)))).to.deep.equal(sorted(previewed));
    });
  }
});
