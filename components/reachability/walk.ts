/** Walk: a packet there and its answer back, link by link, for every address that either end may have. */
import { aclFaults } from "./acls";
import { type Finding, type Link, missing, type Path, type Place, undecided } from "./finding";
import { gatewayFaults, gatewayKnowsGroups } from "./gateways";
import type { Key } from "./graph";
import { lets } from "./groups";
import { knowsGroups, peeringFaults } from "./peerings";
import { meets, type Span, spansWords, spanWords } from "./ranges";
import { type Hop, lookup, rangesOf, routesOf, type Target } from "./tables";

export interface Walked {
  findings: Finding[];
  /** What carries it from one VPC to the other; nothing within one. */
  via: Target | undefined;
}

/** All that is missing on the way, in the order of the way. */
export function walk(path: Path): Walked {
  const { from, to } = path;
  const back: Path = { ...path, from: to, to: from };
  const there = route(path, "route");
  const answer = route(back, "return", there.via);
  const via = there.via ?? answer.via;
  return { via, findings: [...ranges(path), ...egress(path, via), ...aclFaults(path), ...there.findings, ...ingress(path, via), ...answer.findings] };
}

/** Ranges of VPCs that are joined share no address. */
function ranges({ graph, from, to }: Path): Finding[] {
  if (from.vpc === to.vpc) return [];
  const spansOf = (place: Place): Span[] => rangesOf(graph, place.vpc) ?? place.addresses;
  const clash = spansOf(from).flatMap((one) => spansOf(to).filter((other) => meets(one, other)).map((other) => [one, other] as const))[0];
  return clash ? [missing("range", `${spanWords(clash[0])} of ${graph.words(from.vpc)} overlaps ${spanWords(clash[1])} of ${graph.words(to.vpc)}`)] : [];
}

/** Every table that may be asked has a route for every address, and what it goes by stands. A peering that was walked stands both ways. */
function route(path: Path, link: "route" | "return", walked?: Target): Walked {
  const { graph, from, to } = path;
  if (!from.tables.length) return { findings: [undecided(link, `the route table of ${from.words}`)], via: undefined };
  const local = rangesOf(graph, from.vpc) ?? from.addresses;
  const asked = from.tables.map((table) => ({ table, hops: lookup(routesOf(graph, table, local), to.addresses) }));
  const routes = asked.flatMap(({ table, hops }) => hops.map((hop) => hopFault(path, table, hop, link)).find((fault) => fault !== undefined) ?? []);
  const targets = distinct(asked.flatMap(({ hops }) => hops.map(({ target }) => target)).filter((target) => target !== undefined));
  const vias = targets.filter(({ kind }) => kind === "peering" || kind === "gateway");
  const links = vias.filter(({ kind, key }) => kind === "gateway" || key === undefined || key !== walked?.key).flatMap((via) => linkFaults(path, via, link));
  return { findings: [...routes, ...links], via: vias[0] };
}

const distinct = (targets: Target[]): Target[] => [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];

function hopFault({ graph, from, to }: Path, table: Key, { span, target, open }: Hop, link: Link): Finding | undefined {
  const words = `from ${graph.words(table)} ${link === "return" ? "back to" : "to"} ${spanWords(span)}`;
  if (open) return undecided(link, `the route ${words}`);
  if (!target) return from.outside?.owner ? undecided(link, `the route ${words}, which ${from.outside.owner} makes`) : missing(link, `no route ${words}`);
  if (from.vpc === to.vpc || target.kind === "peering" || target.kind === "gateway") return undefined;
  if (target.kind === "local") return undefined; // The ranges overlap, which is said already.
  return missing(link, `the route ${words} goes to ${target.key ? graph.words(target.key) : "what is not known yet"}, not to ${graph.words(to.vpc)}`);
}

function linkFaults(path: Path, via: Target, link: "route" | "return"): Finding[] {
  if (via.kind === "peering") return peeringFaults(path, via.key);
  return via.kind === "gateway" ? gatewayFaults(path, via.key, link) : [];
}

/** Whether groups are known by id at the other end. */
export function groupsKnown(path: Path, via: Target | undefined): boolean | undefined {
  if (path.from.vpc === path.to.vpc) return true;
  if (via?.kind === "peering" && via.key) return knowsGroups(path.graph, via.key);
  return via?.kind === "gateway" && via.key ? gatewayKnowsGroups(path, via.key) : true;
}

function egress(path: Path, via: Target | undefined): Finding[] {
  const { graph, from, to, port } = path;
  const words = `${named(path, from)} let out TCP port ${port} to ${to.words}`;
  return through(groupsKnown(path, via), (groups) => lets(graph, from.groups, "out", port, { spans: to.addresses, groups: groups ? to.groups : [] }), "egress", words);
}

function ingress(path: Path, via: Target | undefined): Finding[] {
  const { graph, from, to, port } = path;
  if (to.outside?.owner && !graph.at(to.groups[0] ?? "")) {
    const made = lets(graph, to.groups, "in", port, { spans: from.addresses, groups: from.groups });
    if (made !== true) return [undecided("ingress", `whether ${to.outside.owner} lets TCP port ${port} into ${named(path, to)} from ${spansWords(from.addresses)}`)];
  }
  const words = `${named(path, to)} let in TCP port ${port} from ${from.groups.map((group) => graph.words(group)).join(", ")} (${spansWords(from.addresses)})`;
  return through(groupsKnown(path, via), (groups) => lets(graph, to.groups, "in", port, { spans: from.addresses, groups: groups ? from.groups : [] }), "ingress", words);
}

/** A rule by group counts where groups are known; where that can't be told, neither can this. */
function through(known: boolean | undefined, asked: (groups: boolean) => boolean | undefined, link: Link, words: string): Finding[] {
  const [sure, hoped] = [asked(known === true), asked(known !== false)];
  if (sure === true) return [];
  if (sure === undefined || hoped !== false) return [undecided(link, `whether the rules of ${words}`)];
  return [missing(link, `no rule of ${words}${asked(true) === true ? ": groups are not known by id across it, so name the range" : ""}`)];
}

const named = ({ graph }: Path, { groups }: Place): string => groups.map((group) => graph.words(group)).join(", ") || "no group";
