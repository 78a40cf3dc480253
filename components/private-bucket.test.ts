import { expect } from "chai";
import * as aws from "@pulumi/aws";
import { PrivateBucket, type PrivateBucketArgs } from "./private-bucket";
import { registered } from "./testing";

const build = (args: PrivateBucketArgs = {}) => registered((opts) => new PrivateBucket("raw", args, opts));

describe("PrivateBucket", () => {
  it("blocks every way to make it public", async () => {
    const closed = (await build()).get("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock raw-closed");
    expect(closed).to.include({ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true });
  });

  it("refuses what does not come over TLS", async () => {
    const { policy } = (await build()).get("aws:s3/bucketPolicy:BucketPolicy raw-tls");
    const [statement] = JSON.parse(policy).Statement;
    expect(statement).to.deep.include({ Effect: "Deny", Resource: ["arn:raw", "arn:raw/*"], Condition: { Bool: { "aws:SecureTransport": "false" } } });
  });

  it("encrypts with the customer key it is given, and with S3's own otherwise", async () => {
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration raw-encryption";
    const keyed = await registered((opts) => new PrivateBucket("raw", { key: new aws.kms.Key("lake", {}, opts) }, opts));
    expect((await build()).get(type).rules[0].applyServerSideEncryptionByDefault).to.deep.equal({ sseAlgorithm: "AES256" });
    expect(keyed.get(type).rules[0].applyServerSideEncryptionByDefault).to.deep.equal({ sseAlgorithm: "aws:kms", kmsMasterKeyId: "arn:lake" });
  });

  it("goes with its objects only where it is not protected", async () => {
    expect((await build()).get("aws:s3/bucket:Bucket raw").forceDestroy).to.equal(true);
    expect((await build({ protect: true })).get("aws:s3/bucket:Bucket raw").forceDestroy).to.equal(false);
  });

  it("refuses bad days, naming every fault", async () => {
    const fault = await build({ noncurrentDays: 0, expire: [{ prefix: "tmp/", days: 0.5 }] }).then(() => "", String);
    expect(fault).to.match(/noncurrentDays is 0; set .*\nexpire of tmp\/ is 0.5; set/);
  });
});
