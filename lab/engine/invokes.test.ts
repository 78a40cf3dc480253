import { expect } from "chai";
import { answer, NOT_OFFLINE } from "./invokes";

const preview = { account: "123456789012", region: "eu-west-1", dryRun: true };

describe("a function call of the program", () => {
  it("is answered with the zones of the stack's region", () => {
    expect(answer("aws:index/getAvailabilityZones:getAvailabilityZones", {}, preview)).to.deep.include({ names: ["eu-west-1a", "eu-west-1b", "eu-west-1c"] });
  });

  it("finds the image of Random Cut Forest where AWS lists one, and leaves any other unknown", () => {
    const image = (args: object) => answer("aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage", args, preview);
    expect(image({ repositoryName: "randomcutforest" })).to.deep.include({ registryPath: "438346466558.dkr.ecr.eu-west-1.amazonaws.com/randomcutforest:1" });
    expect([image({ repositoryName: "kmeans" }), image({ repositoryName: "randomcutforest", region: "mars-1" })]).to.deep.equal([NOT_OFFLINE, NOT_OFFLINE]);
  });

  it("writes a policy document out", () => {
    const { json } = answer("aws:iam/getPolicyDocument:getPolicyDocument", {
      statements: [{
        actions: ["s3:GetObject"], resources: ["a", "b"], principals: [{ type: "Service", identifiers: ["x.amazonaws.com"] }],
        conditions: [{ test: "StringEquals", variable: "aws:SourceAccount", values: ["1"] }],
      }],
    }, preview) as { json: string };
    expect(JSON.parse(json)).to.deep.equal({
      Version: "2012-10-17",
      Statement: [{
        Effect: "Allow", Action: "s3:GetObject", Resource: ["a", "b"], Principal: { Service: "x.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "1" } },
      }],
    });
  });

  it("that only an account can answer is unknown at preview and refused by name in the lab", () => {
    expect(answer("aws:ssm/getParameter:getParameter", {}, preview)).to.equal(NOT_OFFLINE);
    expect(() => answer("aws:ssm/getParameter:getParameter", {}, { ...preview, dryRun: false })).to.throw(/aws:ssm\/getParameter:getParameter can only be answered by an AWS account/);
    expect(() => answer("aws:ec2/getVpc:getVpc", {}, preview)).to.throw(/aws:ec2\/getVpc:getVpc needs an AWS account/);
  });
});
