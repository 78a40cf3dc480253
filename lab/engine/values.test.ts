import { expect } from "chai";
import { canonical, hasSecret, hasUnknown, markedLike, masked, opened, reference, secret, settled, SIGNATURE, UNKNOWN } from "./values";

const output = (rest: object) => ({ [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...rest });

describe("values", () => {
  it("take off the wrapping of outputs, keeping what is secret and what is unknown", () => {
    const inputs = { a: output({ value: 1 }), b: output({}), c: [output({ value: "x", secret: true })] };
    expect(settled(inputs)).to.deep.equal({ a: 1, b: UNKNOWN, c: [secret("x")] });
  });

  it("turn a reference into its id, and one without an id yet into an unknown", () => {
    expect(settled([reference("urn:a", "t", "n", "vpc-1"), reference("urn:a", "t", "n", undefined)])).to.deep.equal(["vpc-1", UNKNOWN]);
  });

  it("black out a secret whole, however deep it stands", () => {
    const text = JSON.stringify(masked({ a: { b: [secret({ password: "swordfish" })] } }));
    expect(text).to.contain('"value":"[secret]"');
    expect(text).to.not.contain("swordfish");
  });

  it("lay a secret open for whoever has to hand it on", () => {
    expect(opened({ a: secret({ b: secret(1) }) })).to.deep.equal({ a: { b: 1 } });
  });

  it("find unknowns and secrets at any depth", () => {
    expect([hasUnknown({ a: [UNKNOWN] }), hasUnknown({ a: 1 }), hasSecret([{ a: secret(1) }]), hasSecret([1])]).to.deep.equal([true, false, true, false]);
  });

  it("mark an output secret where its input is, and where the program says so", () => {
    expect(markedLike({ a: 1, b: 2, c: 3 }, { a: { x: secret(1) } }, ["b"])).to.deep.equal({ a: secret(1), b: secret(2), c: 3 });
  });

  it("write equal values as equal text, whatever the order of keys", () => {
    expect(canonical({ b: [{ d: 1, c: 2 }], a: 1 })).to.equal(canonical({ a: 1, b: [{ c: 2, d: 1 }] }));
  });
});
