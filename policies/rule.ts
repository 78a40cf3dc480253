/** Rule: one promise about a stack, as a record with a pure check. Nothing here knows CrossGuard; index.ts adapts. */
import { excepted } from "./exceptions";
import type { Settings } from "./settings";
import type { Seen, Stack } from "./stack";

/** What a rule weighs: `prod` is mandatory where the settings say that the stack is prod, advisory elsewhere. */
export type Level = "mandatory" | "prod" | "advisory";

/** What a violation does: mandatory stops a preview or an update; advisory is shown. */
export type Weight = "mandatory" | "advisory";

/** What the rule is a part of; reports and documents are grouped by it. */
export const PROMISES = ["names", "network", "encryption", "exposure", "permissions", "ingest", "catalogue", "orchestration", "models", "cost", "operations"] as const;
export type Promised = (typeof PROMISES)[number];

/**
 * What a rule says of one resource: nothing (or true) when it is kept; false when what its `set` says is missing, or words that say
 * it more closely; `undecided` when a value is not known yet.
 */
export type Answer = undefined | boolean | string | { undecided: string };

export interface Rule {
  /** Stable and unique, kebab case; what reports and exceptions name. */
  name: string;
  /** What goes wrong where the rule is broken, in one sentence. */
  why: string;
  level: Level;
  promise: Promised;
  /** Ids of the same rule in other rule sets, such as `CKV_AWS_19`, `AwsSolutions-S10` or `FSBP S3.5`. */
  covers: readonly string[];
  /** What to set so that it is kept, in one sentence. */
  set: string;
  /** Type tokens that it applies to, such as `aws:s3/bucket:Bucket`. */
  types: readonly string[];
  check(resource: Seen, stack: Stack): Answer | Answer[];
}

/** Name under which what could not be decided is reported: shown, and never taken for kept. */
export const UNDECIDED = "undecided";

/** Name under which an exception that is made use of is reported, with its reason. */
export const EXCEPTED = "excepted";

/** Name under which exceptions that have run out, or that nothing needs, are reported. */
export const EXPIRED = "exception-expired";
export const UNUSED = "exception-unused";

/** A rule that is broken, or that could not be decided, at one resource. */
export interface Violation {
  /** Name of the rule, or UNDECIDED. */
  policy: string;
  level: Weight;
  urn: string;
  message: string;
}

/** What a rule weighs in this stack. */
export const weightOf = ({ level }: Rule, settings: Settings): Weight => (level === "prod" ? (settings.prod ? "mandatory" : "advisory") : level);

/**
 * The rules on every resource that they apply to, in the order of the rules, with the exceptions of the settings made.
 * A rule that throws is an error that names it, never a pass.
 */
export function violations(stack: Stack, rules: readonly Rule[]): Violation[] {
  const found = rules.flatMap((rule) => stack.ofTypes(rule.types).flatMap((resource) => judge(rule, resource, stack)));
  return excepted(found, stack.settings, rules);
}

/** What one rule says of one resource that it applies to, before exceptions. */
export function judge(rule: Rule, resource: Seen, stack: Stack): Violation[] {
  const weight = weightOf(rule, stack.settings);
  return answers(rule, resource, stack).map((answer): Violation => {
    if (typeof answer !== "object") return { policy: rule.name, level: weight, urn: resource.urn, message: answer || rule.set };
    const message = `${rule.name}: ${answer.undecided} is not known before an update`;
    const fails = stack.settings.undecidedFails && weight === "mandatory";
    return { policy: fails ? rule.name : UNDECIDED, level: fails ? "mandatory" : "advisory", urn: resource.urn, message };
  });
}

function answers(rule: Rule, resource: Seen, stack: Stack): (false | string | { undecided: string })[] {
  try {
    return [rule.check(resource, stack)].flat().filter((answer) => answer !== undefined && answer !== true);
  } catch (fault) {
    throw new RuleFault(`Rule ${rule.name} threw at ${resource.urn}: ${(fault as Error).message}`);
  }
}

/** A rule that could not be asked; nothing was decided. */
export class RuleFault extends Error {}
