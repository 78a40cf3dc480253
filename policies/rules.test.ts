import { expect } from "chai";
import { violations } from "./rule";
import { rules } from "./rules";
import { type Props, type Seen, Stack, UNKNOWN } from "./stack";
import { jdbcPort } from "./network/groups";

type Dependencies = Record<string, string[]>;
const one = (type: string, name: string, props: Props = {}, dependencies: Dependencies = {}): Seen => ({ urn: `urn:${name}`, type, name, props, dependencies });
/** The rules that these tests are about; the table asks all of them. */
const about = rules.filter(({ name }) => /^name-|^st-name-0[13]$|^net-(sg-world|db-port)$|^s3-(sse|pab|tls)$/.test(name));
const fired = (...resources: Seen[]): string[] => violations(new Stack(resources), about).map(({ policy }) => policy);
const allowed = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const tls = JSON.stringify({ Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"], Condition: { Bool: { "aws:SecureTransport": "false" } } }] });

const ofBucket = { bucket: ["urn:b"] };
const bucket = one("aws:s3/bucket:Bucket", "b");
const encryption = one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "e",
  { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] }, ofBucket);
const block = (props: Props) => one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "p", props, ofBucket);
const policy = (text: string) => one("aws:s3/bucketPolicy:BucketPolicy", "t", { policy: text }, ofBucket);

const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const glue = one(GROUP, "glue");
const database = one(GROUP, "database");
const connection = one("aws:glue/connection:Connection", "c", { connectionProperties: { JDBC_CONNECTION_URL: "jdbc:sqlserver://db:1433;databaseName=h" } },
  { physicalConnectionRequirements: ["urn:glue"] });
const self = one(INGRESS, "self", { ipProtocol: "tcp", fromPort: 0, toPort: 65535 }, { securityGroupId: ["urn:glue"], referencedSecurityGroupId: ["urn:glue"] });
const fromGlue = one(INGRESS, "in", { ipProtocol: "tcp", fromPort: 1433, toPort: 1433 }, { securityGroupId: ["urn:database"], referencedSecurityGroupId: ["urn:glue"] });

describe("the rules", () => {
  it("have a name of their own each", () => {
    expect(new Set(rules.map(({ name }) => name)).size).to.equal(rules.length).and.above(7);
  });

  it("take a database's name by letters, digits and _ only, and want it set", () => {
    const named = (name: unknown) => fired(one("aws:glue/catalogDatabase:CatalogDatabase", "d", { name }));
    expect(named("raw_temperatures")).to.deep.equal([]);
    expect(named("raw-temperatures")).to.deep.equal(["st-name-01"]);
    expect(named("order")).to.deep.equal(["st-name-01"]);
    expect(named(undefined)).to.deep.equal(["st-name-01"]);
    expect(named(UNKNOWN)).to.deep.equal(["undecided"]);
  });

  it("read every column and partition key", () => {
    const table = (columns: string[], keys: string[]) => fired(one("aws:glue/catalogTable:CatalogTable", "t",
      { name: "t", storageDescriptor: { columns: columns.map((name) => ({ name })) }, partitionKeys: keys.map((name) => ({ name })) }));
    expect(table(["room_id"], ["day"])).to.deep.equal([]);
    expect(table(["room-id"], ["day"])).to.deep.equal(["st-name-01"]);
    expect(table(["room_id"], ["the-day"])).to.deep.equal(["st-name-01"]);
    expect(table(["day"], ["day"])).to.deep.equal(["st-name-03"]);
  });

  it("keep hyphens out of what crawlers make", () => {
    const crawler = (props: Props) => fired(one("aws:glue/crawler:Crawler", "c", { databaseName: "source_history", ...props }));
    expect(crawler({ tablePrefix: "x_" })).to.deep.equal([]);
    expect(crawler({ tablePrefix: "x-" })).to.deep.equal(["name-crawler-output"]);
  });

  it("let nobody in from the world, however the rule is written", () => {
    const world = ["0.0.0.0/0"];
    expect(fired(one(GROUP, "g", { ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: world }] }))).to.deep.equal(["net-sg-world"]);
    expect(fired(one(GROUP, "g"), one("aws:ec2/securityGroupRule:SecurityGroupRule", "r", { type: "ingress", protocol: "tcp", fromPort: 1, toPort: 2, ipv6CidrBlocks: ["::/0"] }, { securityGroupId: ["urn:g"] }))).to.deep.equal(["net-sg-world"]);
    expect(fired(one(GROUP, "g"), one(INGRESS, "r", { ipProtocol: "tcp", cidrIpv4: "0.0.0.0/0" }, { securityGroupId: ["urn:g"] }))).to.deep.equal(["net-sg-world"]);
    expect(fired(one(GROUP, "g", { egress: [{ cidrBlocks: world }] }), one(INGRESS, "r", { cidrIpv4: "10.0.0.0/8" }, { securityGroupId: ["urn:g"] }))).to.deep.equal([]);
  });

  it("open the database's port to the Glue group only", () => {
    expect(fired(glue, database, connection, self, fromGlue)).to.deep.equal([]);
    const range = one(INGRESS, "in", { ipProtocol: "tcp", fromPort: 1400, toPort: 1500, cidrIpv4: "10.9.0.0/16" }, { securityGroupId: ["urn:database"] });
    expect(fired(glue, database, connection, self, range)).to.deep.equal(["net-db-port"]);
    expect(fired(glue, database, connection, self, { ...range, props: { ...range.props, fromPort: 443, toPort: 443 } })).to.deep.equal([]);
  });

  it("know the port of each engine's URL", () => {
    expect(jdbcPort("jdbc:sqlserver://h;databaseName=d")).to.equal(1433);
    expect(jdbcPort("jdbc:oracle:thin://@h:1522/s")).to.equal(1522);
    expect(jdbcPort("jdbc:postgresql://h:5433/d")).to.equal(5433);
  });

  it("want encryption, the public access block and TLS of each bucket", () => {
    expect(fired(bucket, encryption, block(allowed), policy(tls))).to.deep.equal([]);
    expect(fired(bucket, block(allowed), policy(tls))).to.deep.equal(["s3-sse"]);
    expect(fired(bucket, encryption, block({ ...allowed, ignorePublicAcls: false }), policy(tls))).to.deep.equal(["s3-pab"]);
    expect(fired(bucket, encryption, block(allowed), policy(tls.replace("Deny", "Allow")))).to.deep.equal(["s3-tls"]);
    expect(fired(bucket, encryption, block(allowed), policy(UNKNOWN))).to.deep.equal(["undecided"]);
  });

  it("do not take another bucket's settings for this one's", () => {
    expect(fired(bucket, { ...encryption, dependencies: { bucket: ["urn:other"] } }, block(allowed), policy(tls))).to.deep.equal(["s3-sse"]);
  });
});
