/** Mutant: a stack that is weaker than this program's own by one thing. */
import { type Props, type Seen, Stack } from "../stack";

export interface Mutant {
  type: string;
  /** Logical name of what is weaker. */
  resource: string;
  /** Where: a property by its path, such as `rules[].status`, or what is removed or added. */
  path: string;
  /** What was done, in words. */
  how: string;
  /** The resources of the weaker stack; all but a few are the stack's own. */
  made: (resources: readonly Seen[]) => Seen[];
}

/** The weaker stack. */
export const stackOf = (mutant: Mutant, stack: Stack): Stack => new Stack(mutant.made(stack.resources), stack.settings);

/** Resources with one of them changed. */
export const exchange = (resources: readonly Seen[], old: Seen, now: Seen): Seen[] => resources.map((one) => (one === old ? now : one));

/** Resources without one of them, and without whatever pointed at it. */
export const without = (resources: readonly Seen[], gone: Seen): Seen[] =>
  resources.filter((one) => one !== gone).map((one) => (one.after?.includes(gone.urn) || Object.values(one.dependencies).some((urns) => urns.includes(gone.urn)) ? freed(one, gone.urn) : one));

const freed = (one: Seen, urn: string): Seen => ({
  ...one,
  after: (one.after ?? []).filter((other) => other !== urn),
  dependencies: Object.fromEntries(Object.entries(one.dependencies).map(([property, urns]) => [property, urns.filter((other) => other !== urn)])),
});

/** A step of a path: the name of a property, or the place in a list. */
export type Step = string | number;

/** A path as the table writes it: places in lists as `[]`. */
export const patternOf = (steps: readonly Step[]): string => steps.reduce<string>((path, step) => (typeof step === "number" ? `${path}[]` : path ? `${path}.${step}` : step), "");

/** A resource with another value at a path; `undefined` removes it. What its property no longer names, it no longer depends on. */
export function changed(resource: Seen, steps: readonly Step[], value: unknown, all: ReadonlyMap<string, Seen>): Seen {
  const property = String(steps[0]);
  const props = put(resource.props, steps, value) as Props;
  const [before, after] = [resource.props[property], props[property]].map((one) => JSON.stringify(one) ?? "");
  const lost = (urn: string): boolean => {
    const names = identities(all.get(urn)).filter((name) => before!.includes(name));
    return names.length > 0 && !names.some((name) => after!.includes(name));
  };
  const from = resource.dependencies[property] ?? [];
  const kept = after === "" ? [] : from.filter((urn) => !lost(urn));
  return kept.length === from.length ? { ...resource, props } : { ...resource, props, dependencies: { ...resource.dependencies, [property]: kept } };
}

/** Texts by which others name a resource. */
const identities = (resource: Seen | undefined): string[] =>
  (resource ? [resource.props.id, resource.props.arn, resource.props.name, resource.props.bucket].filter((one) => typeof one === "string" && one !== "") as string[] : []);

function put(holder: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return value;
  const inner = put((holder as Props | undefined)?.[step], rest, value);
  if (Array.isArray(holder)) return inner === undefined ? holder.filter((_, at) => at !== step) : holder.map((one: unknown, at) => (at === step ? inner : one));
  const copy: Props = { ...(holder as Props | undefined) };
  if (inner === undefined) delete copy[step];
  else copy[step] = inner;
  return copy;
}
