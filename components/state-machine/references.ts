/**
 * References: every path of a definition finds what it names, on whatever way the state was reached. A state's input is
 * known by its upper two levels: what the machine is given, and what each state before it put there. Below that, and in
 * what a service answers whole, anything may be. What a Choice makes sure of by IsPresent is asked for, not relied on.
 */
import type { Condition, Definition, State } from "./language";

/** Key → the keys under it; undefined: anything may be under it. */
type Known = Map<string, Set<string> | undefined>;

/** @param given keys of the machine's input that it relies on. */
export const referenceFaults = (definition: Definition, given: string[]): string[] => scopeFaults(definition, new Map(given.map((key) => [key, undefined])));

function scopeFaults(scope: Definition, input: Known): string[] {
  const known = inputsOf(scope, input);
  return Object.entries(scope.States).flatMap(([name, state]) => {
    const here = known.get(name);
    if (!here) return [];
    const missing = pathsOf(state).filter((path) => !found(path, here)).map((path) => `"${name}" reads ${path}, which is not there on every way to it`);
    const inner = state.Type === "Parallel" ? state.Branches.flatMap((branch) => scopeFaults(branch, here)) : state.Type === "Map" ? scopeFaults(state.ItemProcessor, itemOf(state.ItemSelector)) : [];
    return [...missing, ...inner];
  });
}

const itemOf = (selector: object = {}): Known => new Map(Object.keys(selector).map((key) => [plain(key), undefined]));

/** What each state finds, worked out until nothing changes: on several ways to it, what is there on all of them. */
function inputsOf({ StartAt, States }: Definition, input: Known): Map<string, Known> {
  const known = new Map<string, Known>([[StartAt, input]]);
  const open = [StartAt];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = States[name];
    const here = known.get(name);
    if (!state || !here) continue;
    for (const [to, after] of waysOut(state, here)) {
      const before = known.get(to);
      const both = before ? common(before, after) : after;
      if (before && same(before, both)) continue;
      known.set(to, both);
      open.push(to);
    }
  }
  return known;
}

/** Where a state leads, and what is there then. */
function waysOut(state: State, here: Known): [string, Known][] {
  const next: [string, Known][] = "Next" in state && state.Next ? [[state.Next, outputOf(state, here)]] : [];
  const chosen: [string, Known][] = state.Type === "Choice" ? [...state.Choices.map(({ Next }): [string, Known] => [Next, here]), ...(state.Default ? [[state.Default, here] as [string, Known]] : [])] : [];
  const caught: [string, Known][] = "Catch" in state ? (state.Catch ?? []).map(({ Next, ResultPath }) => [Next, put(here, ResultPath, new Set(["Error", "Cause"]))]) : [];
  return [...next, ...chosen, ...caught];
}

function outputOf(state: State, here: Known): Known {
  if (!("ResultPath" in state) || state.ResultPath === undefined) {
    const shape = resultOf(state);
    return state.Type === "Wait" ? here : new Map([...(shape ?? [])].map((key) => [key, undefined]));
  }
  return put(here, state.ResultPath, resultOf(state));
}

/** Keys of a state's result, where it says them. */
function resultOf(state: State): Set<string> | undefined {
  const shape = "ResultSelector" in state ? state.ResultSelector : state.Type === "Pass" ? state.Parameters : undefined;
  return shape && new Set(Object.keys(shape).map(plain));
}

function put(here: Known, path: string | null | undefined, shape: Set<string> | undefined): Known {
  if (path === null) return here;
  const [key] = parts(path ?? "$");
  return key === undefined ? new Map([...(shape ?? [])].map((each) => [each, undefined])) : new Map([...here, [key, shape]]);
}

const common = (one: Known, other: Known): Known => new Map([...one].filter(([key]) => other.has(key)).map(([key, keys]) => {
  const others = other.get(key);
  return [key, keys && others ? new Set([...keys].filter((each) => others.has(each))) : keys ?? others];
}));

const same = (one: Known, other: Known): boolean => one.size === other.size && [...one].every(([key, keys]) => keys?.size === other.get(key)?.size);

function found(path: string, here: Known): boolean {
  const [key, under] = parts(path);
  if (key === undefined) return true;
  const keys = here.get(key);
  return here.has(key) && (under === undefined || keys === undefined || keys.has(under));
}

const plain = (key: string): string => key.replace(/\.\$$/, "");
const parts = (path: string): string[] => path.split(/[.[\]]+/).slice(1).filter(Boolean);

/** The paths into its input that a state reads; paths into a result or the context are none. */
function pathsOf(state: State): string[] {
  const { Parameters, ItemReader } = state as { Parameters?: object; ItemReader?: { Parameters: object } };
  const fields = ["ItemsPath", "InputPath", "ErrorPath", "CausePath"].map((field) => (state as unknown as Record<string, unknown>)[field]);
  const templates = [Parameters, ItemReader?.Parameters].flatMap(valuesOf);
  const conditions = state.Type === "Choice" ? state.Choices.flatMap(conditionPaths) : [];
  const output = state.Type === "Succeed" && state.OutputPath ? [state.OutputPath] : [];
  return [...fields, ...templates, ...output].filter((value) => typeof value === "string").flatMap((text) => text.match(/(?<!\$)\$(\.[\w]+)+/g) ?? []).concat(conditions);
}

function valuesOf(template: unknown): unknown[] {
  if (typeof template !== "object" || template === null) return [];
  return Object.entries(template).flatMap(([key, value]) => (key.endsWith(".$") ? [value] : valuesOf(value)));
}

/** What a rule looks at only when an earlier part of it found it present is not relied on. */
function conditionPaths({ Variable, IsPresent, TimestampGreaterThanPath, And = [], Or = [], Not }: Condition): string[] {
  const own = [...(Variable && IsPresent === undefined ? [Variable] : []), ...(TimestampGreaterThanPath ? [TimestampGreaterThanPath] : [])];
  return [...own, ...[...And, ...Or, ...(Not ? [Not] : [])].flatMap(conditionPaths)];
}
