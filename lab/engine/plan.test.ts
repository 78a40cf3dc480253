import { expect } from "chai";
import { join } from "node:path";
import { evaluate, type Evaluated } from "./plan";
import { shownInputs } from "./shown";
import { secret, UNKNOWN } from "./values";

const root = join(__dirname, "testdata", "project");
const fault = (stack: string, configOverrides = {}) => evaluate({ stack, root, configOverrides, policies: false }).then(() => "", (thrown: Error) => thrown.message);

describe("a plan of the fixture program", () => {
  let plan: Evaluated;
  const find = (name: string, kind = "") => plan.resources.find((one) => one.name === name && one.type.endsWith(kind))!;

  before(async function () {
    this.timeout(60_000);
    plan = await evaluate({ stack: "test", root });
  });

  it("names resources by their parents and says what each depends on", () => {
    const text = find("shelf-text");
    expect(text.urn).to.equal("urn:pulumi:test::fixture::fixture:index:Shelf$aws:s3/bucketObjectv2:BucketObjectv2::shelf-text");
    expect(text.parent).to.equal("urn:pulumi:test::fixture::fixture:index:Shelf::shelf");
    expect(text.propertyDependencies.bucket).to.deep.equal([find("shelf-books").urn]);
    expect(text.dependencies).to.deep.equal([find("shelf-books").urn]);
  });

  it("holds inputs as the provider would check them: tags merged, names made up, the rest of AWS unknown", () => {
    const { bucket, tags } = find("shelf-books").inputs;
    expect(bucket).to.match(/^shelf-books-[0-9a-f]{7}$/);
    expect(tags).to.deep.equal({ Project: "fixture", Owner: "shelf" });
    expect(find("count").inputs).to.deep.include({ role: UNKNOWN, timeout: 7, environment: { variables: { BUCKET: bucket as string } } });
  });

  it("holds no secret in the clear, and files by their hash", () => {
    expect(find("login", ":SecretVersion").inputs.secretString).to.deep.include({ value: "[secret]" });
    expect(JSON.stringify(plan.resources)).to.not.contain("swordfish");
    expect(find("shelf-text").inputs.source).to.deep.include({ hash: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" });
  });

  it("foresees ids and ARNs for the rules, in the form that AWS gives them, and keeps them apart from what is known", () => {
    const { name } = find("reader", ":Role").inputs;
    expect(find("count").foreseen).to.include({ role: `arn:aws:iam::123456789012:role/${name as string}` });
    expect(find("net-isolated-2", ":Subnet").foreseen!.vpcId).to.match(/^vpc-[0-9a-f]{17}$/);
    expect(find("login", ":SecretVersion").foreseen).to.not.have.property("secretString");
    expect(find("shelf").foreseen).to.equal(undefined);
  });

  it("shows where a connection leads and which secret it uses, and no login", () => {
    const shown = shownInputs("aws:glue/connection:Connection", { connectionProperties: secret({
      JDBC_CONNECTION_URL: "jdbc:sqlserver://reader:swordfish@db:1433;databaseName=d;password=swordfish", SECRET_ID: "arn:s", PASSWORD: "swordfish",
    }) });
    expect(shown.connectionProperties).to.deep.equal({
      JDBC_CONNECTION_URL: "jdbc:sqlserver://[secret]@db:1433;databaseName=d;password=[secret]", SECRET_ID: "arn:s", PASSWORD: "[secret]",
    });
  });

  it("says what is protected", () => {
    expect(plan.resources.filter(({ protect }) => protect).map(({ name, type }) => [name, type])).to.deep.equal([["login", "aws:secretsmanager/secret:Secret"]]);
  });

  it("shows awsx's network as what it is made of", () => {
    const subnet = find("net-isolated-2", ":Subnet");
    expect(subnet.urn).to.equal("urn:pulumi:test::fixture::awsx:ec2:Vpc$aws:ec2/vpc:Vpc$aws:ec2/subnet:Subnet::net-isolated-2");
    expect(subnet.inputs).to.deep.include({ cidrBlock: "10.1.128.0/17", availabilityZone: "eu-west-1b", vpcId: UNKNOWN });
    expect([subnet.inputs.enableDns64, find("net", ":Vpc").inputs.enableDns64], "its transform reaches what it makes").to.deep.equal([true, undefined]);
    expect(plan.resources.filter(({ type }) => type.startsWith("aws:ec2/")).length).to.equal(8);
  });

  it("is judged by the policy pack, with the defaults of its settings", () => {
    expect(plan.violations).to.deep.equal([
      { policy: "bucket-owner", level: "mandatory", urn: find("shelf-books").urn, message: "The owner is shelf; set librarian" },
      { policy: "one-role", level: "advisory", urn: find("reader").urn, message: "There is one role, as there should be" },
    ]);
  });

  it("of a program that refuses is its faults alone, and an encrypted setting no fault", async function () {
    this.timeout(60_000);
    expect(await fault("sealed", { tags: {}, refuse: true })).to.equal("shelf (Shelf): width is 0; set 1 to 9\nheight is -1; set 1 to 9");
  });
});
