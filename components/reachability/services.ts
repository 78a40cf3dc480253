/** Services: what a job in a network needs beside its database: itself, S3, names and AWS's own interfaces. */
import { type Finding, missing, type Place, undecided } from "./finding";
import { ENDPOINT, type Graph, GROUPS, type Key, type Resource, SUBNET, TABLES, told, UNKNOWN, VPC } from "./graph";
import { isWide, lets, passes } from "./groups";
import { resolves } from "./peerings";
import { ALL } from "./ranges";
import { defaultTarget, rangesOf, routesOf, tableOf, type Target } from "./tables";

/** What jobs in a network call, beside S3: Glue Developer Guide, "Configuring interface VPC endpoints". */
export const SERVICES = ["secretsmanager", "glue", "logs", "kms", "sts"];

/** The workers reach each other on every TCP port: Glue Developer Guide, "Setting up Amazon VPC for JDBC connections". */
export function selfFaults(graph: Graph, { groups }: Place): Finding[] {
  return (["in", "out"] as const).flatMap((way) => {
    const rules = groups.map((group) => ({ group, wide: passes(graph, group, way).filter(isWide) }));
    if (rules.some(({ group, wide }) => wide.some((pass) => pass.groups.includes(group)))) return [];
    const words = `all TCP ports ${way === "in" ? "in from" : "out to"} the group itself`;
    const open = rules.some(({ wide }) => wide.some((pass) => pass.open));
    return open ? [undecided("self", `whether ${groups.map((group) => graph.words(group)).join(", ")} lets ${words}`)]
      : [missing("self", `no rule of ${groups.map((group) => graph.words(group)).join(", ")} lets ${words}`)];
  });
}

/** S3 by a gateway endpoint on every table asked, else by NAT. */
export function storageFaults(graph: Graph, from: Place): Finding[] {
  const gateways = endpointsIn(graph, from.vpc, "s3").filter(({ props }) => (props.vpcEndpointType ?? "Gateway") === "Gateway");
  return from.tables.flatMap((table) => {
    const own = gateways.find((endpoint) => hasTable(graph, endpoint, table));
    if (own) return passesTo(graph, from, own);
    if (hasNat(graph, from, table)) return lets(graph, from.groups, "out", 443, { spans: [ALL], groups: [] }) === true ? [] : [missing("s3", `no rule of ${groupWords(graph, from)} lets out TCP port 443 to S3 by the NAT gateway`)];
    const open = gateways.some((endpoint) => graph.named(endpoint, "routeTableIds", TABLES) === undefined);
    return open ? [undecided("s3", `whether the S3 endpoint is on ${graph.words(table)}`)] : [missing("s3", `neither an S3 gateway endpoint nor a NAT gateway on ${graph.words(table)}`)];
  });
}

const endpointsIn = (graph: Graph, vpc: Key, service: string): Resource[] =>
  graph.of(ENDPOINT).filter((endpoint) => graph.one(endpoint, "vpcId", [VPC]) === vpc && new RegExp(`\\.${service}$`).test(String(endpoint.props.serviceName)));

const hasTable = (graph: Graph, endpoint: Resource, table: Key): boolean =>
  graph.named(endpoint, "routeTableIds", TABLES)?.includes(table) === true ||
  graph.naming(endpoint.urn, "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation", "vpcEndpointId", [ENDPOINT]).some((one) => graph.one(one, "routeTableId", TABLES) === table);

/** HTTPS to the endpoint's prefix list, or to everything. */
function passesTo(graph: Graph, from: Place, endpoint: Resource): Finding[] {
  const listed = from.groups.flatMap((group) => passes(graph, group, "out")).some((pass) => pass.from <= 443 && 443 <= pass.to && pass.lists.includes(endpoint.urn));
  return listed || lets(graph, from.groups, "out", 443, { spans: [ALL], groups: [] }) === true ? [] : [missing("s3", `no rule of ${groupWords(graph, from)} lets out TCP port 443 to ${endpoint.name}`)];
}

const groupWords = (graph: Graph, { groups }: Place): string => groups.map((group) => graph.words(group)).join(", ");

/** Target of the table's default route. */
function wayOut(graph: Graph, vpc: Key, table: Key | undefined): Target | undefined {
  return table === undefined ? undefined : defaultTarget(routesOf(graph, table, rangesOf(graph, vpc) ?? []));
}

/** A NAT gateway that stands where the internet is reached from. */
function hasNat(graph: Graph, { vpc }: Place, table: Key): boolean {
  const out = wayOut(graph, vpc, table);
  if (out?.kind !== "nat") return false;
  const nat = out.key === undefined ? undefined : graph.at(out.key);
  const subnet = nat && graph.one(nat, "subnetId", [SUBNET]);
  return !nat || !subnet || wayOut(graph, vpc, tableOf(graph, subnet))?.kind === "internet";
}

/** Each service by an interface endpoint in the zone, under its usual name, open to the workers; a NAT gateway does for all. */
export function serviceFaults(graph: Graph, from: Place, services = SERVICES): Finding[] {
  if (from.tables.every((table) => hasNat(graph, from, table))) return [];
  return services.flatMap((service) => serviceFault(graph, from, service) ?? []);
}

