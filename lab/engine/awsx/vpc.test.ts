import { expect } from "chai";
import type { Registration } from "../wire";
import { expandVpc } from "./vpc";

const of: Registration = {
  type: "awsx:ec2:Vpc", name: "net", parent: "", custom: false, remote: true, dependencies: [], propertyDependencies: {}, provider: "", providers: {}, deleteBeforeReplace: false,
  inputs: { cidrBlock: "10.1.0.0/16", numberOfAvailabilityZones: 2, natGateways: { strategy: "None" }, subnetStrategy: "Auto", subnetSpecs: [{ type: "Isolated" }] },
  ignoreChanges: [], replaceOnChanges: [], aliases: [], additionalSecretOutputs: [], importId: "", deletedWith: "", transforms: [],
};

describe("the network of awsx", () => {
  it("says that each of its outputs is made from the VPC and all subnets, so that what uses it is joined to them", async () => {
    const made: string[] = [];
    const { outputs, outputDependencies } = await expandVpc(of, "urn:net", ["a", "b", "c"], ({ type, name }) => {
      made.push(`${type} ${name}`);
      return Promise.resolve({ urn: `${type} ${name}`, outputs: {} });
    });
    expect(outputDependencies.vpcId).to.deep.equal(["aws:ec2/vpc:Vpc net", "aws:ec2/subnet:Subnet net-isolated-1", "aws:ec2/subnet:Subnet net-isolated-2"]);
    expect(Object.keys(outputDependencies)).to.deep.equal(Object.keys(outputs));
    expect(made).to.include.members(outputDependencies.isolatedSubnetIds!);
  });
});
