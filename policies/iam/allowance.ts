/** Allowance: what statements of IAM allow, action by action. Matching as in the IAM User Guide, "IAM JSON policy elements". */
import { binding, type Statement, statements } from "../document";
import { UNKNOWN } from "../stack";

/** Statements of a policy; undefined while it, or a part of it, is not known. */
export const statementsOf = (policy: unknown): Statement[] | undefined =>
  (policy === undefined || policy === null ? [] : JSON.stringify(policy).includes(UNKNOWN) ? undefined : statements(policy));

const patterns = new Map<string, RegExp>();

/** Whether a text fits a pattern in which `*` is any run of characters and `?` any one. */
export function fits(pattern: string, text: string): boolean {
  const made = patterns.get(pattern) ?? new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`);
  patterns.set(pattern, made);
  return made.test(text);
}

const fitsAction = (pattern: string, action: string): boolean => fits(pattern.toLowerCase(), action.toLowerCase());

/** Whether a statement speaks of an action. */
export const speaksOf = ({ actions, notActions }: Statement, action: string): boolean =>
  actions.some((pattern) => fitsAction(pattern, action)) || (notActions.length > 0 && !notActions.some((pattern) => fitsAction(pattern, action)));

/** Whether an action on a resource is allowed and not denied; a condition on an allowance is taken for kept, one on a denial for not. */
export function allowed(all: readonly Statement[], action: string, resource: string): boolean {
  const speaking = all.filter((one) => speaksOf(one, action) && one.resources.some((pattern) => fits(pattern, resource)));
  return speaking.some(({ allows }) => allows) && !speaking.some(({ allows, conditions }) => !allows && !Object.keys(conditions).length);
}

/** Every action with every resource that is allowed, as written, and whether a condition narrows it. */
export const allowances = (all: readonly Statement[]): { action: string; resource: string; narrowed: boolean }[] =>
  all.filter(({ allows }) => allows).flatMap((one) => {
    const narrowed = binding(one).length > 0;
    return [...one.actions, ...one.notActions.map((action) => `everything but ${action}`)].flatMap((action) => one.resources.map((resource) => ({ action, resource, narrowed })));
  });
