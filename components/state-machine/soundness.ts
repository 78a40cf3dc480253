/** Soundness: what is wrong with a definition beyond its grammar, in words; nothing when all is well. */
import { mostRooms } from "../../functions/decide/training";
import { type Definition, scopes, type State, targets } from "./language";

/** Most events that a standard execution's history may hold: Developer Guide, "Step Functions service quotas". */
const mostEvents = 25_000;
/** A loop may take this share of them; the rest is for what stands around it. */
const loopShare = 0.8;

export function soundnessFaults(definition: Definition): string[] {
  const all = scopes(definition);
  return [
    ...(definition.TimeoutSeconds ? [] : ["the machine has no TimeoutSeconds"]),
    ...repeatedNames(all),
    ...all.flatMap((scope) => [
      ...missingTargets(scope),
      ...unreachable(scope),
      ...Object.entries(scope.States).flatMap(([name, state]) => [...taskFaults(name, state), ...catchFaults(name, state, scope), ...endFaults(name, state), ...mapFaults(name, state)]),
      ...loopFaults(scope, definition.TimeoutSeconds ?? Infinity),
    ]),
  ];
}

function repeatedNames(all: Definition[]): string[] {
  const names = all.flatMap((scope) => Object.keys(scope.States));
  return names.filter((name, at) => names.indexOf(name) !== at).map((name) => `two states are named "${name}"`);
}

function missingTargets({ StartAt, States }: Definition): string[] {
  const missing = (from: string, to: string): string[] => (to in States ? [] : [`"${from}" leads to "${to}", which is not there`]);
  return [...missing("StartAt", StartAt), ...Object.entries(States).flatMap(([name, state]) => targets(state).flatMap((to) => missing(name, to)))];
}

/** Names that can be reached from `from`, itself included. */
function reached({ States }: Definition, from: string): Set<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = States[name];
    if (!state || seen.has(name)) continue;
    seen.add(name);
    open.push(...targets(state));
  }
  return seen;
}

function unreachable(scope: Definition): string[] {
  const seen = reached(scope, scope.StartAt);
  return Object.keys(scope.States).filter((name) => !seen.has(name)).map((name) => `nothing leads to "${name}"`);
}

function taskFaults(name: string, state: State): string[] {
  if (state.Type !== "Task") return [];
  return [
    ...(state.Retry?.length ? [] : [`task "${name}" has no Retry`]),
    ...(state.TimeoutSeconds && state.TimeoutSeconds > 0 ? [] : [`task "${name}" has no TimeoutSeconds`]),
    ...(state.Catch?.some((catcher) => catcher.ErrorEquals.includes("States.ALL")) ? [] : [`task "${name}" has no Catch of States.ALL`]),
  ];
}

/** A Catch of everything may lead to Fail only; one that names its errors mends them and may go on. */
function catchFaults(name: string, state: State, scope: Definition): string[] {
  const wild = "Catch" in state ? (state.Catch ?? []).filter((catcher) => catcher.ErrorEquals.includes("States.ALL")) : [];
  return wild.flatMap(({ Next }) => {
    const good = [...reached(scope, Next)].filter((to) => succeeds(scope.States[to]));
    return good.length ? [`a failure of "${name}" can end well, in "${good[0]}"`] : [];
  });
}

const succeeds = (state: State | undefined): boolean => state?.Type === "Succeed" || (state !== undefined && "End" in state && state.End === true);

function endFaults(name: string, state: State): string[] {
  if (state.Type === "Choice" || state.Type === "Succeed" || state.Type === "Fail") return [];
  return Boolean(state.Next) === Boolean(state.End) ? [`"${name}" needs either Next or End`] : [];
}

/** Events that one pass of a state adds to the history, at most: entered, scheduled, started, submitted, ended, exited. */
const eventsOf = (state: State): number => (state.Type === "Task" ? (state.Resource.includes(".sync") ? 6 : 5) : 2);

/** With every retry that its tasks may need. */
const eventsAtWorst = (state: State): number => eventsOf(state) + ("Retry" in state ? (state.Retry ?? []).reduce((sum, { MaxAttempts }) => sum + 4 * MaxAttempts, 0) : 0);

/** The most items that decide hands over fit into the history, though each is retried. */
function mapFaults(name: string, state: State): string[] {
  if (state.Type !== "Map") return [];
  const events = mostRooms * (2 + Object.values(state.ItemProcessor.States).reduce((sum, inner) => sum + eventsAtWorst(inner), 0));
  return events <= mostEvents * loopShare ? [] : [`"${name}" can fill the history: ${events} events of ${mostEvents} for ${mostRooms} items`];
}

/** Every loop waits, and ends with the machine's time-out long before the history is full. */
function loopFaults(scope: Definition, seconds: number): string[] {
  return loops(scope).flatMap((names) => {
    const states = names.map((name) => scope.States[name]).filter((state) => state !== undefined);
    const wait = Math.min(...states.filter((state) => state.Type === "Wait").map((state) => state.Seconds));
    const what = `the loop of ${names.map((name) => `"${name}"`).join(", ")}`;
    if (!Number.isFinite(wait)) return [`${what} does not wait`];
    const events = (states.reduce((sum, state) => sum + eventsOf(state), 0) * seconds) / Math.max(wait, 0.001);
    return events <= mostEvents * loopShare ? [] : [`${what} can fill the history: ${Math.ceil(events)} events of ${mostEvents}; wait longer or time out sooner`];
  });
}

/** Groups of states that can come back to themselves. */
function loops(scope: Definition): string[][] {
  const reach = new Map(Object.keys(scope.States).map((name) => {
    const onward = targets(scope.States[name] as State).flatMap((to) => [...reached(scope, to)]);
    return [name, new Set(onward)] as const;
  }));
  const circular = [...reach.keys()].filter((name) => reach.get(name)?.has(name));
  const groups = new Map<string, string[]>();
  for (const name of circular) {
    const first = circular.find((other) => reach.get(name)?.has(other) && reach.get(other)?.has(name)) ?? name;
    groups.set(first, [...(groups.get(first) ?? []), name]);
  }
  return [...groups.values()];
}
