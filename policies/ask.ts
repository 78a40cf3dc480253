/** Ask: what most rules do: look at one property, by its path, and be undecided where it is not known yet. */
import type { Answer, Rule } from "./rule";
import { type Seen, UNKNOWN } from "./stack";

/** The value at a path such as `a.b`; UNKNOWN where any step of it is. */
export function valueAt(holder: unknown, path: string): unknown {
  let value = holder;
  for (const step of path.split(".")) {
    if (value === UNKNOWN || value === undefined || value === null) return value ?? undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value ?? undefined;
}

type Test = (value: unknown) => boolean;

/** A check that one property passes a test; what is unknown is undecided. */
export const property = (path: string, test: Test): Rule["check"] => ({ props }) => passes(props, path, test);

/** A check that every one of some properties passes a test. */
export const properties = (paths: readonly string[], test: Test): Rule["check"] => ({ props }) => first(paths.map((path) => passes(props, path, test)));

/** A check of a property that matters only where `when` holds. */
export const where = (when: (resource: Seen) => boolean, check: Rule["check"]): Rule["check"] => (resource, stack) => (when(resource) ? check(resource, stack) : undefined);

export function passes(props: unknown, path: string, test: Test): Answer {
  const value = valueAt(props, path);
  return value === UNKNOWN && test !== set ? { undecided: path } : test(value);
}

/** One answer of several: broken before undecided before kept. */
export const first = (answers: Answer[]): Answer =>
  answers.find((answer) => answer === false || typeof answer === "string") ?? answers.find((answer) => typeof answer === "object");

export const yes: Test = (value) => value === true || value === "true";
export const notTrue: Test = (value) => !yes(value);
/** There at all; an unknown value is there. */
export const set: Test = (value) => value !== undefined && value !== null && value !== "";
export const is = (...values: unknown[]): Test => (value) => values.includes(value);
/** Never there: a type that the rule forbids as such. */
export const never: Rule["check"] = () => false;
/** Each element of a list, also when one stands by itself. */
// Elements have the shape of the resource's type; a rule reads what its types have.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const each = (value: unknown): any[] => [value ?? []].flat();
