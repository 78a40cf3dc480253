import { expect } from "chai";
import { changeOf, keeping } from "./change";
import { ASSET, secret, SIGNATURE } from "./values";

const provider = { replaceOn: ["name"], update: () => Promise.resolve({}) };
const change = (deployed: object | undefined, inputs: object, more = {}, by: object = provider) =>
  changeOf(deployed as never, { inputs, ignoreChanges: [], replaceOnChanges: [], ...more }, by);

describe("a change", () => {
  it("is a creation where nothing is, and nothing where nothing differs", () => {
    expect(change(undefined, {}).kind).to.equal("create");
    expect(change({ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }).kind).to.equal("same");
  });

  it("is an update, or a replacement where the type says so, the program says so, or there is no update", () => {
    expect(change({ name: "a", size: 1 }, { name: "a", size: 2 })).to.deep.equal({ kind: "update", changed: ["size"] });
    expect(change({ name: "a" }, { name: "b" })).to.deep.equal({ kind: "replace", changed: ["name"] });
    expect(change({ size: 1 }, { size: 2 }, { replaceOnChanges: ["size"] }).kind).to.equal("replace");
    expect(change({ size: 1 }, {}, {}, { replaceOn: [] }).kind).to.equal("replace");
    expect(change({ size: 1 }, {}, {}, { ...provider, replaceOn: ["*"] }).kind).to.equal("replace");
  });

  it("does not mind where a file lies, only what is in it", () => {
    const file = (path: string, hash: string) => ({ source: { [SIGNATURE]: ASSET, path, hash } });
    expect(change(file("a", "1"), file("b", "1")).kind).to.equal("same");
    expect(change(file("a", "1"), file("a", "2")).kind).to.equal("update");
  });

  it("sees a secret that changed, and not that it became one", () => {
    expect(change({ a: secret("x") }, { a: secret("y") }).kind).to.equal("update");
    expect(change({ a: "x" }, { a: secret("x") }).kind).to.equal("same");
  });

  it("leaves alone what the program ignores", () => {
    const deployed = { tags: { a: 1 }, env: { variables: { x: 1 }, other: 1 } };
    const wished = { tags: { b: 2 }, env: { variables: { x: 2 }, other: 2 }, fresh: 1 };
    expect(keeping(wished, deployed, ["tags", "env.variables", "fresh"])).to.deep.equal({ tags: { a: 1 }, env: { variables: { x: 1 }, other: 2 } });
    expect(keeping(wished, undefined, ["tags"])).to.equal(wished);
  });
});
