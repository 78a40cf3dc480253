/** Bounds: no history of an execution comes near the 25,000 events at which Step Functions fails it. */
import { loops } from "./graph";
import { type Definition, isDistributed, type MapState, type State } from "./language";

/** Most events that a standard execution's history may hold: Developer Guide, "Step Functions service quotas". */
const mostEvents = 25_000;
/** A loop or a Map may take this share of them; the rest is for what stands around it. */
const share = 0.8;

/** Events that one pass of a state adds to the history, at most: entered, scheduled, started, submitted, ended, exited. */
const eventsOf = (state: State): number => (state.Type === "Task" ? (state.Resource.includes(".sync") ? 6 : 5) : 2);

/** With every retry that its tasks may need. */
const eventsAtWorst = (state: State): number => eventsOf(state) + ("Retry" in state ? (state.Retry ?? []).reduce((sum, { MaxAttempts }) => sum + 4 * MaxAttempts, 0) : 0);

/** Of an inline Map with so many items, each with every retry; those of a distributed one have histories of their own. */
const eventsOfMap = (state: MapState, items: number): number =>
  isDistributed(state) ? 0 : items * (2 + Object.values(state.ItemProcessor.States).reduce((sum, inner) => sum + eventsAtWorst(inner), 0));

/** The items of an inline Map fit into the history, though each is retried. */
export function mapFaults(name: string, state: State, mostItems: number): string[] {
  const events = state.Type === "Map" ? eventsOfMap(state, mostItems) : 0;
  return events <= mostEvents * share ? [] : [`"${name}" can fill the history: ${events} events of ${mostEvents} for ${mostItems} items`];
}

/** A loop's events, when it goes round as often as its shortest wait lets it; its wait is infinite when it has none. */
function eventsOfLoop(scope: Definition, names: string[], seconds: number): { wait: number; events: number } {
  const states = names.map((name) => scope.States[name]).filter((state) => state !== undefined);
  const wait = Math.min(...states.filter((state) => state.Type === "Wait").map((state) => state.Seconds));
  return { wait, events: (states.reduce((sum, state) => sum + eventsOf(state), 0) * seconds) / Math.max(wait, 0.001) };
}

/** Every loop waits, and ends with the machine's time-out long before the history is full. */
export function loopFaults(scope: Definition, seconds: number): string[] {
  return loops(scope).flatMap((names) => {
    const { wait, events } = eventsOfLoop(scope, names, seconds);
    const what = `the loop of ${names.map((name) => `"${name}"`).join(", ")}`;
    if (!Number.isFinite(wait)) return [`${what} does not wait`];
    return events <= mostEvents * share ? [] : [`${what} can fill the history: ${Math.ceil(events)} events of ${mostEvents}; wait longer or time out sooner`];
  });
}

/** All of it together: each loop to its time-out, each Map with all its items, everything else once, with every retry. */
export function historyFaults(definition: Definition, mostItems: number): string[] {
  const events = Math.ceil(eventsOfScope(definition, definition.TimeoutSeconds ?? Infinity, mostItems));
  return events <= mostEvents ? [] : [`an execution can fill its history: ${events} events of ${mostEvents}`];
}

function eventsOfScope(scope: Definition, seconds: number, mostItems: number): number {
  const looped = loops(scope).reduce((sum, names) => sum + eventsOfLoop(scope, names, seconds).events, 0);
  return Object.values(scope.States).reduce((sum, state) => {
    const inner = state.Type === "Parallel" ? state.Branches.reduce((total, branch) => total + eventsOfScope(branch, seconds, mostItems), 0) : state.Type === "Map" ? eventsOfMap(state, mostItems) : 0;
    return sum + eventsAtWorst(state) + inner;
  }, looped);
}
