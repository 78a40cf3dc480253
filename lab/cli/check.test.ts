/** What `sensorlake check` says and how it ends: 0 kept, 1 broken, 2 nothing could be checked. */
import { expect } from "chai";
import { Command } from "commander";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNKNOWN } from "../../policies/stack";
import { register } from "./check";

const MACHINE = "aws:sfn/stateMachine:StateMachine";
const JOB = "aws:glue/job:Job";
const one = (type: string, inputs: object) => ({ urn: `urn:pulumi:s::p::${type}::one`, type, name: "one", inputs, dependencies: [], propertyDependencies: {}, protect: false });
const job = { description: "d", glueVersion: "5.1", timeout: 60, securityConfiguration: "own" };
const security = { ...one("aws:glue/securityConfiguration:SecurityConfiguration", { name: "own", encryptionConfiguration: Object.fromEntries(
  [["cloudwatchEncryption", "SSE-KMS"], ["jobBookmarksEncryption", "CSE-KMS"], ["s3Encryption", "SSE-KMS"]].map(([kind, mode]) => [kind, { [`${kind}Mode`]: mode, kmsKeyArn: "key" }])) }), urn: "urn:pulumi:s::p::t::two" };

describe("sensorlake check", () => {
  let folder: string;
  before(() => { folder = mkdtempSync(join(tmpdir(), "check-")); });
  after(() => rmSync(folder, { recursive: true }));

  /** Runs the command on a plan of some resources, or on a text, under settings; how it ended and what it said. */
  async function check(plan: object[] | string, settings: string | object = { prod: false }, ...options: string[]): Promise<{ code: number; words: string }> {
    writeFileSync(join(folder, "plan.json"), typeof plan === "string" ? plan : JSON.stringify({ stack: "s", resources: plan, violations: [] }));
    writeFileSync(join(folder, "config.s.json"), typeof settings === "string" ? settings : JSON.stringify(settings));
    const [log, error, code] = [console.log, console.error, process.exitCode];
    const said: unknown[] = [];
    console.log = console.error = (...words: unknown[]) => void said.push(...words);
    try {
      const program = new Command();
      register(program);
      await program.parseAsync(["check", join(folder, "plan.json"), "--settings", folder, ...options], { from: "user" });
      return { code: Number(process.exitCode), words: said.join("\n") };
    } finally {
      [console.log, console.error, process.exitCode] = [log, error, code];
    }
  }

  it("ends well where every mandatory rule is kept, and with 1 where one is broken", async () => {
    expect((await check([one(JOB, { ...job, command: { scriptLocation: UNKNOWN } }), security])).code).to.equal(0);
    const broken = await check([one(JOB, { ...job, glueVersion: "2.0", command: { scriptLocation: UNKNOWN } }), security]);
    expect(broken.words).to.contain("glue-version");
    expect(broken.code).to.equal(1);
  });

  it("shows what can't be decided, and fails on it where it is asked to, unless the settings say otherwise", async () => {
    const unsure = [one(JOB, { ...job, glueVersion: UNKNOWN, command: { scriptLocation: UNKNOWN } }), security];
    const shown = await check(unsure);
    expect([shown.code, shown.words]).to.satisfy(([code, words]: [number, string]) => code === 0 && words.includes("glue-version: glueVersion is not known before an update"));
    expect((await check(unsure, { prod: false }, "--undecided-fails")).code).to.equal(1);
    expect((await check(unsure, { prod: false, undecidedFails: true })).code).to.equal(1);
    expect((await check(unsure, { prod: false, undecidedFails: false }, "--undecided-fails")).code).to.equal(0);
  });

  const nothing: [what: string, plan: object[] | string, settings: string | object, words: RegExp][] = [
    ["a plan that is no JSON", "{", { prod: false }, /plan\.json is not JSON/],
    ["a plan that is something else", '{"resources":[]}', { prod: false }, /plan\.json is not a plan: make one with sensorlake preview/],
    ["a plan without resources", [], { prod: false }, /has no resources/],
    ["settings with a typo", [one(JOB, job)], { prod: false, undecidedFail: true }, /config\.s\.json: at the top has no setting "undecidedFail"/],
    ["settings that are no JSON", [one(JOB, job)], "{", /config\.s\.json is not JSON/],
    ["a rule that throws", [one(MACHINE, { definition: "no definition" })], { prod: false }, /Rule [\w-]+ threw at urn:pulumi:s::p::aws:sfn\/stateMachine:StateMachine::one: /],
  ];
  for (const [what, plan, settings, words] of nothing) {
    it(`says so and ends with 2 at ${what}, never with a pass`, async () => {
      const found = await check(plan, settings);
      expect(found.words).to.match(words);
      expect(found.code).to.equal(2);
    });
  }

  it("ends with 2 where the plan is not there, or the format is none", async () => {
    expect((await check([one(JOB, job)], { prod: false }, "--format", "xml")).code).to.equal(2);
    rmSync(join(folder, "config.s.json"));
    const program = new Command();
    register(program);
    const [error, code] = [console.error, process.exitCode];
    console.error = () => undefined;
    await program.parseAsync(["check", join(folder, "none.json")], { from: "user" });
    const ended = process.exitCode;
    [console.error, process.exitCode] = [error, code];
    expect(ended).to.equal(2);
  });
});
