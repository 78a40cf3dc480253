/** Soundness: what is wrong with a definition beyond its grammar, in words; nothing when all is well. */
import { historyFaults, loopFaults, mapFaults } from "./bounds";
import { reached, succeeds } from "./graph";
import { type Definition, isDistributed, scopes, type State, targets } from "./language";
import { referenceFaults } from "./references";

/** What a definition can't say of itself. */
export interface Around {
  /** Keys of the input that it relies on. */
  given?: string[];
  /** Most items of an inline Map. */
  mostItems?: number;
}

export function soundnessFaults(definition: Definition, { given = [], mostItems = 0 }: Around = {}): string[] {
  const all = scopes(definition);
  const structure = [...repeatedNames(all), ...all.flatMap(missingTargets)];
  return [
    ...(definition.TimeoutSeconds ? [] : ["the machine has no TimeoutSeconds"]),
    ...structure,
    ...all.flatMap((scope) => [
      ...unreachable(scope),
      ...Object.entries(scope.States).flatMap(([name, state]) => [
        ...taskFaults(name, state), ...catchFaults(name, state, scope), ...endFaults(name, state), ...mapFaults(name, state, mostItems), ...distributedFaults(name, state),
      ]),
      ...loopFaults(scope, definition.TimeoutSeconds ?? Infinity),
    ]),
    ...historyFaults(definition, mostItems),
    // Only what leads somewhere can be followed.
    ...(structure.length ? [] : referenceFaults(definition, given)),
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

function unreachable(scope: Definition): string[] {
  const seen = reached(scope, scope.StartAt);
  return Object.keys(scope.States).filter((name) => !seen.has(name)).map((name) => `nothing leads to "${name}"`);
}

function taskFaults(name: string, state: State): string[] {
  if (state.Type !== "Task") return [];
  return [
    ...(state.Retry?.length ? [] : [`task "${name}" has no Retry`]),
    ...(state.TimeoutSeconds && state.TimeoutSeconds > 0 ? [] : [`task "${name}" has no TimeoutSeconds`]),
    ...uncaught("task", name, state),
  ];
}

const uncaught = (what: string, name: string, { Catch }: Extract<State, { Catch?: unknown }>): string[] =>
  (Catch?.some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL")) ? [] : [`${what} "${name}" has no Catch of States.ALL`]);

/** A Catch of everything may lead to Fail only; one that names its errors mends them and may go on to what is still to be done. */
function catchFaults(name: string, state: State, scope: Definition): string[] {
  if (state.Type !== "Task" && state.Type !== "Parallel" && state.Type !== "Map") return [];
  const holds = state.Type === "Task" ? [] : uncaught(state.Type, name, state);
  return [...holds, ...(state.Catch ?? []).flatMap(({ ErrorEquals, Next }) => {
    const good = ErrorEquals.includes("States.ALL") ? [...reached(scope, Next)].find((to) => succeeds(scope.States[to])) : succeeds(scope.States[Next]) ? Next : undefined;
    return good === undefined ? [] : [`a failure of "${name}" can end well, in "${good}"`];
  })];
}

function endFaults(name: string, state: State): string[] {
  if (state.Type === "Choice" || state.Type === "Succeed" || state.Type === "Fail") return [];
  return Boolean(state.Next) === Boolean(state.End) ? [`"${name}" needs either Next or End`] : [];
}

/** Developer Guide, "Using Map state in Distributed mode": names of fields, and what they hold. */
function distributedFaults(name: string, state: State): string[] {
  if (state.Type !== "Map" || !isDistributed(state)) return [];
  return [
    ...(state.ItemReader ? [] : [`"${name}" takes its items from the payload, which bounds them; set ItemReader`]),
    ...(/^[\w-]{1,40}$/.test(state.Label ?? "") ? [] : [`"${name}" has the Label "${state.Label ?? ""}"; set 1 to 40 letters, digits, _ or -`]),
    ...(state.MaxConcurrency >= 1 ? [] : [`"${name}" runs any number at once; set MaxConcurrency`]),
    ...(state.ToleratedFailureCount === 0 ? [] : [`"${name}" takes failures for successes; set ToleratedFailureCount to 0`]),
  ];
}
