/** Machine bounds: the history of a state machine's execution stays within what the service holds. */
import { loopsOf, type Scope, scopesOf, type State } from "../asl/machine";
import type { Answer, Rule } from "../rule";
import { ofDefinition, orchestration, waits } from "./definition";

/** Most events that the history of a standard execution may hold: Developer Guide, "Step Functions service quotas". */
const mostEvents = 25_000;
/** Events that one loop may take of them; the rest is for what stands around it. */
const loopEvents = 20_000;
/** Most iterations that an inline Map runs at once, and the events of one: the same page, "Map". */
const inlineItems = 40;

export const bounded: Rule = {
  ...orchestration,
  name: "st-sfn-08",
  why: "An execution whose history is full is failed by the service, in the middle of whatever it did.",
  set: "Let every loop wait so long that the machine's time-out comes before 25,000 events; bound MaxConcurrency, or use a distributed Map.",
  covers: [],
  check: ofDefinition((root) => scopesOf(root).flatMap((scope) => [...loopsOf(scope).map((names) => looped(names, scope, root)), ...Object.entries(scope.States ?? {}).map(([name, state]) => mapped(name, state))])),
};

/** Events that one pass of a state adds, at most: entered, scheduled, started, submitted, ended, exited. */
const eventsOf = (state: State | undefined): number => (state?.Type === "Task" ? (waits(state) ? 6 : 5) : 2);

function looped(names: string[], scope: Scope, root: Scope): Answer {
  const states = names.map((name) => scope.States?.[name]);
  const seconds = states.filter((state) => state?.Type === "Wait").map((state) => state?.Seconds).filter((wait) => typeof wait === "number");
  const what = `the loop of ${names.map((name) => `"${name}"`).join(", ")}`;
  if (!seconds.length) return `${what} does not wait; add a Wait with Seconds`;
  if (!root.TimeoutSeconds) return `${what} has no end; set TimeoutSeconds of the machine`;
  const events = states.reduce((sum, state) => sum + eventsOf(state), 0) * root.TimeoutSeconds / Math.max(Math.min(...seconds), 0.001);
  return events <= loopEvents ? undefined : `${what} can come to ${Math.ceil(events)} events of ${mostEvents}; wait longer or set a smaller TimeoutSeconds`;
}

/** An inline Map is bounded when it says how many run at once; its items are as many as its input has. */
function mapped(name: string, state: State): Answer {
  if (state.Type !== "Map" || state.ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED") return undefined;
  const atOnce = state.MaxConcurrency;
  const bound = typeof atOnce === "number" && atOnce >= 1 && atOnce <= inlineItems;
  return bound ? undefined : `the Map "${name}" runs any number at once; set MaxConcurrency from 1 to ${inlineItems}, or ProcessorConfig.Mode to DISTRIBUTED`;
}
