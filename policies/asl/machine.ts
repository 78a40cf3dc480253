/**
 * Machine: a state machine as its definition says: scopes, states, and where each can lead. Field names: Amazon States Language
 * specification, https://states-language.net. Both query languages (JSONPath and JSONata) are read.
 */
import { UNKNOWN } from "../stack";

export interface State {
  Type: string;
  Resource?: string;
  Next?: string;
  End?: boolean;
  Default?: string;
  Choices?: { Next?: string }[];
  Catch?: Catcher[];
  Retry?: Retrier[];
  Branches?: Scope[];
  Iterator?: Scope;
  ItemProcessor?: Scope & { ProcessorConfig?: { Mode?: string } };
  Parameters?: Record<string, unknown>;
  Arguments?: Record<string, unknown>;
  TimeoutSeconds?: number | string;
  TimeoutSecondsPath?: string;
  Seconds?: number;
  [field: string]: unknown;
}

export interface Catcher { ErrorEquals?: string[]; Next?: string }
export interface Retrier { ErrorEquals?: string[]; MaxAttempts?: number; IntervalSeconds?: number; BackoffRate?: number }

export interface Scope {
  StartAt?: string;
  States?: Record<string, State>;
  TimeoutSeconds?: number;
}

/** A state by its name, and the scope that it stands in. */
export interface Placed {
  name: string;
  state: State;
  scope: Scope;
}

const read = new Map<string, Scope>();

/** The definition of a machine, read once; undefined when it is not known yet. Throws when it is no definition. */
export function definitionOf(definition: unknown): Scope | undefined {
  if (typeof definition !== "string") throw new Error("a state machine's definition is no text");
  if (definition.includes(UNKNOWN)) return undefined;
  const known = read.get(definition);
  if (known) return known;
  const scope = JSON.parse(definition) as Scope;
  if (typeof scope?.StartAt !== "string" || typeof scope.States !== "object") throw new Error("a state machine's definition has no StartAt and States");
  read.set(definition, scope);
  return scope;
}

/** A definition and those inside its Parallel and Map states, however deep. */
export function scopesOf(scope: Scope): Scope[] {
  const inner = Object.values(scope.States ?? {}).flatMap(({ Branches, Iterator, ItemProcessor }) => [...(Branches ?? []), ...(Iterator ? [Iterator] : []), ...(ItemProcessor ? [ItemProcessor] : [])]);
  return [scope, ...inner.flatMap(scopesOf)];
}

export const statesOf = (root: Scope): Placed[] => scopesOf(root).flatMap((scope) => Object.entries(scope.States ?? {}).map(([name, state]) => ({ name, state, scope })));
export const tasksOf = (root: Scope): Placed[] => statesOf(root).filter(({ state }) => state.Type === "Task");

/** Names of the states that one can lead to. */
export function targetsOf({ Next, Default, Choices, Catch }: State): string[] {
  return [Next, Default, ...(Choices ?? []).map((choice) => choice.Next), ...(Catch ?? []).map((catcher) => catcher.Next)].filter((name) => name !== undefined);
}

/** Names that can be reached from one, itself included. */
export function reachedFrom({ States = {} }: Scope, from: string): Set<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const state = States[name];
    if (!state || seen.has(name)) continue;
    seen.add(name);
    open.push(...targetsOf(state));
  }
  return seen;
}

/** Groups of states of a scope that can come back to themselves. */
export function loopsOf(scope: Scope): string[][] {
  const states = scope.States ?? {};
  const onward = new Map(Object.entries(states).map(([name, state]) => [name, new Set(targetsOf(state).flatMap((to) => [...reachedFrom(scope, to)]))]));
  const circular = [...onward.keys()].filter((name) => onward.get(name)?.has(name));
  const groups = new Map<string, string[]>();
  for (const name of circular) {
    const first = circular.find((other) => onward.get(name)?.has(other) && onward.get(other)?.has(name)) ?? name;
    groups.set(first, [...(groups.get(first) ?? []), name]);
  }
  return [...groups.values()];
}
