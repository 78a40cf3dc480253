/**
 * Nats: the way from a subnet to what is on the internet and back, by a NAT gateway of the same VPC.
 *
 *   subnet ─ route ─▶ NAT gateway, in a public subnet ─ route ─▶ internet gateway
 */
import { EPHEMERAL, passesAcl } from "./acls";
import { type Finding, type Link, missing, type Place, undecided } from "./finding";
import { type Graph, type Key, type Resource, SUBNET, told, UNKNOWN, VPC } from "./graph";
import { lets } from "./groups";
import { placeIn } from "./places";
import { holds, pieces, PUBLIC, type Span, spanOf, spanWords } from "./ranges";
import { defaultTarget, type Hop, lookup, rangesOf, routesOf, type Target } from "./tables";

const ATTACHED = "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment";
const INTERNET = "aws:ec2/internetGateway:InternetGateway";

/** Target of the table's default route. */
export function wayOut(graph: Graph, vpc: Key, table: Key | undefined): Target | undefined {
  return table === undefined ? undefined : defaultTarget(routesOf(graph, table, rangesOf(graph, vpc) ?? []));
}

/** Whether NAT is what the table is meant to go out by. */
export const byNat = (graph: Graph, vpc: Key, table: Key): boolean => wayOut(graph, vpc, table)?.kind === "nat";

/** What is missing on the way of HTTPS from a place to the internet by NAT: routes and gateways first, then groups and ACLs. */
export function natFaults(graph: Graph, from: Place, link: Link): Finding[] {
  const outside = world(graph);
  const ways = from.tables.map((table) => ({ table, found: hops(graph, from.vpc, table, outside) }));
  const gateways = new Set(ways.flatMap(({ found }) => found.flatMap(({ target }) => (target?.kind === "nat" ? [target.key ?? ""] : []))));
  const egress = lets(graph, from.groups, "out", 443, { spans: outside, groups: [] });
  const words = `${from.groups.map((group) => graph.words(group)).join(", ")} lets out TCP port 443 to every address, as the way by NAT asks`;
  return [
    ...ways.flatMap(({ table, found }) => astray(graph, table, found, "nat", link, "a NAT gateway")),
    ...[...gateways].flatMap((gateway) => gatewayFaults(graph, from, gateway, outside, link)),
    ...(egress === true ? [] : [egress === undefined ? undecided("service-group", `whether ${words}`) : missing("service-group", `no rule of ${words}`)]),
  ];
}

/** Addresses of the internet that no network of the stack uses for itself. */
function world(graph: Graph): Span[] {
  const own = graph.of(VPC).map(({ props }) => spanOf(props.cidrBlock)).filter((span) => span !== undefined);
  return PUBLIC.flatMap((span) => pieces(span, own)).filter((piece) => !own.some((one) => holds(one, piece)));
}

const hops = (graph: Graph, vpc: Key, table: Key, to: Span[]): Hop[] => lookup(routesOf(graph, table, rangesOf(graph, vpc) ?? []), to);

/** The first of the hops that does not go by what is wanted. */
function astray(graph: Graph, table: Key, found: Hop[], kind: Target["kind"], link: Link, wanted: string): Finding[] {
  const lost = found.filter(({ target, open }) => open || target?.kind !== kind);
  const [first] = lost;
  if (!first) return [];
  const way = `route from ${graph.words(table)} to ${lost.length === found.length && kind !== "local" ? "the internet" : spanWords(first.span)}`;
  if (first.open) return [undecided(link, `the ${way}`)];
  const { target } = first;
  return [missing(link, target ? `the ${way} goes to ${target.key ? graph.words(target.key) : target.kind}, not to ${wanted}` : `no ${way} by ${wanted}`)];
}

/** A gateway that is public, and stands in a subnet of the same VPC from which the internet is reached. */
function gatewayFaults(graph: Graph, from: Place, key: Key, outside: Span[], link: Link): Finding[] {
  const nat = graph.at(key);
  if (!nat) return [undecided(link, `where ${key || "the NAT gateway"} stands, which is not of this stack`)];
  if (nat.props.connectivityType === "private") return [missing(link, `${nat.name} is a private NAT gateway, which leads to no internet`)];
  if (nat.props.allocationId === undefined) return [missing(link, `${nat.name} has no public address: its allocationId is not set`)];
  const subnet = graph.one(nat, "subnetId", [SUBNET]);
  const place = subnet === undefined ? undefined : placeIn(graph, nat.name, [subnet], [key]);
  if (!place) return [undecided(link, `in which subnet ${nat.name} stands`)];
  if (place.vpc !== from.vpc) return [missing(link, `${nat.name} stands in ${graph.words(place.vpc)}, not in ${graph.words(from.vpc)}`)];
  const internet: Place = { words: "the internet", vpc: from.vpc, addresses: outside, subnets: [], tables: [], groups: [] };
  return [...onward(graph, place, outside, link), ...back(graph, place, from, link), ...filters(graph, from, place, internet)];
}

/** ACLs of the workers' subnet and of the gateway's, which HTTPS passes twice: from the workers, and to the internet. */
function filters(graph: Graph, workers: Place, nat: Place, internet: Place): Finding[] {
  const https: Span = { first: 443, last: 443 };
  return [
    ...passesAcl(graph, workers, "out", internet, https), ...passesAcl(graph, nat, "in", workers, https), ...passesAcl(graph, nat, "out", internet, https),
    ...passesAcl(graph, nat, "in", internet, EPHEMERAL), ...passesAcl(graph, nat, "out", workers, EPHEMERAL), ...passesAcl(graph, workers, "in", internet, EPHEMERAL),
  ];
}

/** From the gateway's subnet to an internet gateway that is on this VPC. */
function onward(graph: Graph, { tables: [table = ""], vpc, subnets, words }: Place, outside: Span[], link: Link): Finding[] {
  const found = hops(graph, vpc, table, outside);
  const at = `of the subnet ${graph.words(subnets[0] ?? "")}, in which ${words} stands`;
  const lost = astray(graph, table, found, "internet", link, `an internet gateway ${at}`);
  if (lost.length) return lost;
  const gateways = [...new Set(found.map(({ target }) => target?.key ?? ""))].map((key) => graph.at(key));
  return gateways.flatMap((gateway) => {
    const joined = gateway && isOn(graph, gateway, vpc);
    if (joined === undefined) return [undecided(link, `whether the internet gateway ${at} is attached to ${graph.words(vpc)}`)];
    return joined ? [] : [missing(link, `the internet gateway ${gateway?.name} is not attached to the VPC ${graph.words(vpc)}`)];
  });
}

function isOn(graph: Graph, gateway: Resource, vpc: Key): boolean | undefined {
  if (told(gateway.props.vpcId) || gateway.props.vpcId === UNKNOWN) {
    const own = graph.one(gateway, "vpcId", [VPC]);
    return own === undefined ? undefined : own === vpc;
  }
  return graph.naming(gateway.urn, ATTACHED, "internetGatewayId", [INTERNET]).some((one) => graph.one(one, "vpcId", [VPC]) === vpc);
}

/** Answers go from the gateway's subnet to the workers by the VPC's own route, unless a narrower one leads astray. */
function back(graph: Graph, { tables: [table = ""], vpc }: Place, workers: Place, link: Link): Finding[] {
  return astray(graph, table, hops(graph, vpc, table, workers.addresses), "local", link, graph.words(vpc));
}
