/** Difference: what a plan adds, changes and removes beside another one, for a comment on a pull request. */
import type { Plan, PlannedResource } from "../plan";

export interface Difference {
  added: PlannedResource[];
  removed: PlannedResource[];
  /** The inputs of a resource that differ, by name. */
  changed: { resource: PlannedResource; inputs: string[] }[];
}

export function difference(before: Plan, after: Plan): Difference {
  const [old, now] = [before, after].map(({ resources }) => new Map(resources.map((one) => [one.urn, one]))) as [Map<string, PlannedResource>, Map<string, PlannedResource>];
  return {
    added: after.resources.filter(({ urn }) => !old.has(urn)),
    removed: before.resources.filter(({ urn }) => !now.has(urn)),
    changed: after.resources.flatMap((resource) => {
      const inputs = differing(old.get(resource.urn), resource);
      return inputs.length ? [{ resource, inputs }] : [];
    }),
  };
}

function differing(old: PlannedResource | undefined, { inputs, protect }: PlannedResource): string[] {
  if (!old) return [];
  const names = [...new Set([...Object.keys(old.inputs), ...Object.keys(inputs)])].sort();
  const found = names.filter((name) => canonical(old.inputs[name]) !== canonical(inputs[name]));
  return old.protect === protect ? found : [...found, "protect"];
}

/** The same text for the same value, in whatever order its keys stand. */
const canonical = (value: unknown): string => JSON.stringify(value, (_, inner: unknown) =>
  (typeof inner === "object" && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? "";

/** Lines that a section of a comment names before it says how many more there are: a comment may have 65,536 characters. */
const NAMED = 40;

export function differenceMarkdown({ added, removed, changed }: Difference): string {
  const lines = [
    ...added.map((one) => `+ ${named(one)}`),
    ...removed.map((one) => `- ${named(one)}`),
    ...changed.map(({ resource, inputs }) => `! ${named(resource)}: ${inputs.join(", ")}`),
  ];
  if (!lines.length) return "**Beside the base**: the plan is the same.\n";
  const more = lines.length > NAMED ? [`… and ${lines.length - NAMED} more`] : [];
  const head = `**Beside the base**: ${added.length} added, ${changed.length} changed, ${removed.length} removed.`;
  return [head, "", "```diff", ...lines.slice(0, NAMED).map((line) => line.replace(/[`\r\n]/g, " ")), ...more, "```", ""].join("\n");
}

const named = ({ type, name }: PlannedResource): string => `${type.split(":").at(-1)} ${name}`;
