import { expect } from "chai";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashed } from "./assets";
import { Deployer } from "./deployer";
import type { Node } from "./graph";
import type { Props, Providers } from "./providers/provider";
import { State } from "./state";
import { scratchLab } from "./testdata/scratch-lab";
import { ASSET, secret, SIGNATURE, UNKNOWN } from "./values";

const TYPE = "aws:glue/job:Job";
const node = (inputs: Props, more: Partial<Node> = {}): Node => ({
  urn: "urn:pulumi:local::p::aws:glue/job:Job::curate", type: TYPE, name: "curate", parent: "", former: [], custom: true, remote: false, inputs, outputs: {},
  dependencies: [], propertyDependencies: {}, provider: "", providers: {}, protect: false, retainOnDelete: false, deleteBeforeReplace: false, ignoreChanges: [],
  replaceOnChanges: [], additionalSecretOutputs: [], importId: "", deletedWith: "", transforms: [], region: "eu-central-1", autoNamed: "name", ...more,
});

const text = (file: { path: string }): string => readFileSync(file.path, "utf8");

/** A provider that notes what it is asked for. */
function setUp() {
  const lab = scratchLab();
  const calls: string[] = [];
  const providers: Providers = {
    [TYPE]: {
      replaceOn: ["name", "glueVersion"],
      create: (inputs) => Promise.resolve({ id: String(inputs.name), outputs: { arn: `arn:${String(inputs.name)}` } }).finally(() => calls.push(`create ${String(inputs.name)}`)),
      update: (id, inputs, old) => Promise.resolve({}).finally(() => calls.push(`update ${id}${inputs.script ? ` ${text(old.script)} to ${text(inputs.script)}` : ""}`)),
      delete: (id) => Promise.resolve().finally(() => calls.push(`delete ${id}`)),
    },
  };
  return { state: new State(lab), calls, maker: () => new Deployer(lab, new State(lab), providers, lab.home), opened: () => new State(lab) };
}

const first = { name: "curate-0000000", glueVersion: "5.1", role: "a" };

describe("a deployment", () => {
  it("makes what is not there, and does nothing for what is", async () => {
    const { maker, calls } = setUp();
    expect(await maker().make(node(first))).to.deep.include({ id: "curate-0000000" });
    const again = maker();
    expect((await again.make(node(first))).outputs).to.deep.include({ arn: "arn:curate-0000000", role: "a" });
    expect([calls, again.counts]).to.deep.equal([["create curate-0000000"], { created: 0, updated: 0, replaced: 0, same: 1 }]);
  });

  it("updates in place, keeping what the provider had said", async () => {
    const { maker, calls } = setUp();
    await maker().make(node(first));
    const { outputs } = await maker().make(node({ ...first, role: "b" }));
    expect([calls[1], outputs.role, outputs.arn]).to.deep.equal(["update curate-0000000", "b", "arn:curate-0000000"]);
  });

  it("shows a provider a file as it was deployed beside what it is now, though it was changed in place", async () => {
    const { maker, calls } = setUp();
    const path = join(mkdtempSync(join(tmpdir(), "script-")), "job.py");
    for (const script of ["before", "after"]) {
      writeFileSync(path, script);
      await maker().make(node(hashed({ ...first, script: { [SIGNATURE]: ASSET, path } }, ".") as Props));
    }
    expect(calls[1]).to.equal("update curate-0000000 before to after");
  });

  it("replaces under a new name first, and leaves the old one to be deleted last", async () => {
    const { maker, calls, opened } = setUp();
    await maker().make(node(first));
    const { id } = await maker().make(node({ ...first, glueVersion: "5.0" }));
    expect(id).to.match(/^curate-[0-9a-f]{7}$/).and.to.not.equal("curate-0000000");
    expect(calls).to.deep.equal(["create curate-0000000", `create ${id}`]);
    expect(opened().all().filter(({ replaced }) => replaced).map((old) => old.id)).to.deep.equal(["curate-0000000"]);
    expect((await maker().make(node({ ...first, glueVersion: "5.0" }))).id).to.equal(id);
  });

  it("deletes first where the name is the program's own", async () => {
    const { maker, calls } = setUp();
    await maker().make(node(first, { autoNamed: undefined }));
    await maker().make(node({ ...first, glueVersion: "5.0" }, { autoNamed: undefined }));
    expect(calls).to.deep.equal(["create curate-0000000", "delete curate-0000000", "create curate-0000000"]);
  });

  it("knows a resource again under a name that it had before", async () => {
    const { maker, calls, opened } = setUp();
    const before = node(first);
    await maker().make(before);
    const now = node({ ...first, name: "tidy-1111111" }, { urn: "urn:pulumi:local::p::aws:glue/job:Job::tidy", name: "tidy", former: [before.urn] });
    expect((await maker().make(now)).id).to.equal("curate-0000000");
    expect([calls.length, opened().all().map(({ urn }) => urn)]).to.deep.equal([1, [now.urn]]);
  });

  it("marks outputs secret as their inputs are, and keeps them", async () => {
    const { maker } = setUp();
    const { outputs } = await maker().make(node({ ...first, role: secret("a") }, { additionalSecretOutputs: ["arn"] }));
    expect([outputs.role, outputs.arn]).to.deep.equal([secret("a"), secret("arn:curate-0000000")]);
  });

  it("refuses to replace what is protected, to import, and to use what is not known", async () => {
    const { maker } = setUp();
    const fault = (of: Node) => maker().make(of).then(() => "", (thrown: Error) => thrown.message);
    await maker().make(node(first, { protect: true }));
    expect(await fault(node({ ...first, glueVersion: "5.0" }, { protect: true }))).to.match(/protected and would have to be replaced/);
    expect(await fault(node(first, { importId: "x" }))).to.match(/nothing to import/);
    expect(await fault(node({ ...first, role: UNKNOWN }))).to.match(/still unknown/);
  });
});
