/** Rule: one promise about a stack, as a record with a pure check. Nothing here knows CrossGuard; index.ts adapts. */
import type { Seen, Stack } from "./stack";

/** Mandatory stops a preview or an update; advisory is shown. */
export type Level = "mandatory" | "advisory";

/** What a rule says of one resource: nothing when it is kept, else what to set; `undecided` when a value is not known yet. */
export type Answer = undefined | string | { undecided: string };

export interface Rule {
  /** Stable and unique, kebab case; what reports and exceptions name. */
  name: string;
  /** What goes wrong where the rule is broken, in one sentence. */
  why: string;
  level: Level;
  /** Type tokens that it applies to, such as `aws:s3/bucket:Bucket`. */
  types: readonly string[];
  check(resource: Seen, stack: Stack): Answer | Answer[];
}

/** Name under which what could not be decided is reported: shown, and never taken for kept. */
export const UNDECIDED = "undecided";

/** A rule that is broken, or that could not be decided, at one resource. */
export interface Violation {
  /** Name of the rule, or UNDECIDED. */
  policy: string;
  level: Level;
  urn: string;
  message: string;
}

/** The rules on every resource that they apply to, in the order of the rules. A rule that throws is an error, never a pass. */
export function violations(stack: Stack, rules: readonly Rule[]): Violation[] {
  return rules.flatMap((rule) => stack.ofTypes(rule.types).flatMap((resource) => at(rule, resource, stack)));
}

function at(rule: Rule, resource: Seen, stack: Stack): Violation[] {
  const answers = [rule.check(resource, stack)].flat().filter((answer) => answer !== undefined);
  return answers.map((answer) => (typeof answer === "string"
    ? { policy: rule.name, level: rule.level, urn: resource.urn, message: answer }
    : { policy: UNDECIDED, level: "advisory", urn: resource.urn, message: `${rule.name}: ${answer.undecided} is not known before an update` }));
}
