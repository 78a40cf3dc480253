/** Summary: a plan in lines for people: how much of what is in which block, and what could not be known. */
import type { Evaluated } from "./plan";
import { partsOf } from "./urn";

/** Kinds of resources that a line names before it says how many others there are. */
const NAMED = 4;

type Shown = Pick<Evaluated, "stack" | "resources" | "unknown" | "warnings" | "account" | "region">;

export function summary(plan: Shown, seconds: number): string[] {
  const made = plan.resources.filter(({ type }) => !type.startsWith("pulumi:"));
  const blocks = byBlock(made);
  const width = Math.max(...blocks.map(([name]) => name.length), 0);
  return [
    `${plan.stack}: ${made.length} resources in ${seconds.toFixed(1)} s, offline as account ${plan.account} in ${plan.region}`,
    ...blocks.map(([name, types], i) => `${i === blocks.length - 1 ? "└─" : "├─"} ${name.padEnd(width)} ${String(types.length).padStart(4)}  ${counted(types)}`),
    ...plan.warnings.map((warning) => `Warning: ${warning}`),
    ...(plan.unknown.length ? [`Not known offline: ${plan.unknown.join(", ")}`] : []),
  ];
}

/** Types of the custom resources below each outermost component; what stands directly in the stack is "(stack)". */
function byBlock(resources: Shown["resources"]): [string, string[]][] {
  const parents = new Map(resources.map(({ urn, parent }) => [urn, parent]));
  const blocks = new Map<string, string[]>();
  for (const { urn, type } of resources) {
    let top = urn;
    for (let above = parents.get(top); above && parents.has(above); above = parents.get(top)) top = above;
    const { types, name } = partsOf(top);
    const kind = last(types);
    const block = kind.startsWith("aws:") ? "(stack)" : `${last(kind.split(":"))} ${name}`;
    const own = blocks.get(block) ?? [];
    blocks.set(block, type.startsWith("aws:") ? [...own, type] : own);
  }
  return [...blocks].sort(([a], [b]) => (a < b ? -1 : 1));
}

function counted(types: string[]): string {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(last(type.split(":")), (counts.get(last(type.split(":"))) ?? 0) + 1);
  const all = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const named = all.slice(0, NAMED).map(([kind, count]) => `${count} ${kind}`);
  return [...named, ...(all.length > NAMED ? [`${all.length - NAMED} other kinds`] : [])].join(", ");
}

const last = (parts: string[]): string => parts[parts.length - 1] ?? "";
