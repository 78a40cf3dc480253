/** The lake's key: encrypts logs and bookmarks of jobs, and the buckets of a lake that sets so. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A key of this account; a protected one refuses deletion, and waits longest before it would go. */
export function lakeKey(name: string, protect: boolean, opts: pulumi.CustomResourceOptions & { parent: pulumi.Resource }): aws.kms.Key {
  return new aws.kms.Key(name, {
    description: "Lake: logs and bookmarks of its jobs, and its buckets where set",
    enableKeyRotation: true,
    deletionWindowInDays: protect ? 30 : 7,
    policy: policy(opts.parent),
  }, { ...opts, protect });
}

/** The account's own roles by their policies, and the log service for the groups of this account and region. */
function policy(parent: pulumi.Resource): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput({}, { parent }).accountId;
  const region = aws.getRegionOutput({}, { parent }).region;
  const partition = aws.getPartitionOutput({}, { parent }).partition;
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      // KMS Developer Guide, "Default key policy": without it a key can become unmanageable.
      { Sid: "AccountByItsPolicies", Effect: "Allow", Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
      // CloudWatch Logs User Guide, "Encrypt log data using AWS KMS".
      {
        Sid: "LogsOfThisAccount", Effect: "Allow", Principal: { Service: pulumi.interpolate`logs.${region}.amazonaws.com` },
        Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"], Resource: "*",
        Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": pulumi.interpolate`arn:${partition}:logs:${region}:${account}:*` } },
      },
    ],
  });
}
