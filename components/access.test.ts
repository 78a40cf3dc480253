import { expect } from "chai";
import * as aws from "@pulumi/aws";
import { type Resource } from "@pulumi/pulumi";
import { mayGetObjects, mayPublish, mayPutObjects, mayReadCatalog, mayStartJob, serviceRole, type Permission } from "./access";
import { PrivateBucket } from "./private-bucket";
import { registered } from "./testing";

const policyOf = async (permissions: (opts: { parent: Resource }) => Permission[], service = "glue.amazonaws.com") => {
  const found = await registered((opts) => serviceRole("job", service, permissions(opts), opts));
  return {
    policy: JSON.parse(found.get("aws:iam/rolePolicy:RolePolicy job").policy).Statement,
    trust: JSON.parse(found.get("aws:iam/role:Role job").assumeRolePolicy).Statement[0],
  };
};

describe("permissions as sentences", () => {
  it("name one prefix of one bucket, and no key where the bucket has none", async () => {
    const { policy } = await policyOf((opts) => [mayGetObjects(new PrivateBucket("raw", {}, opts), "temperatures/")]);
    expect(policy).to.deep.equal([{ Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:raw/temperatures/*" }]);
  });

  it("bring the key of a bucket along", async () => {
    const { policy } = await policyOf((opts) => {
      const key = new aws.kms.Key("lake", {}, opts);
      return [mayPutObjects(new PrivateBucket("raw", { key }, opts), "rejected/")];
    });
    expect(policy[1]).to.deep.equal({ Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: "arn:lake" });
  });

  it("name catalogue, database and tables together", async () => {
    const { policy } = await policyOf((opts) => [mayReadCatalog(new aws.glue.CatalogDatabase("db", { name: "raw_temperatures" }, opts), ["temperatures"])]);
    const at = "arn:aws:glue:eu-central-1:123456789012";
    expect(policy[0].Resource).to.deep.equal([`${at}:catalog`, `${at}:database/raw_temperatures`, `${at}:table/raw_temperatures/temperatures`]);
  });

  it("let nobody do everything", async () => {
    const { policy } = await policyOf((opts) => {
      const topic = new aws.sns.Topic("told", {}, opts);
      const job = new aws.glue.Job("work", { roleArn: "arn:role", command: { scriptLocation: "s3://a/b" } }, opts);
      return [mayPublish(topic), mayStartJob(job)];
    });
    expect(policy.flatMap((each: { Action: string[] }) => each.Action).filter((action: string) => action.includes("*"))).to.deep.equal([]);
    expect(policy.map((each: { Resource: string }) => each.Resource)).to.deep.equal(["arn:told", "arn:work"]);
  });
});

describe("serviceRole", () => {
  it("trusts the service on behalf of this account only", async () => {
    const { trust } = await policyOf(() => []);
    expect(trust).to.deep.equal({
      Effect: "Allow", Principal: { Service: "glue.amazonaws.com" }, Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
  });

  it("asks no account of EC2, which tells none", async () => {
    const { trust } = await policyOf(() => [], "ec2.amazonaws.com");
    expect(trust).not.to.have.property("Condition");
  });

  it("keeps the account when a condition is added", async () => {
    const found = await registered((opts) => serviceRole("job", "glue.amazonaws.com", [], opts, { conditions: { StringEquals: { "sts:ExternalId": "x" } } }));
    const [{ Condition }] = JSON.parse(found.get("aws:iam/role:Role job").assumeRolePolicy).Statement;
    expect(Condition.StringEquals).to.deep.equal({ "aws:SourceAccount": "123456789012", "sts:ExternalId": "x" });
  });
});
