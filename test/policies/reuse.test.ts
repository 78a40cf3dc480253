/** The pack by itself: as a package from a registry, on a stack that is made of none of this project's components. */
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { type Pack, startHost, type Violation } from "../../lab/engine/pack-host";
import { evaluate, type Plan } from "../../lab/engine/plan";
import { root } from "../../lab/home";
import { publish } from "../../policies/publish";
import { judgedOf } from "./judged";

/** Every fault of the wrong orchard, by the rule that tells of it. */
const wrong = [
  "glue-secconf", "glue-version", "iam-star-action", "kms-rotate", "name-crawler-output", "s3-pab", "s3-tls", "st-glue-01", "st-iam-03", "st-iot-01", "st-iot-04", "st-name-01",
];

describe("the policy pack by itself", function () {
  this.timeout(300_000);
  const scratch = mkdtempSync(join(tmpdir(), "pack-"));
  const installed = join(scratch, "node_modules", "sensorlake-policies");
  let pack: Pack | undefined;
  let made: string[];

  const orchard = async (stack: string): Promise<Plan> => {
    const { resources } = await evaluate({ stack, root: join(__dirname, "orchard"), policies: false, once: true });
    return { stack, resources, violations: [] };
  };
  const start = async (stack: string): Promise<Pack> => {
    pack?.stop();
    return pack = await startHost(installed, { PATH: process.env.PATH ?? "", PULUMI_NODEJS_STACK: stack, SENSORLAKE_SETTINGS: join(scratch, "settings") });
  };
  const mandatory = (found: Violation[]): string[] => [...new Set(found.filter(({ level }) => level === "mandatory").map(({ policy }) => policy))].sort();

  before(async () => {
    made = await publish(join(scratch, "package"));
    const tarball = execFileSync("npm", ["pack", "--silent", "--pack-destination", scratch], { cwd: join(scratch, "package"), encoding: "utf8" }).trim();
    mkdirSync(join(scratch, "settings"));
    for (const stack of ["right", "wrong"]) writeFileSync(join(scratch, "settings", `config.${stack}.json`), JSON.stringify({ prod: false }));
    mkdirSync(installed, { recursive: true });
    mkdirSync(join(scratch, "node_modules", "@pulumi"));
    execFileSync("tar", ["xzf", join(scratch, tarball), "-C", installed, "--strip-components=1"]);
    for (const name of ["policy", "pulumi"]) symlinkSync(dirname(require.resolve(`@pulumi/${name}/package.json`)), join(scratch, "node_modules", "@pulumi", name));
  });
  after(() => {
    pack?.stop();
    rmSync(scratch, { recursive: true });
  });

  it("is made of policies/, of the walk through networks in components/, and of a JSON schema's validator", () => {
    const places = new Set(made.map((file) => relative(root, file)).map((file) => /^(policies|components|node_modules\/[^/]+)\//.exec(file)?.[1] ?? file));
    expect([...places].sort()).to.deep.equal(["components", "node_modules/ajv", "node_modules/fast-deep-equal", "node_modules/fast-uri", "node_modules/json-schema-traverse", "policies"]);
    expect(made.map((file) => relative(root, file)).filter((file) => /^components\/(?!reachability\/|cidr\.ts$)/.test(file))).to.deep.equal([]);
    expect(readdirSync(installed).sort()).to.deep.equal(["LICENSE", "PulumiPolicy.yaml", "README.md", "THIRD-PARTY.txt", "index.js", "package.json", "rules.md", "settings.schema.json"]);
  });

  it("finds nothing to mend in a stack of somebody else that is right, and decides all of it", async () => {
    const found = await (await start("right")).judge(judgedOf(await orchard("right")));
    expect(found.filter(({ level, policy }) => level === "mandatory" || policy === "undecided").map(({ policy, message }) => `${policy}: ${message}`)).to.deep.equal([]);
    expect(found).to.not.deep.equal([]);
  });

  it("names each fault of one that is wrong", async () => {
    const found = await (await start("wrong")).judge(judgedOf(await orchard("wrong")));
    expect(mandatory(found)).to.deep.equal(wrong);
  });

  it("judges a stack without settings as prod", async () => {
    const plan = await orchard("right");
    const found = await (await start("unheard")).judge(judgedOf(plan));
    expect(mandatory(found)).to.include("st-env-01");
  });
});