function serviceFault(graph: Graph, from: Place, service: string): Finding | undefined {
  const found = endpointsIn(graph, from.vpc, service).filter(({ props }) => props.vpcEndpointType === "Interface");
  if (!found.length) return missing("service", `neither an interface endpoint for ${service} nor a NAT gateway in ${graph.words(from.vpc)}`);
  const named = found.filter(({ props }) => props.privateDnsEnabled === true);
  if (!named.length) return missing("service", `the endpoint ${found[0]?.name} of ${service} has no private DNS, so its usual name leads to the internet`);
  const zones = from.subnets.map((subnet) => graph.at(subnet)?.props.availabilityZone as unknown);
  const places = named.map((endpoint) => ({ endpoint, at: graph.named(endpoint, "subnetIds", [SUBNET])?.map((subnet) => graph.at(subnet)?.props.availabilityZone as unknown) }));
  const near = places.filter(({ at }) => at && zones.every((zone) => at.includes(zone)));
  if (!near.length) return places.some(({ at }) => !at) ? undecided("service", `in which zones the endpoint ${named[0]?.name} stands`) : missing("service", `the endpoint ${named[0]?.name} of ${service} has no subnet in ${zones.join(", ")}, where the workers are`);
  const answers = near.map(({ endpoint }) => reachesEndpoint(graph, from, endpoint));
  return answers.includes(undefined) ? undefined : answers[0];
}

/** HTTPS out of the workers' groups and into the endpoint's. */
function reachesEndpoint(graph: Graph, from: Place, endpoint: Resource): Finding | undefined {
  const groups = graph.named(endpoint, "securityGroupIds", GROUPS);
  if (!groups) return undecided("service-group", `the groups of the endpoint ${endpoint.name}`);
  const spans = rangesOf(graph, from.vpc) ?? [];
  const [out, into] = [lets(graph, from.groups, "out", 443, { spans, groups }), lets(graph, groups, "in", 443, { spans: from.addresses, groups: from.groups })];
  if (out === false) return missing("service-group", `no rule of ${groupWords(graph, from)} lets out TCP port 443 to the endpoint ${endpoint.name}`);
  if (into === false) return missing("service-group", `no rule of ${groups.map((group) => graph.words(group)).join(", ") || "no group"} lets ${groupWords(graph, from)} in on TCP port 443 of the endpoint ${endpoint.name}`);
  return out && into ? undefined : undecided("service-group", `whether ${groupWords(graph, from)} may reach the endpoint ${endpoint.name}`);
}

/** Names are resolved in both VPCs, and to private addresses over a peering where the host is a name (`undefined`: not known yet). */
export function nameFaults(graph: Graph, from: Place, to: Place | undefined, via: Target | undefined, isName: boolean | undefined): Finding[] {
  const sides = [from, ...(to && to.vpc !== from.vpc ? [to] : [])];
  const own = sides.flatMap(({ vpc }) => vpcFaults(graph, vpc));
  if (!to || via?.kind !== "peering" || !via.key || isName === false) return own;
  const resolved = resolves(graph, via.key, to.vpc);
  if (resolved === true) return own;
  const words = `names of ${graph.words(to.vpc)} to private addresses over ${graph.words(via.key)}: allowRemoteVpcDnsResolution of its side`;
  const outside = to.outside?.owner !== undefined;
  return [...own, resolved === undefined || isName === undefined || outside ? undecided("dns", `whether something resolves ${words}`) : missing("dns", `nothing resolves ${words} is not on`)];
}

/** VPC User Guide, "DNS attributes in your VPC": support is on unless turned off, host names are off unless turned on. */
function vpcFaults(graph: Graph, vpc: Key): Finding[] {
  const own = graph.at(vpc);
  if (!own) return [undecided("dns", `whether ${vpc}, which stands outside the stack, has DNS support and host names on`)];
  const { enableDnsSupport = true, enableDnsHostnames = false } = own.props as { enableDnsSupport?: unknown; enableDnsHostnames?: unknown };
  return Object.entries({ enableDnsSupport, enableDnsHostnames }).filter(([, on]) => on !== true)
    .map(([name, on]) => (on === UNKNOWN ? undecided("dns", `${name} of ${graph.words(vpc)}`) : missing("dns", `${name} of ${graph.words(vpc)} is off`)));
}

/** No table of either end leads to an internet gateway. */
export function exposureFaults(graph: Graph, places: Place[]): Finding[] {
  return places.flatMap(({ vpc, subnets, tables }) => tables.filter((table) => wayOut(graph, vpc, table)?.kind === "internet")
    .map((table) => missing("private", `${graph.words(table)}${subnets.length ? ` of ${subnets.map((subnet) => graph.words(subnet)).join(", ")}` : ""} leads to an internet gateway`)));
}

/** The zone that a connection names is that of its subnet. */
export function zoneFaults(graph: Graph, zone: unknown, { subnets }: Place): Finding[] {
  const own: unknown = graph.at(subnets[0] ?? "")?.props.availabilityZone;
  if (!zone) return [missing("zone", `no zone; the subnet ${graph.words(subnets[0] ?? "")} is in ${String(own)}`)];
  if (!told(zone) || !told(own)) return [undecided("zone", "the zone of the connection's subnet")];
  return zone === own ? [] : [missing("zone", `the connection is for ${String(zone)}, its subnet ${graph.words(subnets[0] ?? "")} is in ${String(own)}`)];
}
