import { expect } from "chai";
import type { Lab } from "../lab";
import { remove, removalOrder } from "./removal";
import type { Held, State } from "./state";

const held = (name: string, more: Partial<Held> = {}): Held => ({
  urn: `urn:${name}`, type: "t", name, parent: "", id: name, inputs: {}, outputs: {}, dependencies: [], deletedWith: "", protect: false, retainOnDelete: false,
  replacements: 0, replaced: false, ...more,
});

function removing(all: Held[], failing = "") {
  const deleted: string[] = [];
  const forgotten: string[] = [];
  const state = { forget: ({ name }: Held) => forgotten.push(name) } as unknown as State;
  const provider = {
    create: () => Promise.reject(new Error("not here")),
    delete: (id: string) => (id === failing ? Promise.reject(new Error("still in use")) : Promise.resolve(void deleted.push(id))),
  };
  return { run: () => remove({} as Lab, state, { t: provider }, all), deleted, forgotten };
}

describe("removal", () => {
  const bucket = held("bucket");
  const object = held("object", { dependencies: ["urn:bucket"] });
  const rule = held("rule", { parent: "urn:object" });

  it("takes what depends on a thing, or stands below it, before the thing", () => {
    expect(removalOrder([bucket, object, rule]).map(({ name }) => name)).to.deep.equal(["rule", "object", "bucket"]);
  });

  it("forgets what is gone, and says what could not go", async () => {
    const { run, forgotten } = removing([bucket, object, rule], "object");
    expect(await run().then(() => "", (fault: Error) => fault.message)).to.equal("urn:object: still in use");
    expect(forgotten).to.deep.equal(["rule"]);
  });

  it("leaves what is to be kept, or goes with another, and forgets it", async () => {
    const { run, deleted, forgotten } = removing([bucket, held("kept", { retainOnDelete: true }), held("with", { deletedWith: "urn:bucket" })]);
    await run();
    expect([deleted, forgotten]).to.deep.equal([["bucket"], ["with", "bucket", "kept"]]);
  });

  it("touches nothing when some of it is protected, and names that", async () => {
    const { run, deleted } = removing([object, held("vault", { protect: true })]);
    expect(await run().then(() => "", (fault: Error) => fault.message)).to.match(/^Protected, and so not deleted: urn:vault\./);
    expect(deleted).to.deep.equal([]);
  });
});
