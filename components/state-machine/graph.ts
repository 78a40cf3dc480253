/** Graph: which states lead where, in one scope. */
import { type Definition, type State, targets } from "./language";

/** Names that can be reached from `from`, itself included. */
export function reached({ States }: Definition, from: string): Set<string> {
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

/** Groups of states that can come back to themselves. */
export function loops(scope: Definition): string[][] {
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

/** A state that ends its scope well. */
export const succeeds = (state: State | undefined): boolean => state?.Type === "Succeed" || (state !== undefined && "End" in state && state.End === true);
