/**
 * PrivateBucket: a bucket that only this account reaches, over TLS only, encrypted, with its settings as resources of their
 * own (S3 splits them since @pulumi/aws 7).
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Block } from "./block";
import { bucketDefaults, withDefaults } from "./defaults";

export interface PrivateBucketArgs {
  /** Encrypts the objects; left out: S3's own key does. */
  key?: aws.kms.Key;
  /** Keep older versions of an object. */
  versioning?: boolean;
  /** Days that older versions are kept, at least 1. */
  noncurrentDays?: number;
  /** Days until the parts of an unfinished upload go, at least 1. */
  abortDays?: number;
  /** Refuse deletion; without it the bucket goes with all its objects when the stack goes. */
  protect?: boolean;
  /** Objects under a prefix that go after some days, at least 1. */
  expire?: { prefix: string; days: number }[];
  /** Where S3 logs who came; left out: nowhere. */
  accessLogs?: PrivateBucket | undefined;
  /** Services that may use the bucket beside this account's roles: statements of its policy, given the bucket's ARN. */
  statements?: (arn: pulumi.Output<string>) => object[];
}

export class PrivateBucket extends Block {
  readonly bucket: aws.s3.Bucket;
  /** The customer key of its objects, where it has one. */
  readonly key: aws.kms.Key | undefined;

  constructor(name: string, args: PrivateBucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("PrivateBucket", name, opts);
    const size = withDefaults(bucketDefaults, args);
    this.refuse(dayFaults({ ...size, ...Object.fromEntries((args.expire ?? []).map(({ prefix, days }) => [`expire of ${prefix}`, days])) }));

    this.key = args.key;
    this.bucket = new aws.s3.Bucket(name, { forceDestroy: !size.protect }, { ...this.own, protect: size.protect });
    this.encrypt();
    this.keep(size, args.expire ?? []);
    this.close(args.statements);
    if (args.accessLogs) this.logAccess(name, args.accessLogs);

    this.registerOutputs({ bucket: this.bucket.bucket, arn: this.bucket.arn });
  }

  private encrypt(): void {
    new aws.s3.BucketServerSideEncryptionConfiguration(this.child("encryption"), {
      bucket: this.bucket.bucket,
      rules: [{
        applyServerSideEncryptionByDefault: this.key ? { sseAlgorithm: "aws:kms", kmsMasterKeyId: this.key.arn } : { sseAlgorithm: "AES256" },
        bucketKeyEnabled: Boolean(this.key),
      }],
    }, this.own);
  }

  /** What stays, and for how long. */
  private keep({ versioning, noncurrentDays, abortDays }: typeof bucketDefaults, expire: { prefix: string; days: number }[]): void {
    const versions = new aws.s3.BucketVersioning(this.child("versioning"), {
      bucket: this.bucket.bucket,
      versioningConfiguration: { status: versioning ? "Enabled" : "Suspended" },
    }, this.own);
    new aws.s3.BucketLifecycleConfiguration(this.child("lifecycle"), {
      bucket: this.bucket.bucket,
      rules: [
        {
          id: "leftovers", status: "Enabled", filter: { prefix: "" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: abortDays },
          noncurrentVersionExpiration: { noncurrentDays },
        },
        ...expire.map(({ prefix, days }) => ({ id: `expire ${prefix}`, status: "Enabled", filter: { prefix }, expiration: { days } })),
      ],
      // Versions must be on before a rule counts their days: S3 User Guide, "Lifecycle and versioning".
    }, { ...this.own, dependsOn: versions });
  }

  /** One folder a bucket, by its logical name. */
  private logAccess(name: string, { bucket }: PrivateBucket): void {
    new aws.s3.BucketLogging(this.child("logging"), { bucket: this.bucket.bucket, targetBucket: bucket.bucket, targetPrefix: `${name}/` }, this.own);
  }

  /** No ACLs, no public access, no plain HTTP. */
  private close(statements: PrivateBucketArgs["statements"]): void {
    const bucket = this.bucket.bucket;
    new aws.s3.BucketOwnershipControls(this.child("ownership"), { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } }, this.own);
    const closed = new aws.s3.BucketPublicAccessBlock(this.child("closed"), {
      bucket, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true,
    }, this.own);
    const policy = pulumi.jsonStringify({ Version: "2012-10-17", Statement: [overTlsOnly(this.bucket.arn), ...(statements?.(this.bucket.arn) ?? [])] });
    // S3 refuses two settings of one bucket at once, hence the order.
    new aws.s3.BucketPolicy(this.child("tls"), { bucket, policy }, { ...this.own, dependsOn: closed });
  }
}

const overTlsOnly = (arn: pulumi.Output<string>) => ({
  Sid: "TlsOnly", Effect: "Deny", Principal: "*", Action: "s3:*",
  Resource: [arn, pulumi.interpolate`${arn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

function dayFaults(size: object): string[] {
  return Object.entries(size)
    .filter(([what, days]) => /Days$|^expire/.test(what) && !(Number.isInteger(days) && days >= 1))
    .map(([what, days]) => `${what} is ${String(days)}; set a whole number of days, at least 1`);
}
