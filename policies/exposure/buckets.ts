/** Exposure of buckets: nobody reads or rules them but this account. */
import { first, valueAt } from "../ask";
import { BUCKET, listed, settingsOf } from "../buckets";
import { accountOf, isPublic, judged, type Statement } from "../document";
import type { Rule } from "../rule";
import { type Seen, type Stack, UNKNOWN } from "../stack";

const FLAGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const POLICY = ["aws:s3/bucketPolicy:BucketPolicy"];
const ACL = ["aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"];

export const bucketNotPublic: Rule = {
  name: "s3-pab", level: "mandatory", promise: "exposure", types: BUCKET,
  why: "One wrong policy or ACL would publish the lake; the block refuses both.",
  set: "Add a BucketPublicAccessBlock with all four flags for this bucket",
  covers: ["CKV2_AWS_6", "CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "AwsSolutions-S2", "FSBP S3.1", "FSBP S3.8"],
  check: (bucket, stack) => {
    const blocks = settingsOf(bucket, stack, "BucketPublicAccessBlock");
    if (!blocks.length) return false;
    const off = FLAGS.filter((flag) => !blocks.some(({ props }) => props[flag] === true));
    return off.length ? `Set ${off.join(", ")} of its BucketPublicAccessBlock to true` : undefined;
  },
};

export const aclNotPublic: Rule = {
  name: "s3-acl-public", level: "mandatory", promise: "exposure", types: ACL,
  why: "An ACL for everyone, or for everyone who has an AWS account, publishes the bucket.",
  set: "Set acl to private and grant nothing to AllUsers or AuthenticatedUsers",
  covers: ["CKV_AWS_20", "CKV_AWS_57", "CKV_AWS_375", "CKV2_AWS_43", "s3-bucket-disallow-public-read", "FSBP S3.2", "FSBP S3.3"],
  check: ({ props }) => !/^public-|^authenticated-read/.test(String(props.acl)) && !JSON.stringify(valueAt(props, "accessControlPolicy.grants") ?? []).match(/AllUsers|AuthenticatedUsers/),
};

export const aclsOff: Rule = {
  name: "s3-acl-off", level: "mandatory", promise: "exposure", types: BUCKET,
  why: "With ACLs on, an object may belong to somebody else and be readable to others than the policy says.",
  set: "Add BucketOwnershipControls with objectOwnership BucketOwnerEnforced for this bucket",
  covers: ["CKV2_AWS_65", "FSBP S3.12"],
  check: (bucket, stack) => listed(settingsOf(bucket, stack, "BucketOwnershipControls"), "rule").some((rule) => valueAt(rule, "objectOwnership") === "BucketOwnerEnforced"),
};

export const policyNotForAnyone: Rule = {
  name: "s3-policy-anyone", level: "mandatory", promise: "exposure", types: POLICY,
  why: "An allowance to everyone without a condition is public, whatever else stands beside it.",
  set: "Name the principals that may, or put a condition on the statement that says whose a request has to be",
  covers: ["CKV_AWS_70", "AwsSolutions-S5", "FSBP S3.2", "FSBP S3.3"],
  check: (policy) => judged(policy, (all) => !all.some(isPublic)),
};

/** FSBP S3.6: actions that hand a bucket over. */
const SENSITIVE = ["s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutObjectAcl", "s3:*", "*"];

export const policyNotForOthers: Rule = {
  name: "s3-policy-xacct", level: "mandatory", promise: "exposure", types: POLICY,
  why: "Another account that may change a bucket's policy owns the bucket.",
  set: "Give actions that rule the bucket to principals of your own accounts only, and list those in the settings under accounts",
  covers: ["FSBP S3.6"],
  check: (policy, stack) => judged(policy, (all) => first(all.filter((one) => one.allows && one.actions.some((action) => SENSITIVE.includes(action))).map((one) => foreign(one, stack)))),
};

/** Whether a statement names an account that is not one's own; which that are, the roles of the stack tell too. */
function foreign({ principals }: Statement, stack: Stack) {
  const named = principals.filter(({ kind }) => kind === "AWS").map(({ value }) => accountOf(value)).filter((account) => account !== undefined);
  const own = ownAccounts(stack);
  if (named.length && !own.length) return { undecided: "the account of the stack" };
  return named.every((account) => own.includes(account));
}

/** Accounts by the settings, else those that ARNs of roles of this stack stand in. */
export const ownAccounts = (stack: Stack): readonly string[] => stack.once("ownAccounts", () => {
  if (stack.settings.accounts.length) return stack.settings.accounts;
  const arns = stack.ofTypes(["aws:iam/role:Role"]).map(({ props }) => accountOf(String(props.arn ?? UNKNOWN)));
  return [...new Set(arns.filter((account) => account !== undefined))];
});

export const policyNoLockout: Rule = {
  name: "s3-policy-lockout", level: "mandatory", promise: "exposure", types: POLICY,
  why: "A denial of everything to everyone leaves a bucket that only the root user can mend.",
  set: "Put a condition on the denial, or name fewer actions or principals",
  covers: ["CKV_AWS_93"],
  check: (policy: Seen) => judged(policy, (all) => !all.some((one) =>
    !one.allows && one.principals.some(({ value }) => value === "*") && one.actions.some((action) => action === "*" || action === "s3:*") && !Object.keys(one.conditions).length)),
};
