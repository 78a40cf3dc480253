import { expect } from "chai";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { exportsOf, State, type Held } from "./state";
import { scratchLab } from "./testdata/scratch-lab";
import { secret } from "./values";

const held = (urn: string, more: Partial<Held> = {}): Held => ({
  urn, type: "t", name: "n", parent: "", id: "i", inputs: { password: secret("swordfish") }, outputs: { list: [secret({ a: "swordfish" })] },
  dependencies: [], deletedWith: "", protect: false, retainOnDelete: false, replacements: 0, replaced: false, ...more,
});

describe("the state of a lab", () => {
  const lab = scratchLab();
  const files = () => readdirSync(join(lab.home, "state", "deployment")).map((name) => readFileSync(join(lab.home, "state", "deployment", name), "utf8")).join();

  it("is read back as it was written, by whoever opens it next", () => {
    const urn = `urn:${"x".repeat(400)}`;
    new State(lab).put(held(urn));
    expect(new State(lab).get(urn)).to.deep.equal(held(urn));
  });

  it("keeps no secret in the clear, and its key to its owner", () => {
    const state = new State(lab);
    state.settings = { password: "swordfish" };
    state.last = { fingerprint: "f", exports: { token: secret("swordfish") } };
    expect(files()).to.contain("ciphertext");
    expect(files()).to.not.contain("swordfish");
    expect(new State(lab).settings).to.deep.equal({ password: "swordfish" });
    expect(statSync(lab.folder("deployment.key")).mode & 0o777).to.equal(0o600);
  });

  it("shows exports with secrets blacked out, unless asked to open them", () => {
    expect(exportsOf(lab)).to.deep.equal({ token: "[secret]" });
    expect(exportsOf(lab, "open")).to.deep.equal({ token: "swordfish" });
    expect(exportsOf(scratchLab())).to.equal(undefined);
  });

  it("holds what was replaced beside what took its place", () => {
    const state = new State(lab);
    state.put(held("urn:a", { replaced: true, id: "old" }));
    state.put(held("urn:a", { id: "new", replacements: 1 }));
    expect(new State(lab).all().filter(({ urn }) => urn === "urn:a").map(({ id }) => id)).to.have.members(["old", "new"]);
    expect(state.get("urn:a")?.id).to.equal("new");
  });
});
