/** Permissions: what roles may do. A finding goes to the one rule that says it most closely. */
import { each } from "../ask";
import { binding, isEverything, judged, type Statement } from "../document";
import type { Answer, Rule } from "../rule";
import type { Seen } from "../stack";
import { belongsToDelivery, isAdmin, isNarrowable, isPattern, isUnlimited, type Kind, kindOf } from "./actions";

const HOLDERS = ["aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy", "aws:iam/role:Role"];

/** Every document of permissions that a resource holds; a role's own is its inline ones, not its trust. */
function documents({ type, props }: Seen): unknown[] {
  return type === "aws:iam/role:Role" ? each(props.inlinePolicies).map(({ policy }) => policy as unknown) : [props.policy];
}

/** A rule about what statements that allow something say. */
const onStatements = (broken: (statement: Statement) => string[], words: (found: string) => string): Rule["check"] => (resource) =>
  documents(resource).flatMap((document) => judged(resource, (all) => {
    const found = [...new Set(all.filter(({ allows }) => allows).flatMap(broken))];
    return found.length ? words(found.join(", ")) : undefined;
  }, document)) as Answer[];

const everywhere = ({ resources }: Statement): boolean => resources.some(isEverything);

/** Actions of one kind that a statement gives on everything, when nothing else of a statement says it. */
const onEverything = (kind: Kind, when: (statement: Statement) => boolean = () => true) => (statement: Statement): string[] =>
  (everywhere(statement) && when(statement)
    ? statement.actions.filter((action) => !isAdmin(action) && !isPattern(action) && !isUnlimited(action) && !belongsToDelivery(action, statement.actions) && kindOf(action) === kind)
    : []);

interface Text { name: string; why: string; set: string; covers: readonly string[] }
const permission = ({ name, why, set, covers }: Text, check: Rule["check"]): Rule =>
  ({ name, why, set, covers, level: "mandatory", promise: "permissions", types: HOLDERS, check });

export const noAdmin = permission({
  name: "iam-admin", set: "Name the actions that the service needs",
  why: "A role that may do everything is one leaked token away from somebody else's account.",
  covers: ["CKV_AWS_1", "CKV_AWS_62", "CKV2_AWS_40", "FSBP IAM.1"],
}, onStatements((one) => [...one.actions.filter(isAdmin), ...(one.notActions.length ? ["NotAction"] : [])], (found) => `allows ${found}; name the actions that the service needs`));

export const noWholeServices = permission({
  name: "iam-star-action", set: "Name each action in place of a pattern",
  why: "A pattern of actions is more than anything needs, and grows by itself with what AWS adds.",
  covers: ["CKV_AWS_49", "CKV_AWS_63", "AwsSolutions-IAM5", "FSBP IAM.21"],
}, onStatements((one) => one.actions.filter(isPattern), (found) => `allows ${found}; name each action`));

export const noReadingEverything = permission({
  name: "iam-star-resource", set: "Name the resources in place of *",
  why: "An action that can be limited to some resources and is not reaches those of every other stack.",
  covers: ["CKV_AWS_355", "CKV_AWS_356", "AwsSolutions-IAM5"],
}, onStatements(onEverything("read"), (found) => `allows ${found} on every resource; name the resources`));

export const noEscalation = permission({
  name: "iam-privesc", set: "Leave out actions that change who may do what, and name the roles that iam:PassRole is for",
  why: "Who may change policies, or pass any role, may do everything.",
  covers: ["CKV_AWS_110", "CKV_AWS_286"],
}, onStatements((one) => one.actions.filter((action) => !isAdmin(action) && !isPattern(action) && kindOf(action) === "escalation"
  && (everywhere(one) || !isNarrowable(action))), (found) => `allows ${found}; leave them out, or name the roles that iam:PassRole is for`));

export const noCredentials = permission({
  name: "iam-creds", set: "Name the roles or users that credentials may be had of",
  why: "Actions that hand out credentials on everything hand out everyone's.",
  covers: ["CKV_AWS_107", "CKV_AWS_287"],
}, onStatements(onEverything("credentials"), (found) => `allows ${found} on everything; name of what`));

export const noExfiltration = permission({
  name: "iam-exfil", set: "Name the buckets, secrets and parameters that may be read",
  why: "Who may read every object and every secret takes the data of every other stack along.",
  covers: ["CKV_AWS_108", "CKV_AWS_288"],
}, onStatements(onEverything("exfiltration"), (found) => `allows ${found} on everything; name what may be read`));

export const noManagement = permission({
  name: "iam-permmgmt", set: "Name the resources whose policies may be changed",
  why: "Who may change any policy of a resource may open it to anybody.",
  covers: ["CKV_AWS_109", "CKV_AWS_289"],
}, onStatements(onEverything("management"), (found) => `allows ${found} on everything; name the resources`));

export const noWritingEverything = permission({
  name: "iam-write", set: "Name the resources, or put a condition on the statement",
  why: "Who may write everywhere may break or fill every other stack.",
  covers: ["CKV_AWS_111", "CKV_AWS_290"],
}, onStatements(onEverything("write", (one) => !binding(one).length), (found) => `allows ${found} on everything; name the resources or a condition`));

/** Every key of an account counts as every key, unless a condition says for what: FSBP KMS.1. */
const bound = (one: Statement): boolean => binding(one).some(({ key }) => key.startsWith("kms:"));

export const noDecryptingEverything = permission({
  name: "iam-kms-decrypt", set: "Name the keys that may be used",
  why: "Encryption protects from nobody who may decrypt with every key.",
  covers: ["FSBP KMS.1", "FSBP KMS.2"],
}, onStatements((one) => (everywhere(one) && !bound(one) ? one.actions.filter((action) => kindOf(action) === "decryption" && !isPattern(action)) : []),
  (found) => `allows ${found} with every key; name the keys`));
