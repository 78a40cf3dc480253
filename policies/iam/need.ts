/**
 * Need: what a service must be allowed to do, and the comparison with what its role does allow. Least privilege is both: nothing
 * missing, nothing beyond.
 */
import { isEverything, type Statement } from "../document";
import { isAdmin, isPattern, isUnlimited } from "../permissions/actions";
import type { Answer } from "../rule";
import { allowances, allowed, fits, speaksOf } from "./allowance";

export interface Need {
  /** As IAM writes it, such as `glue:StartJobRun`. */
  action: string;
  /** ARNs that it needs it on, `*` inside standing for what a run fills in; none: some resource of the `kind`. */
  on: readonly string[];
  /** Part of every ARN of the kind, such as `:crawler/`; where the service knows no resources, `*` may stand for all. */
  kind?: string;
  anywhere?: boolean;
  /** Does no harm, and is not missed. */
  optional?: boolean;
  /** What needs it, in words. */
  for: string;
}

/** What of the needs is not allowed. */
export function missing(needs: readonly Need[], all: readonly Statement[]): Answer[] {
  return needs.filter(({ optional }) => !optional).flatMap((need): Answer[] => {
    if (!need.on.length) return all.some((one) => one.allows && speaksOf(one, need.action) && ofKind(one, need.kind)) ? [] : [`its role lacks ${need.action}, which ${need.for} needs; allow it`];
    return need.on.filter((resource) => !allowed(all, need.action, resource)).map((resource) => `its role lacks ${need.action} on ${resource}, which ${need.for} needs; allow it`);
  });
}

/** Whether a statement is about resources of a kind. */
const ofKind = ({ resources }: Statement, kind = ""): boolean => resources.some((resource) => resource === "*" || resource.includes(kind));

/** What is allowed and nothing needs. */
export function beyond(needs: readonly Need[], all: readonly Statement[]): Answer[] {
  const extra = allowances(all).filter((one) => !toldElsewhere(one)).filter(({ action, resource }) => !needs.some((need) => need.action.toLowerCase() === action.toLowerCase() && covers(need, resource)));
  return [...new Set(extra.map(({ action }) => action))].map((action) => {
    const where = [...new Set(extra.filter((one) => one.action === action).map(({ resource }) => resource))];
    return `its role may ${action} on ${where.join(", ")}, which nothing here needs; take it away or name the resource`;
  });
}

/** Patterns of actions, and actions on everything that could be limited, the rules about every role's permissions tell. */
const toldElsewhere = ({ action, resource, narrowed }: ReturnType<typeof allowances>[number]): boolean =>
  isAdmin(action) || isPattern(action) || (isEverything(resource) && !isUnlimited(action) && !narrowed);

/** Whether a resource as a policy writes it is no wider than a need. */
function covers({ on, kind, anywhere }: Need, resource: string): boolean {
  if (resource === "*") return anywhere ?? false;
  const written = resource.replaceAll("*", "");
  return on.some((one) => one === resource || (one.includes("*") && fits(one, resource)) || (fits(resource, one) && nearly(resource, one)))
    || (!on.length && kind !== undefined && written.includes(kind) && !written.endsWith(kind));
}

/** A wildcard may stand for the end of a name or path, such as a version or what a run fills in, never for a whole one. */
const nearly = (pattern: string, one: string): boolean => {
  const fixed = pattern.replace(/\*$/, "");
  return !fixed.includes("*") && one.startsWith(fixed) && /^[^:/]+[:/][^:/]/.test(fixed.split(":").slice(5).join(":"));
};
