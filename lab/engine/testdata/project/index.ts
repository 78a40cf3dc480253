/** A small program that uses every feature of the engine once; its tests read what comes of it. */
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const provider = new aws.Provider("aws", {
  region: new pulumi.Config("aws").require("region") as aws.Region,
  defaultTags: { tags: { Project: "fixture", ...config.requireObject<Record<string, string>>("tags") } },
});

class Shelf extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("fixture:index:Shelf", name, {}, opts);
    const own = { parent: this };
    this.bucket = new aws.s3.Bucket(`${name}-books`, { forceDestroy: true, tags: { Owner: "shelf" } }, own);
    new aws.s3.BucketObjectv2(`${name}-text`, {
      bucket: this.bucket.bucket, key: "a.txt", source: new pulumi.asset.StringAsset(config.require("greeting")),
    }, { ...own, dependsOn: this.bucket });
    this.registerOutputs({ bucket: this.bucket.bucket });
    if (config.getBoolean("refuse")) throw new pulumi.ResourceError("width is 0; set 1 to 9\nheight is -1; set 1 to 9", this);
  }
}

export = async () => {
  const shelf = new Shelf("shelf", { providers: [provider], aliases: [{ name: "rack" }] });
  const account = await aws.getCallerIdentity({}, { provider });
  const password = config.getSecret("password") ?? pulumi.secret("swordfish");
  const secret = new aws.secretsmanager.Secret("login", { name: "fixture/login" }, { provider, protect: true });
  new aws.secretsmanager.SecretVersion("login", { secretId: secret.id, secretString: pulumi.jsonStringify({ password }) }, { provider });
  const role = new aws.iam.Role("reader", { assumeRolePolicy: "{}" }, { provider });
  new aws.lambda.Function("count", {
    role: role.arn, handler: "index.handler", runtime: "nodejs22.x",
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = async () => 1;") }),
    environment: { variables: { BUCKET: shelf.bucket.bucket } },
  }, { provider, transforms: [({ props, opts }) => ({ props: { ...props, timeout: 7 }, opts })] });
  const network = new awsx.ec2.Vpc("net", {
    cidrBlock: "10.1.0.0/16", numberOfAvailabilityZones: 2, natGateways: { strategy: "None" }, subnetStrategy: "Auto", subnetSpecs: [{ type: "Isolated" }],
  }, { providers: [provider], transforms: [({ type, props, opts }) => (type === "aws:ec2/subnet:Subnet" ? { props: { ...props, enableDns64: true }, opts } : undefined)] });
  if (config.getBoolean("unlisted")) new aws.chime.VoiceConnector("phone", { requireEncryption: true }, { provider });
  return {
    bucket: shelf.bucket.bucket, account: account.accountId, password, subnets: network.isolatedSubnetIds,
    image: aws.sagemaker.getPrebuiltEcrImageOutput({ repositoryName: "randomcutforest" }, { provider }).registryPath,
    topology: network.vpc.cidrBlock,
  };
};
