/** Case: a rule kept, broken and without anything to say, each as a change of this program's own stack. */
import { type Copy, like } from "../testing";
import type { Props, Seen, Stack } from "../stack";

export type Change = (copy: Copy) => void;

export interface RuleCase {
  rule: string;
  /** Stack that is changed; prod when left out. */
  stack?: "dev" | "prod";
  /** Where the rule is kept: the stack as it is, when left out. */
  kept: Change[];
  /** The same with one fault. */
  broken: Change[];
  /** Where it has nothing to say although its type is there; without any resource of its types when left out. */
  silent?: Change[];
}

/** What differs in some inputs, by paths such as `a.0.b`; undefined removes. */
export type Paths = Record<string, unknown>;

export const bucketType = "aws:s3/bucket:Bucket";
const settled = (copy: Copy, type: string): Seen => {
  const found = copy.resources.find((resource) => resource.type === type);
  if (!found) throw new Error(`the stack has no ${type}`);
  return found;
};

/** Inputs with what differs. */
export function changed(props: Props, paths: Paths): Props {
  const copy = structuredClone(props);
  for (const [path, value] of Object.entries(paths)) {
    const steps = path.split(".");
    const last = steps.pop()!;
    let holder = copy;
    for (const step of steps) holder = (holder[step] ??= {}) as Props;
    if (value === undefined) delete holder[last];
    else holder[last] = value;
  }
  return copy;
}

/** Change the first resource of a type. */
export const sets = (type: string, paths: Paths): Change => (copy) => {
  const found = settled(copy, type);
  found.props = changed(found.props, paths);
};

/** Remove the first resource of a type. */
export const drops = (type: string): Change => (copy) => {
  copy.resources.splice(copy.resources.indexOf(settled(copy, type)), 1);
};

/** Add a resource; `of` names by property the types whose first resource it is made from. */
export const adds = (type: string, props: Props, of: Record<string, string> = {}, name = "case"): Change => (copy) => {
  const dependencies = Object.fromEntries(Object.entries(of).map(([property, from]) => [property, [settled(copy, from).urn]]));
  copy.add({ type, name, props, dependencies });
};

/** A resource of the stack: as it is with `good`, and with the fault. */
export const on = (rule: string, type: string, fault: Paths, good: Paths = {}, more: Partial<RuleCase> = {}): RuleCase =>
  ({ rule, kept: [sets(type, good)], broken: [sets(type, { ...good, ...fault })], ...more });

/** A resource that the stack does not have: kept, and with the fault. */
export const anew = (rule: string, type: string, good: Props, fault: Paths, around: Change[] = [], more: Partial<RuleCase> = {}): RuleCase =>
  ({ rule, kept: [...around, adds(type, good)], broken: [...around, adds(type, changed(good, fault))], ...more });

/** The stack of a case after some changes. */
export const after = ({ stack = "prod" }: RuleCase, changes: Change[]): Promise<Stack> => like(stack, (copy) => changes.forEach((change) => change(copy)));
