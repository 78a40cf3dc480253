/** Roles: who may pass them on, and for whom a service may assume them. */
import { binding, isEverything, judged, type Statement } from "../document";
import { speaksOf, statementsOf } from "../iam/allowance";
import { servicesOf, trustOf } from "../iam/role";
import type { Answer, Rule } from "../rule";
import type { Seen } from "../stack";

const permissions = { level: "mandatory", promise: "permissions" } as const;

export const rolesPassedOn: Rule = {
  ...permissions,
  name: "st-iam-02",
  why: "Who may pass any role to any service may do what any of them may: a Glue job is enough.",
  set: "Name the role in Resource, and the service in a condition on iam:PassedToService.",
  covers: [],
  types: ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/role:Role"],
  check: (holder) => documents(holder).flatMap((document) => judged(holder, (all) => all.filter((one) => one.allows && names(one) && speaksOf(one, "iam:PassRole")).flatMap((one): Answer[] => [
    // Every role at once is told by iam-privesc.
    ...one.resources.filter((resource) => resource.includes("*") && !isEverything(resource)).map((resource) => `it may pass on ${resource}; name the role`),
    binding(one).some(({ operator, key, values }) => /equals|like/.test(operator) && !operator.includes("not") && key === "iam:passedtoservice" && values.every((service) => !service.includes("*")))
      ? undefined : "it may pass a role on to any service; set a condition on iam:PassedToService",
  ]), document)),
};

/** Whether a statement is about this action, not about everything: that is told by iam-admin. */
const names = ({ actions, notActions }: Statement): boolean => !notActions.length && !actions.some((action) => /^(\*|iam:\*)$/i.test(action));

const documents = ({ type, props }: Seen): unknown[] => (type.endsWith(":Role") ? ((props.inlinePolicies ?? []) as { policy?: unknown }[]).map(({ policy }) => policy) : [props.policy as unknown]);

/** EC2 assumes an instance's role without telling for which account: IAM User Guide, "The confused deputy problem", and the keys that EC2 sends. */
const silent = ["ec2.amazonaws.com"];
const OF_RESOURCES = ["aws:s3/bucketPolicy:BucketPolicy", "aws:sns/topicPolicy:TopicPolicy", "aws:sqs/queuePolicy:QueuePolicy", "aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"];

export const ownAccountOnly: Rule = {
  ...permissions,
  name: "st-iam-03",
  why: "A service works for every account: one that does not say for which may be talked into using this role, bucket, topic or key for another's.",
  set: "Put a condition on aws:SourceAccount or aws:SourceArn (of a key also on its encryption context) into what allows the service.",
  covers: [],
  types: ["aws:iam/role:Role", ...OF_RESOURCES],
  check: (resource) => {
    const all = resource.type.endsWith(":Role") ? trustOf(resource) : statementsOf(resource.props.policy);
    if (!all) return { undecided: "whom it lets in" };
    return all.filter((one) => one.allows && servicesOf([one]).some((service) => !silent.includes(service)) && !bound(one))
      .map((one) => `${servicesOf([one]).join(", ")} may use it for any account; set a condition on aws:SourceAccount or aws:SourceArn`);
  },
};

/** Keys that tell whom a service works for; services name what they encrypt in the context: CloudWatch Logs User Guide, "Encrypt log data using AWS KMS". */
const bound = (one: Statement): boolean => binding(one).some(({ operator, key }) => !operator.includes("not")
  && (["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "kms:calleraccount", "kms:viaservice"].includes(key) || key.startsWith("kms:encryptioncontext:")));
