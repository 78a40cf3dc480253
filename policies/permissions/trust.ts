/** Trust: who may become a role, and what must not be there at all. */
import { each, first, never } from "../ask";
import { accountOf, judged, type Statement } from "../document";
import { ownAccounts } from "../exposure/buckets";
import type { Answer, Rule } from "../rule";
import { known as isKnown, type Seen } from "../stack";

const ROLE = ["aws:iam/role:Role"];
const ATTACHED = ["aws:iam/role:Role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/policyAttachment:PolicyAttachment"];
const MANAGED = /^arn:aws[\w-]*:iam::aws:policy\//;
const ADMIN = /policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess)$|FullAccess$/;

const policiesOf = ({ props }: Seen): string[] => [...each(props.managedPolicyArns), ...each(props.policyArn)].filter(isKnown).map(String);

export const noManagedAdmin: Rule = {
  name: "iam-managed-admin", level: "mandatory", promise: "permissions", types: ATTACHED,
  why: "A policy of AWS that gives everything gives it whatever the service needs.",
  set: "Write a policy that names the actions and resources that the service needs",
  covers: ["CKV_AWS_274", "CKV_AWS_275", "CKV2_AWS_56", "AwsSolutions-IAM4"],
  check: (resource) => !policiesOf(resource).some((arn) => MANAGED.test(arn) && ADMIN.test(arn)),
};

/** Policies of AWS that a service asks for by name and that no policy of one's own can follow as the service grows. */
const NEEDED = /policy\/(AmazonSSMManagedInstanceCore|service-role\/AWSGlueServiceRole|service-role\/AWSLambda(Basic|VPCAccess)ExecutionRole)$/;

export const noManaged: Rule = {
  name: "iam-aws-managed", level: "advisory", promise: "permissions", types: ATTACHED,
  why: "A policy of AWS grows by itself, and names no resources.",
  set: "Write a policy that names the actions and resources that the service needs",
  covers: ["AwsSolutions-IAM4"],
  check: (resource) => !policiesOf(resource).some((arn) => MANAGED.test(arn) && !ADMIN.test(arn) && !NEEDED.test(arn)),
};

export const trustNamed: Rule = {
  name: "iam-trust", level: "mandatory", promise: "permissions", types: ROLE,
  why: "A role that everyone, or a stranger, may become is theirs.",
  set: "Name the service or your own accounts that may assume the role, each action by itself, and list further accounts in the settings under accounts",
  covers: ["CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_283"],
  check: (role, stack) => judged(role, (all) => first(all.filter(({ allows }) => allows).flatMap((one) => [named(one), known(one, ownAccounts(stack))]))),
};

/** Nobody by a pattern, and nothing that was not named: another action of STS is another way in. */
const named = ({ principals, actions, notActions }: Statement): boolean =>
  !principals.some(({ value }) => value === "*" || /^\*\./.test(value)) && !notActions.length && !actions.some((action) => /[*?]/.test(action));

function known({ principals }: Statement, own: readonly string[]): Answer {
  // A provider of tokens is asked about by iam-oidc.
  const accounts = principals.filter(({ kind }) => kind === "AWS").map(({ value }) => accountOf(value)).filter((account) => account !== undefined);
  return !accounts.length || own.length ? accounts.every((account) => own.includes(account)) : { undecided: "the account of the stack" };
}

export const tokensExact: Rule = {
  name: "iam-oidc", level: "mandatory", promise: "permissions", types: ROLE,
  why: "A role for a pipeline's token without exact claims is for every pipeline of the same provider.",
  set: "Add StringEquals conditions on the token's aud, and on its sub with the repository and branch or environment",
  covers: ["CKV_AWS_358", "CKV_AWS_393"],
  check: (role) => judged(role, (all) => all.filter(federated).every(exact)),
};

const federated = ({ allows, actions, principals }: Statement): boolean =>
  allows && actions.some((action) => /AssumeRoleWithWebIdentity|\*/.test(action)) && principals.some(({ kind }) => kind === "Federated");

/** aud and sub of the token are compared, and a sub with `*` still names its repository. */
function exact({ conditions }: Statement): boolean {
  const compared = Object.entries(conditions).filter(([operator]) => /^string(equals|like)/.test(operator)).flatMap(([, keys]) => Object.entries(keys));
  const values = (claim: string): string[] => compared.filter(([key]) => key.endsWith(`:${claim}`)).flatMap(([, all]) => all);
  const subs = values("sub");
  return values("aud").length > 0 && subs.length > 0 && subs.every((sub) => /^repo:[^*:/]+\/[^*:/]+:[^*]/.test(sub) || !/[*?]/.test(sub));
}

export const noUsers: Rule = {
  name: "iam-no-users", level: "mandatory", promise: "permissions",
  types: ["user:User", "group:Group", "accessKey:AccessKey", "userPolicy:UserPolicy", "userPolicyAttachment:UserPolicyAttachment", "groupPolicy:GroupPolicy",
    "groupPolicyAttachment:GroupPolicyAttachment", "userLoginProfile:UserLoginProfile", "userGroupMembership:UserGroupMembership"].map((type) => `aws:iam/${type}`),
  why: "A user's key is good until somebody finds it; roles need none.",
  set: "Use a role that the service or the pipeline assumes",
  covers: ["CKV_AWS_40", "CKV_AWS_273", "CKV_AWS_348", "CKV2_AWS_14", "CKV2_AWS_21", "CKV2_AWS_22", "iam-policy-attachment-only-attachment-through-groups",
    "iam-user-policy-attachment-only-attachment-through-groups", "access-keys-rotated", "mfa-enabled-for-iam-console-access", "FSBP IAM.2", "FSBP IAM.3", "FSBP IAM.5"],
  check: never,
};
