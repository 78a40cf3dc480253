import { expect } from "chai";
import { violations } from "../rule";
import { type Copy, like } from "../testing";
import { databaseOnlyForGlue } from "./groups";

/** What the rule of the database's port says of a stack with this fault. */
async function said(stack: string, fault: (copy: Copy) => void, config?: Record<string, unknown>): Promise<string[]> {
  return violations(await like(stack, fault, config), [databaseOnlyForGlue]).map(({ message }) => message);
}

const lets = (securityGroupId: unknown, source: object, port = 1433) => (copy: Copy): void => copy.add({
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name: "more", props: { securityGroupId, ipProtocol: "tcp", fromPort: port, toPort: port, ...source },
});
const role = { "sensorlake:source": { network: { accountId: "210987654321", region: "eu-west-1", roleArn: "arn:aws:iam::210987654321:role/peering" } } };
const outside = "sg-0123456789abcdef0";

describe("the database's port", function () {
  this.timeout(60_000);

  it("is Glue's by group, or by Glue's range where groups of another region are not known by id", async () => {
    expect(await said("dev", () => undefined)).to.deep.equal([]);
    expect(await said("prod", () => undefined, role)).to.deep.equal([]);
    const byRange = await said("prod", lets(outside, { cidrIpv4: "10.66.0.0/24" }));
    expect(byRange, "where they are known, a range lets in what is no worker").to.deep.equal([`${outside} opens the database's port to others than the Glue group; let it in from that group only`]);
  });

  it("is told of once, in a group of the stack and in one that stands outside it", async () => {
    expect(await said("prod", lets(outside, { cidrIpv4: "10.9.0.0/16" }), role)).to.have.length(1);
    const own = await said("dev", (copy) => lets(copy.the("SecurityGroup", "source-database").props.id, { cidrIpv4: "10.9.0.0/16" })(copy));
    expect(own).to.deep.equal(["source-database opens the database's port to others than the Glue group; let it in from that group only"]);
  });

  it("is not asked of groups that are not the database's, nor of other ports", async () => {
    expect(await said("dev", (copy) => {
      copy.add({ type: "aws:ec2/securityGroup:SecurityGroup", name: "other", props: { id: "sg-other", vpcId: "vpc-other" } });
      lets("sg-other", { cidrIpv4: "10.9.0.0/16" })(copy);
    })).to.deep.equal([]);
    expect(await said("prod", lets(outside, { cidrIpv4: "10.9.0.0/16" }, 3389))).to.deep.equal([]);
  });
});
