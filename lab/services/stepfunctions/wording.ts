/**
 * Wording: the same machine in the interpreter's words: what it understands otherwise than AWS is said in another way.
 * Each line of it is a test in wording.test.ts.
 */
import { type Definition, isDistributed, type MapState, type State, type Task } from "../../../components/state-machine/language";
import { worded } from "./conditions";
import { longestSeconds } from "./support";

/** Between our own timer of a task and the interpreter's, which may have begun a good deal earlier on a busy machine. */
const laterSeconds = 0.25;

type Loose = Record<string, unknown>;

/** Name of the state that lets the events of a closing Parallel or Map come in before their execution ends. */
export const settling = "(settling)";

export function forInterpreter(definition: Definition): Definition {
  const states = Object.entries(definition.States).map(([name, state]) => [name, plain(state)] as const);
  const settles = states.some(([, state]) => "Next" in state && state.Next === settling);
  return {
    ...definition,
    ...(definition.TimeoutSeconds && { TimeoutSeconds: Math.min(definition.TimeoutSeconds, longestSeconds) }),
    States: { ...Object.fromEntries(states), ...(settles && { [settling]: { Type: "Wait", Seconds: 1, End: true } }) },
  };
}

function plain(given: State): State {
  if (given.Type === "Map" && isDistributed(given)) return plain(asTask(given));
  const copy = inContext(given) as State & Loose;
  // It takes `$` for a key of that name, and a Task without a timeout for one of a minute.
  if (copy.ResultPath === "$") delete copy.ResultPath;
  if (Array.isArray(copy.Catch)) copy.Catch = copy.Catch.map(({ ResultPath, ...rest }: { ResultPath?: string }) => ({ ...rest, ...(ResultPath !== undefined && ResultPath !== "$" && { ResultPath }) })) as never;
  // Ours is to come first: execution.ts.
  if (copy.Type === "Task") copy.TimeoutSeconds = Math.min(copy.TimeoutSeconds ?? longestSeconds, longestSeconds) + laterSeconds;
  // It makes up an error and a cause where there are none.
  if (copy.Type === "Fail") Object.assign(copy, { ...(copy.Error === undefined && !copy.ErrorPath && { Error: "" }), ...(copy.Cause === undefined && !copy.CausePath && { Cause: "" }) });
  if (copy.Type === "Choice") copy.Choices = copy.Choices.map(({ Next, ...rule }) => ({ ...worded(rule), Next }));
  if (given.Type === "Parallel" && copy.Type === "Parallel") copy.Branches = given.Branches.map(forInterpreter);
  if (given.Type === "Map" && copy.Type === "Map") copy.ItemProcessor = { ...given.ItemProcessor, ...forInterpreter(given.ItemProcessor) };
  if ((copy.Type === "Parallel" || copy.Type === "Map") && copy.End) {
    delete copy.End;
    copy.Next = settling;
  }
  return copy;
}

/** A distributed Map as a task that is handed its input and its items, or where these are; map-runs.ts does the rest. */
const asTask = ({ ItemsPath, ItemReader, ItemSelector: _, ItemProcessor: __, MaxConcurrency: ___, Label: ____, ToleratedFailureCount: _____, ...state }: MapState): Task => ({
  ...state, Type: "Task", Resource: "arn:aws:lambda:::function:map",
  Parameters: { "input.$": "$", ...(ItemReader ? { reader: ItemReader.Parameters } : { "items.$": ItemsPath ?? "$" }) },
});

/**
 * It takes the input of a branch or an item, or what a redrive goes on with, for that of the execution, and their start for its
 * start: so these two are looked up elsewhere in the context. Only what is a path or a function is read; texts stay as they are.
 */
export function inContext(value: unknown, path = false): unknown {
  if (typeof value === "string") return path ? value.replace(/\$\$\.Execution\.(?=(Input|StartTime)\b)/g, "$$$$.Lab.") : value;
  if (Array.isArray(value)) return value.map((each) => inContext(each, path));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inContext(each, key.endsWith(".$") || /(Path|^Variable)$/.test(key))]));
}
