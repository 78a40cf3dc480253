/** Generate: every stack that is weaker than a planned one by one thing, and every property whose weight nobody wrote down. */
import type { PlannedResource } from "../plan";
import type { Props, Seen } from "../stack";
import { changed, exchange, type Mutant, patternOf, type Step, without } from "./mutant";
import { weightAt, weights } from "./weight";
import type { Beside, Weight } from "./weight/weight";
import type { Weak } from "./weaker";

/** A resource as the plan has it and as the rules see it. */
interface Pair { planned: PlannedResource; seen: Seen }

const ofAws = (planned: readonly PlannedResource[], resources: readonly Seen[]): Pair[] => {
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  return planned.filter(({ type }) => type.startsWith("aws:")).map((one) => ({ planned: one, seen: byUrn.get(one.urn)! }));
};

/** Types and properties of a plan that have no weight, each once. */
export function unweighed(planned: readonly PlannedResource[], resources: readonly Seen[]): string[] {
  const found = ofAws(planned, resources).flatMap((pair) => {
    const weight = weights[pair.planned.type];
    if (!weight) return [pair.planned.type];
    return leaves(pair).map(patternOf).filter((path) => weightAt(weight, path) === undefined).map((path) => `${pair.planned.type} ${path}`);
  });
  return [...new Set(found)].sort();
}

/** All mutants of a plan, in its order. */
export function mutants(planned: readonly PlannedResource[], resources: readonly Seen[]): Mutant[] {
  const byUrn = new Map(resources.map((one) => [one.urn, one]));
  return ofAws(planned, resources).flatMap((pair) => {
    const weight = weights[pair.planned.type];
    return weight ? [...removal(pair.seen, weight), ...weaker(pair, weight, byUrn), ...added(pair.seen, weight, byUrn), ...options(pair.seen), ...(weight.beside ?? []).map((one) => beside(pair.seen, one))] : [];
  });
}

const about = ({ type, name }: Seen): Pick<Mutant, "type" | "resource"> => ({ type, resource: name });

const removal = (seen: Seen, { removal: weaker }: Weight): Mutant[] => (weaker === true ? [{ ...about(seen), path: "", how: "removed", made: (all) => without(all, seen) }] : []);

function weaker(pair: Pair, weight: Weight, byUrn: ReadonlyMap<string, Seen>): Mutant[] {
  return nodes(pair).flatMap((steps) => {
    const weaken = weightAt(weight, patternOf(steps));
    const value = steps.reduce<unknown>((holder, step) => (holder as Props)[step], pair.seen.props);
    if (typeof weaken !== "function") return [];
    return weaken(value).map(({ how, value: weak }: Weak): Mutant => ({
      ...about(pair.seen), path: patternOf(steps), how, made: (all) => exchange(all, pair.seen, changed(pair.seen, steps, weak, byUrn)),
    }));
  });
}

/** What the program leaves out, set to what weakens. */
const added = (seen: Seen, { absent = {} }: Weight, byUrn: ReadonlyMap<string, Seen>): Mutant[] =>
  Object.entries(absent).filter(([path]) => !(path in seen.props) || Array.isArray(seen.props[path])).map(([path, value]) => ({
    ...about(seen), path, how: typeof value === "object" ? "opened" : `set to ${JSON.stringify(value)}`, made: (all) => exchange(all, seen, changed(seen, path.split("."), value, byUrn)),
  }));

/** What stands in a resource's options. */
const options = (seen: Seen): Mutant[] => [
  ...(seen.protect ? [{ ...about(seen), path: "(option) protect", how: "set to false", made: (all: readonly Seen[]) => exchange(all, seen, { ...seen, protect: false }) }] : []),
  ...(seen.type.endsWith(":Certificate") ? [{ ...about(seen), path: "(option) additionalSecretOutputs", how: "without privateKey",
    made: (all: readonly Seen[]) => exchange(all, seen, { ...seen, secretOutputs: (seen.secretOutputs ?? []).filter((output) => output !== "privateKey") }) }] : []),
  ...(seen.type.endsWith(":FirehoseDeliveryStream") ? [{ ...about(seen), path: "(option) dependsOn", how: "without its role's policy", made: (all: readonly Seen[]) => exchange(all, seen, hasty(seen)) }] : []),
];

/** Made without waiting for any policy. */
const hasty = (seen: Seen): Seen => {
  const others = (urns: readonly string[]): string[] => urns.filter((urn) => !urn.includes("aws:iam/rolePolicy:"));
  return { ...seen, after: others(seen.after ?? []), dependencies: Object.fromEntries(Object.entries(seen.dependencies).map(([property, urns]) => [property, others(urns)])) };
};

const beside = (seen: Seen, { type, how, props, from }: Beside): Mutant => ({
  ...about(seen), path: `(beside) ${type.split(":").at(-1)}`, how,
  made: (all) => [...all, { urn: `${seen.urn.split("::").slice(0, 2).join("::")}::${type}::beside`, type, name: "beside", props: props(seen), dependencies: Object.fromEntries(from.map((property) => [property, [seen.urn]])), after: [seen.urn] }],
});

/** Paths to every value of a resource that the program sets, containers included. */
function nodes({ planned, seen }: Pair): Step[][] {
  return Object.keys(planned.inputs).filter((property) => seen.props[property] !== undefined).flatMap((property) => below(seen.props[property], [property]));
}

const below = (value: unknown, steps: Step[]): Step[][] => [steps, ...inner(value).flatMap((step) => below((value as Props)[step], [...steps, step]))];
const inner = (value: unknown): Step[] => (Array.isArray(value) ? value.map((_, at) => at) : typeof value === "object" && value !== null ? Object.keys(value) : []);

/** Paths to values that hold nothing further. */
const leaves = (pair: Pair): Step[][] => nodes(pair).filter((steps) => !inner(steps.reduce<unknown>((holder, step) => (holder as Props)[step], pair.seen.props)).length);
