/**
 * The real Pulumi CLI, where there is one on the PATH: `pulumi preview --policy-pack policies` of dev and prod, with the stand-in for
 * the providers and a state of its own in a scratch folder. What it would make is what `sensorlake preview` says.
 */
import { expect } from "chai";
import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { evaluate } from "../../lab/engine/plan";
import { root } from "../../lab/home";
import { standIn, type StandIn } from "./stand-in";

interface Printed { code: number; stdout: string }
interface Shaped { inputs?: Record<string, unknown>; propertyDependencies?: Record<string, string[]>; protect?: boolean }
interface Step { newState?: Shaped & { urn: string } }

const scratch = mkdtempSync(join(tmpdir(), "pulumi-cli-"));
const installed = spawnSync("pulumi", ["version"], { env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" } }).status === 0;

/** The project with stack files that the CLI may write to: it adds a salt to them. */
function project(): string {
  const folder = join(scratch, "project");
  mkdirSync(folder);
  for (const name of readdirSync(root).filter((one) => !one.startsWith("."))) {
    if (/^Pulumi.*\.yaml$/.test(name)) copyFileSync(join(root, name), join(folder, name));
    else symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
}

describe("the Pulumi CLI", function () {
  this.timeout(300_000);
  let provider: StandIn;
  let folder: string;

  const pulumi = (...args: string[]): Promise<Printed> => promisify(execFile)("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd: folder, maxBuffer: 1 << 28,
    env: {
      ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH}`, PULUMI_HOME: process.env.PULUMI_HOME ?? join(scratch, "home"),
      PULUMI_BACKEND_URL: `file://${join(scratch, "state")}`, PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true", PULUMI_DEBUG_PROVIDERS: `aws:${provider.port},awsx:${provider.port}`,
    },
  }).then(({ stdout }) => ({ code: 0, stdout }), ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout: `${stdout}\n${stderr}` }));

  before(async function () {
    if (!installed) {
      console.log("      skipped: there is no pulumi on the PATH");
      this.skip();
    }
    mkdirSync(join(scratch, "state"));
    folder = project();
    provider = await standIn({ account: "123456789012", region: "eu-central-1", dryRun: true });
    for (const stack of ["dev", "prod"]) expect((await pulumi("stack", "init", stack)).code).to.equal(0);
  });

  after(() => {
    (provider as StandIn | undefined)?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  for (const stack of ["dev", "prod"]) {
    it(`previews ${stack} with the policy pack, and nothing mandatory is broken`, async () => {
      const { code, stdout } = await pulumi("preview", "-s", stack, "--policy-pack", "policies");
      expect(code, stdout.slice(-3000)).to.equal(0);
      expect(stdout).to.match(/sensorlake@v\d.* \(local: policies\)/).and.not.contain("[mandatory]");
    });

    it(`would make of ${stack} what sensorlake preview says, from the same inputs and dependencies`, async () => {
      const { code, stdout } = await pulumi("preview", "-s", stack, "--json");
      expect(code, stdout.slice(-3000)).to.equal(0);
      const made = new Map((JSON.parse(stdout) as { steps: Step[] }).steps.flatMap(({ newState }) => (newState ? [[newState.urn, newState] as const] : [])));
      const { resources } = await evaluate({ stack, root, policies: false });
      const custom = resources.filter(({ type }) => type.startsWith("aws:"));
      expect(custom.map(({ urn }) => urn).filter((urn) => !made.has(urn))).to.deep.equal([]);
      expect([...made.keys()].filter((urn) => /::aws:|\$aws:/.test(urn)).length).to.equal(custom.length);
      for (const one of custom) expect(shape(made.get(one.urn)!), one.urn).to.deep.equal(shape(one));
    });
  }

  it("stops at a rule that is broken, which sensorlake preview names too", async () => {
    const loose = ["--config", "sensorlake:lake={\"customerKey\":true,\"protect\":false}"];
    const { code, stdout } = await pulumi("preview", "-s", "prod", "--policy-pack", "policies", ...loose);
    expect(code).to.not.equal(0);
    const { violations } = await evaluate({ stack: "prod", root, configOverrides: { "sensorlake:lake": { customerKey: true, protect: false } } });
    const rules = [...new Set(violations.filter(({ level }) => level === "mandatory").map(({ policy }) => policy))];
    expect(rules).to.include("st-env-01");
    for (const rule of rules) expect(stdout).to.contain(`[mandatory]  ${rule} `);
  });
});

/** Which inputs there are, what they come from, and what is protected: values of secrets and of unknowns are shown in other ways. */
const shape = ({ inputs = {}, propertyDependencies = {}, protect = false }: Shaped) => ({
  inputs: Object.keys(inputs).filter((key) => key !== "__defaults").sort(),
  from: Object.fromEntries(Object.entries(propertyDependencies).filter(([, urns]) => urns.length).map(([key, urns]) => [key, [...urns].sort()])),
  protect,
});
