/** Ranks: how far each state of a scope stands from its start, and which edges lead back. Pure. */
import { type Definition, type State } from "../../components/state-machine/language";

export interface Edge {
  from: string;
  to: string;
  /** `caught`: an error that is mended; `failure`: any other; `back`: to a state before it. */
  kind: "next" | "caught" | "failure" | "back";
}

export interface Ranked {
  /** States from first to last, rank by rank; failure states come in none. */
  ranks: string[][];
  /** States that only a failure leads to, in the order in which it does. */
  failures: string[];
  edges: Edge[];
}

/** Where a state leads when all goes well, and by an error that it names. */
function onward(name: string, state: State): Edge[] {
  const next = "Next" in state && state.Next ? [state.Next] : [];
  const chosen = state.Type === "Choice" ? [...state.Choices.map(({ Next }) => Next), ...(state.Default ? [state.Default] : [])] : [];
  const caught = "Catch" in state ? (state.Catch ?? []) : [];
  const edges: Edge[] = [
    ...[...new Set([...next, ...chosen])].map((to): Edge => ({ from: name, to, kind: "next" })),
    ...caught.map(({ ErrorEquals, Next: to }): Edge => ({ from: name, to, kind: ErrorEquals.includes("States.ALL") ? "failure" : "caught" })),
  ];
  return edges;
}

export function ranked({ StartAt, States }: Definition): Ranked {
  const all = Object.entries(States).flatMap(([name, state]) => onward(name, state)).filter(({ to }) => to in States);
  const main = reachable(StartAt, all.filter(({ kind }) => kind !== "failure"));
  const failures = Object.keys(States).filter((name) => !main.includes(name));
  const back = backEdges(StartAt, all.filter(({ from, kind }) => main.includes(from) && kind !== "failure"));
  const edges = all.map((edge): Edge => (back.has(edge) ? { ...edge, kind: "back" } : edge));
  const rank = new Map(main.map((name) => [name, 0]));
  // The longest way from the start; there is no way round any more.
  for (let moved = true; moved;) {
    moved = false;
    for (const { from, to, kind } of edges) {
      if (kind === "back" || kind === "failure" || !main.includes(from)) continue;
      const least = (rank.get(from) ?? 0) + 1;
      if ((rank.get(to) ?? 0) < least) moved = Boolean(rank.set(to, least));
    }
  }
  const deepest = Math.max(...rank.values());
  return { ranks: Array.from({ length: deepest + 1 }, (_, at) => main.filter((name) => rank.get(name) === at)), failures, edges };
}

/** In the order in which they are come to. */
function reachable(start: string, edges: Edge[]): string[] {
  const seen = [start];
  for (const name of seen) for (const { from, to } of edges) if (from === name && !seen.includes(to)) seen.push(to);
  return seen;
}

/** Edges that lead to a state which the way to them came by. */
function backEdges(start: string, edges: Edge[]): Set<Edge> {
  const found = new Set<Edge>();
  const done = new Set<string>();
  const walk = (name: string, way: string[]): void => {
    if (done.has(name)) return;
    for (const edge of edges.filter(({ from }) => from === name)) {
      if (way.includes(edge.to) || edge.to === name) found.add(edge);
      else walk(edge.to, [...way, name]);
    }
    done.add(name);
  };
  walk(start, []);
  return found;
}
