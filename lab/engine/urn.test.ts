import { expect } from "chai";
import { childUrn, formerUrns, partsOf, stackUrn } from "./urn";

const block = "urn:pulumi:dev::p::p:index:Block::lake";

describe("a URN", () => {
  it("carries the types above it, of which the stack is none", () => {
    const root = stackUrn("dev", "p");
    expect(root).to.equal("urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev");
    expect(childUrn("dev", "p", root, "p:index:Block", "lake")).to.equal(block);
    expect(childUrn("dev", "p", block, "aws:s3/bucket:Bucket", "raw")).to.equal("urn:pulumi:dev::p::p:index:Block$aws:s3/bucket:Bucket::raw");
  });

  it("gives back what it was made of", () => {
    expect(partsOf(`${block}::x`)).to.deep.equal({ stack: "dev", project: "p", types: ["p:index:Block"], name: "lake::x" });
  });

  it("knows its former selves by name, by parent and by those of its parent", () => {
    const own = { stack: "dev", project: "p", parent: block, type: "t", name: "n" };
    const former = formerUrns(own, [{ name: "old" }, { noParent: true }, { urn: "urn:given" }], ["urn:pulumi:dev::p::p:index:Block::pond"]);
    expect(former).to.deep.equal([
      "urn:pulumi:dev::p::p:index:Block$t::old", "urn:pulumi:dev::p::p:index:Block$t::old", "urn:pulumi:dev::p::t::n", "urn:given", "urn:pulumi:dev::p::p:index:Block$t::n",
    ].filter((urn, i, all) => all.indexOf(urn) === i));
  });
});
