/** DatabaseSecret: user and password of a source database, in the two keys that a Glue connection reads. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface DatabaseSecretArgs {
  username: string;
  password: pulumi.Input<string>;
  /** Keep the first password for good: it was made up anew by this run of the program. */
  keepFirst?: boolean;
  /** Encrypts it; left out: Secrets Manager's own key does. */
  key?: aws.kms.Key | undefined;
  /** A deleted secret can be brought back for 30 days; without it, it goes at once. */
  protect?: boolean;
}

/** The secret's ARN, known only when it has its value. */
export function databaseSecret(name: string, args: DatabaseSecretArgs, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const secret = new aws.secretsmanager.Secret(name, {
    description: "User and password of the source database",
    recoveryWindowInDays: args.protect ? 30 : 0,
    ...(args.key && { kmsKeyId: args.key.arn }),
  }, { ...opts, protect: args.protect ?? false });
  const version = new aws.secretsmanager.SecretVersion(name, {
    secretId: secret.id,
    secretString: pulumi.secret(pulumi.jsonStringify({ username: args.username, password: args.password })),
  }, { ...opts, ...(args.keepFirst && { ignoreChanges: ["secretString"] }) });
  return pulumi.all([secret.arn, version.id]).apply(([arn]) => arn);
}
