/** Change: what has to happen to a resource so that it is what the program says. Pure. */
import { comparable } from "./assets";
import type { Props, Provider } from "./providers/provider";
import { canonical, isRecord, opened } from "./values";

export interface Wish {
  inputs: Props;
  ignoreChanges: readonly string[];
  replaceOnChanges: readonly string[];
}

export type Change = { kind: "create" } | { kind: "same" | "update" | "replace"; changed: string[] };

/** Compare what is wished for with the inputs that are deployed. */
export function changeOf(deployed: Props | undefined, wish: Wish, provider: Pick<Provider, "replaceOn" | "update">): Change {
  if (!deployed) return { kind: "create" };
  const changed = changedKeys(deployed, wish.inputs);
  if (!changed.length) return { kind: "same", changed };
  const fixed = new Set([...(provider.replaceOn ?? []), ...wish.replaceOnChanges.map((path) => path.split(/[.[]/)[0])]);
  const replace = !provider.update || fixed.has("*") || changed.some((key) => fixed.has(key));
  return { kind: replace ? "replace" : "update", changed };
}

const comparing = (value: unknown): string => canonical(opened(comparable(value)) ?? null);

const changedKeys = (deployed: Props, wished: Props): string[] =>
  [...new Set([...Object.keys(deployed), ...Object.keys(wished)])].filter((key) => comparing(deployed[key]) !== comparing(wished[key])).sort();

/** Inputs with the deployed value wherever the program says that changes are to be ignored (`tags`, `environment.variables`). */
export function keeping(inputs: Props, deployed: Props | undefined, paths: readonly string[]): Props {
  if (!deployed) return inputs;
  return paths.reduce((props, path) => kept(props, deployed, path.split(".")), inputs);
}

function kept(props: Props, deployed: Props, [key = "", ...rest]: string[]): Props {
  const [now, before]: unknown[] = [props[key], deployed[key]];
  if (rest.length && isRecord(now) && isRecord(before)) return { ...props, [key]: kept(now, before, rest) };
  const others = Object.fromEntries(Object.entries(props).filter(([name]) => name !== key));
  return before === undefined ? others : { ...others, [key]: before };
}
