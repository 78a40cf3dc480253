/** Finding: one link of a path that is missing, or that can't be told. */
import type { Graph, Key } from "./graph";
import type { Span } from "./ranges";

/** What a path is made of, in the order in which it is walked. */
export const LINKS = ["place", "range", "zone", "egress", "acl", "route", "link", "ingress", "return", "dns", "self", "s3", "service", "service-group", "private"] as const;
export type Link = (typeof LINKS)[number];

export interface Finding {
  link: Link;
  /** What is missing, in words; with `undecided`: what can't be told. */
  words: string;
  undecided?: true;
}

export const missing = (link: Link, words: string): Finding => ({ link, words });
export const undecided = (link: Link, words: string): Finding => ({ link, words, undecided: true });

/** One end of a path: where it may be. Everything must hold for every address that it may have. */
export interface Place {
  /** How people know it. */
  words: string;
  vpc: Key;
  addresses: Span[];
  /** Subnets of the stack that it may be in; empty for what stands outside. */
  subnets: Key[];
  /** Route tables that may be asked there. */
  tables: Key[];
  groups: Key[];
  /** It stands outside the stack, and this is what the settings say of it. */
  outside?: Outside;
}

/** What the settings say of a network outside the stack. */
export interface Outside {
  vpc: Key;
  cidr: string;
  tables: Key[];
  group: Key;
  port?: number;
  gateway?: Key;
  /** Whose side it is, where this stack may not change it. */
  owner?: string;
  /** That owner has accepted the peering, as the settings say. */
  accepted?: boolean;
}

/** A path to ask for. */
export interface Path {
  graph: Graph;
  from: Place;
  to: Place;
  port: number;
}
