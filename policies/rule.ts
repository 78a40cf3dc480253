/** Rule: one promise about a stack, as a record with a pure check. Nothing here knows CrossGuard; index.ts adapts. */
import type { Seen, Stack } from "./stack";

/** What a rule weighs: `prod` is mandatory where the settings say that the stack is prod, advisory elsewhere. */
export type Level = "mandatory" | "prod" | "advisory";

/** What a violation does: mandatory stops a preview or an update; advisory is shown. */
export type Weight = "mandatory" | "advisory";

/** What the rule is a part of; reports and documents are grouped by it. */
export const PROMISES = ["names", "network", "encryption", "exposure", "permissions", "ingest", "catalogue", "orchestration", "models", "cost", "operations"] as const;
export type Promised = (typeof PROMISES)[number];

/** What a rule says of one resource: nothing when it is kept, else what to set; `undecided` when a value is not known yet. */
export type Answer = undefined | string | { undecided: string };

export interface Rule {
  /** Stable and unique, kebab case; what reports and exceptions name. */
  name: string;
  /** What goes wrong where the rule is broken, in one sentence. */
  why: string;
  level: Level;
  promise?: Promised;
  /** Ids of the same rule in other rule sets, such as `CKV_AWS_19`, `AwsSolutions-S10` or `FSBP S3.5`. */
  covers?: readonly string[];
  /** What to set so that it is kept, in one sentence. */
  set?: string;
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
  level: Weight;
  urn: string;
  message: string;
}

/** What a rule weighs in this stack. */
export const weightOf = ({ level }: Rule, { settings }: Stack): Weight => (level === "prod" ? (settings.prod ? "mandatory" : "advisory") : level);

/** The rules on every resource that they apply to, in the order of the rules. A rule that throws is an error, never a pass. */
export function violations(stack: Stack, rules: readonly Rule[]): Violation[] {
  return rules.flatMap((rule) => stack.ofTypes(rule.types).flatMap((resource) => at(rule, resource, stack)));
}

function at(rule: Rule, resource: Seen, stack: Stack): Violation[] {
  const answers = [rule.check(resource, stack)].flat().filter((answer) => answer !== undefined);
  const weight = weightOf(rule, stack);
  return answers.map((answer): Violation => {
    if (typeof answer === "string") return { policy: rule.name, level: weight, urn: resource.urn, message: answer };
    const message = `${rule.name}: ${answer.undecided} is not known before an update`;
    const fails = stack.settings.undecidedFails && weight === "mandatory";
    return { policy: fails ? rule.name : UNDECIDED, level: fails ? "mandatory" : "advisory", urn: resource.urn, message };
  });
}
