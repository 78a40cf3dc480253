/** Roles: who may pass them on, and for whom a service may assume them. */
import { judged, type Statement } from "../document";
import { speaksOf } from "../iam/allowance";
import { servicesOf, trustOf } from "../iam/role";
import type { Answer, Rule } from "../rule";
import type { Seen } from "../stack";

const permissions = { level: "mandatory", promise: "permissions" } as const;

export const rolesPassedOn: Rule = {
  ...permissions,
  name: "st-iam-02",
  why: "Who may pass any role to any service may do what any of them may: a Glue job is enough.",
  set: "Name the role in Resource, and the service in a condition on iam:PassedToService.",
  types: ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/role:Role"],
  check: (holder) => documents(holder).flatMap((document) => judged(holder, (all) => all.filter((one) => one.allows && names(one) && speaksOf(one, "iam:PassRole")).flatMap(({ resources, conditions }): Answer[] => [
    // Every role at once is told by iam-privesc.
    ...resources.filter((resource) => resource.includes("*") && resource !== "*").map((resource) => `it may pass on ${resource}; name the role`),
    Object.entries(conditions).some(([operator, keys]) => /equals|like/.test(operator) && !operator.includes("not") && keys["iam:passedtoservice"]?.every((service) => !service.includes("*")))
      ? undefined : "it may pass a role on to any service; set a condition on iam:PassedToService",
  ]), document)),
};

/** Whether a statement is about this action, not about everything: that is told by iam-admin. */
const names = ({ actions, notActions }: Statement): boolean => !notActions.length && !actions.some((action) => /^(\*|iam:\*)$/i.test(action));

const documents = ({ type, props }: Seen): unknown[] => (type.endsWith(":Role") ? ((props.inlinePolicies ?? []) as { policy?: unknown }[]).map(({ policy }) => policy) : [props.policy as unknown]);

/** EC2 assumes an instance's role without telling for which account: IAM User Guide, "The confused deputy problem", and the keys that EC2 sends. */
const silent = ["ec2.amazonaws.com"];

export const ownAccountOnly: Rule = {
  ...permissions,
  name: "st-iam-03",
  why: "A service works for every account: one that does not say for which may be talked into using this role for another's.",
  set: "Put a condition on aws:SourceAccount or aws:SourceArn into the role's trust.",
  types: ["aws:iam/role:Role"],
  check: (role) => {
    const trust = trustOf(role);
    if (!trust) return { undecided: "who may assume it" };
    return trust.filter((one) => one.allows && servicesOf([one]).some((service) => !silent.includes(service)) && !bound(one.conditions))
      .map((one) => `${servicesOf([one]).join(", ")} may assume it for any account; set a condition on aws:SourceAccount or aws:SourceArn`);
  },
};

const bound = (conditions: Record<string, Record<string, string[]>>): boolean => Object.entries(conditions).some(([operator, keys]) =>
  !operator.includes("not") && !operator.endsWith("ifexists") && ["aws:sourceaccount", "aws:sourcearn"].some((key) => keys[key]?.some((value) => value !== "*")));
