import { expect } from "chai";
import type { Lab } from "../../lab";
import { typeFacts } from "../type-facts";
import { recorded } from "./recorded";

const lab = { account: "000000000000", region: "eu-central-1" } as Lab;
const resource = (type: string, name = "reader") => ({ lab, urn: `urn:pulumi:local::p::${type}::${name}`, type, name });
const made = (type: string, inputs: object) => recorded[type]!.create(inputs, resource(type));

describe("what the lab only writes down", () => {
  it("is of types that the SDK has", () => {
    expect(Object.keys(recorded).filter((type) => !typeFacts(type))).to.deep.equal([]);
  });

  it("has an ARN wherever AWS gives it one", async () => {
    const withArn = Object.keys(recorded).filter((type) => typeFacts(type)?.outputs.has("arn"));
    const arns = await Promise.all(withArn.map(async (type) => [type, String((await made(type, { name: "n" })).outputs.arn)]));
    expect(arns.filter(([, arn]) => !/^arn:aws:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:.+/.test(arn ?? ""))).to.deep.equal([]);
  });

  it("has ids of the form that AWS gives them, the same for the same resource", async () => {
    const role = await made("aws:iam/role:Role", { name: "reader-0123abc", path: "/team/" });
    expect([role.id, role.outputs.arn]).to.deep.equal(["reader-0123abc", "arn:aws:iam::000000000000:role/team/reader-0123abc"]);
    const vpc = await made("aws:ec2/vpc:Vpc", {});
    expect(vpc.id).to.match(/^vpc-[0-9a-f]{17}$/).and.to.equal((await made("aws:ec2/vpc:Vpc", {})).id);
    expect(vpc.outputs.arn).to.equal(`arn:aws:ec2:eu-central-1:000000000000:vpc/${vpc.id}`);
  });

  it("is replaced when what its id is made of changes, and else keeps its id", async () => {
    const parameter = recorded["aws:ssm/parameter:Parameter"]!;
    expect(parameter.replaceOn).to.deep.equal(["name"]);
    expect(await parameter.update!("/x", { name: "/x", value: "3" }, {}, resource("aws:ssm/parameter:Parameter"))).to.deep.equal({ arn: "arn:aws:ssm:eu-central-1:000000000000:parameter//x", version: 1 });
  });
});
