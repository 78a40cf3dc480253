/**
 * Journey: whether a Glue connection reaches its database, and its job what it needs beside: the path, and what is missing on it.
 *
 *   subnet ─ route ─▶ peering or transit gateway ─▶ group of the database
 *      ◀──────────── route back ───────────────────────┘
 */
import { type Finding, LINKS, type Path, type Place, undecided } from "./finding";
import { Graph, type Key, type Resource } from "./graph";
import { type Span, spanWords } from "./ranges";
import { addressOf, endOf, isAddress, placeIn, startOf } from "./places";
import { nameFaults } from "./names";
import { exposureFaults, selfFaults, serviceFaults, storageFaults, zoneFaults } from "./services";
import { rangesOf, type Target } from "./tables";
import { groupsKnown, walk } from "./walk";

export const CONNECTION = "aws:glue/connection:Connection";

export interface Journey {
  /** Where it goes, a stop each; empty where even that can't be told. */
  stops: string[];
  findings: Finding[];
}

export type Verdict = { kind: "reachable"; stops: string[] } | { kind: "missing" | "undecided"; stops: string[]; first: Finding };

/** Everything that is missing for a connection; `undefined` where it goes through no network. */
export function journeyOf(graph: Graph, connection: Resource): Journey | undefined {
  const physical = connection.props.physicalConnectionRequirements as Record<string, unknown> | undefined;
  if (!physical) return undefined;
  const from = startOf(graph, connection);
  if (!from) return { stops: [], findings: [undecided("place", "the subnet and groups of the connection")] };
  // Before an update it may be any of several subnets that its subnet's id comes from: what is missing from some of them can't be told.
  const starts = from.subnets.map((subnet) => placeIn(graph, from.words, [subnet], from.groups)).filter((place) => place !== undefined);
  return agreed(starts.map((start) => journeyFrom(graph, connection, physical, start)));
}

/** What several journeys say together: missing is what each of them misses. */
function agreed([first, ...others]: Journey[]): Journey {
  const all = [first!, ...others];
  const links = LINKS.filter((link) => all.some(({ findings }) => findings.some((finding) => finding.link === link)));
  const findings = links.flatMap((link) => {
    const own = all.map((journey) => journey.findings.filter((finding) => finding.link === link));
    if (own.every((found) => found.some((finding) => !finding.undecided))) return own[0]!;
    const words = new Set(own.flat().map((finding) => finding.words));
    return others.length ? [...words].map((one) => undecided(link, one)) : own[0]!;
  });
  return { stops: first!.stops, findings };
}

function journeyFrom(graph: Graph, connection: Resource, physical: Record<string, unknown>, from: Place): Journey {
  const zone = zoneFaults(graph, physical.availabilityZone, from);
  const needs = [...selfFaults(graph, from), ...storageFaults(graph, from), ...serviceFaults(graph, from)];
  const to = endOf(graph, connection, from);
  const { host, port = to?.outside?.port ?? portBehind(graph, from) } = addressOf(connection);
  if (!to || port === undefined) {
    const lost = undecided("place", `where the database ${host ?? ""} stands`.replace("  ", " "));
    return { stops: [spot(graph, from)], findings: ordered([lost, ...zone, ...nameFaults(graph, from, undefined, undefined, false), ...needs, ...exposureFaults(graph, [from])]) };
  }
  const path: Path = { graph, from, to, port };
  const { findings, via } = walk(path);
  const isName = host === undefined ? undefined : !isAddress(host);
  const names = nameFaults(graph, from, to, via, isName);
  return { stops: stopsOf(path, via), findings: ordered([...zone, ...findings, ...names, ...needs, ...exposureFaults(graph, [from, to])]) };
}

/** The database's groups, and the ranges by which Glue's workers may be let in there: none where groups are known by id on the way. */
export interface Door {
  groups: Key[];
  workers: Span[];
}

/** Where a connection's database lets Glue in; `undefined` where that can't be told. */
export function doorOf(graph: Graph, connection: Resource): Door | undefined {
  const from = startOf(graph, connection);
  const to = from && endOf(graph, connection, from);
  if (!from || !to) return undefined;
  const path: Path = { graph, from, to, port: addressOf(connection).port ?? to.outside?.port ?? 0 };
  const known = groupsKnown(path, walk(path).via);
  return { groups: to.groups.filter((group) => !from.groups.includes(group)), workers: known === true ? [] : rangesOf(graph, from.vpc) ?? from.addresses };
}

/** Port that the settings name for the network that the connection starts in, where its URL is hidden. */
function portBehind(graph: Graph, { vpc }: Place): number | undefined {
  const block = graph.of("sensorlake:index:PeeredGlueNetwork").find(({ name }) => graph.at(vpc)?.name.startsWith(`${name}-`));
  const port = (block?.props.peer as { port?: unknown } | undefined)?.port;
  return typeof port === "number" ? port : undefined;
}

const ordered = (findings: Finding[]): Finding[] => [...findings].sort((a, b) => LINKS.indexOf(a.link) - LINKS.indexOf(b.link));

/** The first thing that is missing, else the first that can't be told. */
export function verdictOf({ stops, findings }: Journey): Verdict {
  const first = findings.find((finding) => !finding.undecided) ?? findings[0];
  return first ? { kind: first.undecided ? "undecided" : "missing", stops, first } : { kind: "reachable", stops };
}

/** Whether a port is reached from one place to another: for places that are known. */
export function reach(path: Path): Verdict {
  const { findings, via } = walk(path);
  return verdictOf({ stops: stopsOf(path, via), findings: ordered(findings) });
}

function stopsOf(path: Path, via: Target | undefined): string[] {
  const { graph, from, to, port } = path;
  const tables = (place: Place): string => place.tables.map((table) => graph.words(table)).join(", ");
  return [
    spot(graph, from),
    `route ${tables(from)}`,
    ...(via?.key ? [`${via.kind === "peering" ? "peering" : "transit gateway"} ${graph.words(via.key)}`] : []),
    `${to.words}:${port} (${[...to.addresses.map(spanWords), ...to.groups.map((group) => graph.words(group))].join(", ")})`,
    ...(from.vpc === to.vpc ? [] : [`back by ${tables(to) || "tables that are not known"}`]),
  ];
}

const spot = (graph: Graph, { subnets, addresses, groups }: Place): string =>
  `${subnets.map((subnet) => graph.words(subnet)).join(", ")} (${[...addresses.map(spanWords), ...groups.map((group) => graph.words(group))].join(", ")})`;

/** The journey of every connection of a stack, for people. */
export function drawings(resources: readonly Resource[]): string[] {
  const graph = new Graph(resources);
  return graph.of(CONNECTION).flatMap((connection) => drawn(graph, connection));
}

/** A journey in a few lines. */
function drawn(graph: Graph, connection: Resource): string[] {
  const journey = journeyOf(graph, connection);
  if (!journey) return [];
  const verdict = verdictOf(journey);
  const [start, ...rest] = journey.stops;
  const say = { reachable: "reachable", missing: "not reachable", undecided: "as far as can be told" }[verdict.kind];
  return [
    `Path of ${connection.name}: ${say}`,
    ...(start ? [`  ${start}`, ...rest.map((stop) => `   ─▶ ${stop}`)] : []),
    ...("first" in verdict ? [`   ${verdict.kind === "missing" ? "✗ " : "? not known: "}${verdict.first.words}`] : []),
  ];
}
