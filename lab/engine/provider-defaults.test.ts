import { expect } from "chai";
import { defaultsOf, standardOutputs, tagged } from "./provider-defaults";
import { typeFacts } from "./type-facts";
import { UNKNOWN } from "./values";

describe("a provider's defaults", () => {
  const { region, tags } = defaultsOf({ region: "eu-west-1", defaultTags: '{"tags":{"Project":"p","Owner":"team"}}' });

  it("are read from its inputs, where objects are text", () => {
    expect([region, tags]).to.deep.equal(["eu-west-1", { Project: "p", Owner: "team" }]);
    expect(defaultsOf({ defaultTags: UNKNOWN }).tags).to.deep.equal({});
  });

  it("stand beneath the tags of a resource, and only where tags can be", () => {
    expect(tagged("aws:s3/bucket:Bucket", { tags: { Owner: "me" } }, tags).tags).to.deep.equal({ Project: "p", Owner: "me" });
    expect(tagged("aws:s3/bucketPolicy:BucketPolicy", { policy: "{}" }, tags)).to.deep.equal({ policy: "{}" });
  });

  it("leave tags that are not known yet alone", () => {
    expect(tagged("aws:s3/bucket:Bucket", { tags: UNKNOWN }, tags).tags).to.equal(UNKNOWN);
  });

  it("come out as all tags and the region", () => {
    expect(standardOutputs("aws:s3/bucket:Bucket", { tags: { a: "b" } }, "eu-west-1")).to.deep.equal({ tagsAll: { a: "b" }, region: "eu-west-1" });
    expect(standardOutputs("aws:iam/role:Role", {}, "eu-west-1")).to.deep.equal({ tagsAll: {} });
  });
});

describe("facts of a type", () => {
  it("say what it takes, what it must be given, and what only AWS knows", () => {
    const facts = typeFacts("aws:secretsmanager/secretVersion:SecretVersion");
    expect([...(facts?.required ?? [])]).to.deep.equal(["secretId"]);
    expect(facts?.inputs.has("secretString")).to.equal(true);
    expect([...(facts?.outputs ?? [])]).to.have.members(["arn", "hasSecretStringWo", "secretArn", "versionId"]);
  });

  it("are unknown for a type that the SDK does not have", () => {
    expect([typeFacts("aws:s3/nope:Nope"), typeFacts("random:index/id:Id")]).to.deep.equal([undefined, undefined]);
  });
});
