/** Drawing: a definition as a Mermaid flow chart. Failure paths are dotted; nested scopes are boxes. */
import type { Definition, State } from "./language";

export function mermaid(definition: Definition): string {
  const ids = new Map<string, string>();
  return ["flowchart TD", ...scopeLines(definition, ids, "  ")].join("\n");
}

function scopeLines({ States, StartAt }: Definition, ids: Map<string, string>, indent: string): string[] {
  for (const name of Object.keys(States)) ids.set(name, `s${ids.size}`);
  const nodes = Object.entries(States).flatMap(([name, state]) => nodeLines(name, state, ids, indent, name === StartAt));
  const edges = Object.entries(States).flatMap(([name, state]) => edgeLines(name, state, ids, indent));
  return [...nodes, ...edges];
}

function nodeLines(name: string, state: State, ids: Map<string, string>, indent: string, first: boolean): string[] {
  const id = ids.get(name);
  const label = `"${name.replaceAll('"', "#quot;")}"`;
  const inner = state.Type === "Parallel" ? state.Branches : state.Type === "Map" ? [state.ItemProcessor] : [];
  if (inner.length) {
    return [`${indent}subgraph ${id}[${label}]`, ...inner.flatMap((scope) => scopeLines(scope, ids, `${indent}  `)), `${indent}end`];
  }
  if (state.Type === "Choice") return [`${indent}${id}{${label}}`];
  if (first) return [`${indent}${id}([${label}])`];
  return [`${indent}${id}${state.Type === "Fail" || state.Type === "Succeed" ? `((${label}))` : `[${label}]`}`];
}

function edgeLines(name: string, state: State, ids: Map<string, string>, indent: string): string[] {
  const arrow = (to: string, line: string): string => `${indent}${ids.get(name)} ${line} ${ids.get(to)}`;
  const chosen = state.Type === "Choice" ? [...state.Choices.map(({ Next }) => arrow(Next, "-->")), ...(state.Default ? [arrow(state.Default, "-->|otherwise|")] : [])] : [];
  const next = "Next" in state && state.Next ? [arrow(state.Next, "-->")] : [];
  const caught = "Catch" in state ? (state.Catch ?? []).map(({ ErrorEquals, Next }) => arrow(Next, ErrorEquals.includes("States.ALL") ? "-.->" : `-.->|${ErrorEquals.join(", ")}|`)) : [];
  return [...chosen, ...next, ...caught];
}
