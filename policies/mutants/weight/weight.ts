/** Weight: what of a type bears on security. Written for every property that a plan of this program has; a test fails on one that is not here. */
import type { Props, Seen } from "../../stack";
import type { Weaken } from "../weaker";

export interface Weight {
  /** Whether a stack without such a resource is weaker; in words, why it is not. */
  removal: true | string;
  /** By path, a place in a list as `[]`, `.*` for all below: how the value becomes weaker; in words, why it bears on nothing. */
  properties: Record<string, Weaken | string>;
  /** Properties that the program leaves out, and what would weaken it there, by path. */
  absent?: Record<string, unknown>;
  /** Resources that open something when they stand beside one of this type. */
  beside?: readonly Beside[];
}

export interface Beside {
  type: string;
  how: string;
  /** Its inputs; `of` is the resource that it stands beside. */
  props: (of: Seen) => Props;
  /** Properties that name that resource. */
  from: readonly string[];
}

/** Why a property bears on nothing. */
export const why = {
  name: "what it is called",
  words: "words for people",
  place: "which resource it belongs to; another one is another program",
  tuning: "how much and how fast",
  format: "how the data is written",
  price: "a matter of price",
  region: "where it stands; the network's own properties say who reaches it",
} as const;
