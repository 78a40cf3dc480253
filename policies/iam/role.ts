/** Role: who may assume it, and what its policies in the stack allow. */
import type { Statement } from "../document";
import { type Seen, type Stack, UNKNOWN } from "../stack";
import { statementsOf } from "./allowance";

export const ROLE = "aws:iam/role:Role";
const INLINE = "aws:iam/rolePolicy:RolePolicy";
const ATTACHED = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const POLICY = "aws:iam/policy:Policy";

/** The role that `property` of a resource comes from, or whose ARN (or name) `value` is. */
export function roleOf(resource: Seen, property: string, value: unknown, stack: Stack): Seen | undefined {
  const behind = stack.behind(resource, property, ROLE);
  const [named] = stack.having(ROLE, ["arn", "name", "id"], value);
  return named ?? (behind.length === 1 ? behind[0] : undefined);
}

/** Policies of a role: resources whose properties hold documents. */
export function policiesOf(role: Seen, stack: Stack): Seen[] {
  return [...stack.pointingAt(role, INLINE, "role"), ...byName(role, INLINE, stack)].filter((one, at, all) => all.indexOf(one) === at);
}

const byName = (role: Seen, type: string, stack: Stack): readonly Seen[] => stack.having(type, ["role"], role.props.name);

/** All that a role's policies say; a text says what of it can't be seen: an unknown document, or a policy that AWS keeps. */
export function permissionsOf(role: Seen, stack: Stack): Statement[] | string {
  const inline: unknown[] = [...policiesOf(role, stack).map(({ props }) => props.policy as unknown), ...((role.props.inlinePolicies ?? []) as { policy?: unknown }[]).map(({ policy }) => policy)];
  const attached = [...stack.pointingAt(role, ATTACHED, "role"), ...byName(role, ATTACHED, stack)];
  const managed = attached.map((one) => stack.behind(one, "policyArn", POLICY)[0] ?? stack.having(POLICY, ["arn"], one.props.policyArn)[0]);
  const foreign = [...attached.filter((_, at) => !managed[at]).map(({ props }) => String(props.policyArn)), ...((role.props.managedPolicyArns ?? []) as string[])];
  if (foreign.length) return `what the policy ${foreign[0] === UNKNOWN ? "attached" : foreign[0]} allows`;
  const documents = [...inline, ...managed.map((policy) => policy?.props.policy as unknown)].map(statementsOf);
  return documents.includes(undefined) ? "a policy of the role" : documents.flatMap((statements) => statements ?? []);
}

/** Statements of a role's trust; undefined when not known yet. */
export const trustOf = (role: Seen): Statement[] | undefined => statementsOf(role.props.assumeRolePolicy);

/** Services that may assume it. */
export const servicesOf = (trust: readonly Statement[]): string[] => trust.filter(({ allows }) => allows).flatMap(({ principals }) => principals.filter(({ kind }) => kind === "Service").map(({ value }) => value));
