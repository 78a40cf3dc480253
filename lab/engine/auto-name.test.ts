import { expect } from "chai";
import { autoName, renamed } from "./auto-name";

const name = (type: string, logical: string, inputs = {}) => autoName(type, logical, inputs, () => "0123abc");

describe("a name that is left out", () => {
  it("is the logical name and seven hex digits", () => {
    expect(name("aws:glue/job:Job", "curate")).to.deep.equal({ inputs: { name: "curate-0123abc" }, property: "name" });
  });

  it("of a bucket has no capitals, and that of a key's alias its prefix", () => {
    expect(name("aws:s3/bucket:Bucket", "Raw").inputs).to.deep.equal({ bucket: "raw-0123abc" });
    expect(name("aws:kms/alias:Alias", "lake").inputs).to.deep.equal({ name: "alias/lake-0123abc" });
  });

  it("begins with the prefix where one is given, and is not touched where it is", () => {
    expect(name("aws:iam/role:Role", "r", { namePrefix: "team-" }).inputs).to.deep.equal({ namePrefix: "team-", name: "team-0123abc" });
    expect(name("aws:iam/role:Role", "r", { name: "" })).to.deep.equal({ inputs: { name: "" } });
  });

  it("is refused where it would be longer than AWS allows", () => {
    expect(() => name("aws:iam/role:Role", "x".repeat(57))).to.throw(/longer than 64 characters; give it a shorter name/);
  });

  it("is not made up for what has none", () => {
    expect(["aws:ec2/vpc:Vpc", "aws:cognito/userGroup:UserGroup", "aws:iot/topicRule:TopicRule"].map((type) => name(type, "x").property)).to.deep.equal([undefined, "name", "name"]);
  });

  it("is another one after a replacement, and the same for the same resource", () => {
    expect(renamed("job-0123abc", "urn", 1)).to.match(/^job-[0-9a-f]{7}$/).and.to.equal(renamed("job-0123abc", "urn", 1)).and.to.not.equal(renamed("job-0123abc", "urn", 2));
  });
});
