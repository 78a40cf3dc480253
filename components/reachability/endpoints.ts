/** Endpoints: AWS's services inside a VPC: S3 by a gateway endpoint on a route table, others by interface endpoints under their usual names. */
import { aclFaults } from "./acls";
import { type Finding, missing, type Place, undecided } from "./finding";
import { ENDPOINT, type Graph, GROUPS, type Key, type Resource, SUBNET, TABLES, VPC } from "./graph";
import { lets, passes } from "./groups";
import { placeIn } from "./places";
import { ALL } from "./ranges";
import { rangesOf } from "./tables";

const endpointsIn = (graph: Graph, vpc: Key, service: string): Resource[] =>
  graph.of(ENDPOINT).filter((endpoint) => graph.one(endpoint, "vpcId", [VPC]) === vpc && new RegExp(`\\.${service}$`).test(String(endpoint.props.serviceName)));

export const groupWords = (graph: Graph, { groups }: Place): string => groups.map((group) => graph.words(group)).join(", ");

/** What is wrong with S3 on a table; `undefined`: the table has no gateway endpoint. */
export function gatewayEndpointFaults(graph: Graph, from: Place, table: Key): Finding[] | undefined {
  const gateways = endpointsIn(graph, from.vpc, "s3").filter(({ props }) => (props.vpcEndpointType ?? "Gateway") === "Gateway");
  const own = gateways.find((endpoint) => hasTable(graph, endpoint, table));
  if (own) return passesTo(graph, from, own);
  return gateways.some((endpoint) => graph.named(endpoint, "routeTableIds", TABLES) === undefined) ? [undecided("s3", `whether the S3 endpoint is on ${graph.words(table)}`)] : undefined;
}

const hasTable = (graph: Graph, endpoint: Resource, table: Key): boolean =>
  graph.named(endpoint, "routeTableIds", TABLES)?.includes(table) === true ||
  graph.naming(endpoint.urn, "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation", "vpcEndpointId", [ENDPOINT]).some((one) => graph.one(one, "routeTableId", TABLES) === table);

/** HTTPS to the endpoint's prefix list, or to everything. */
function passesTo(graph: Graph, from: Place, endpoint: Resource): Finding[] {
  const listed = from.groups.flatMap((group) => passes(graph, group, "out")).some((pass) => pass.from <= 443 && 443 <= pass.to && pass.lists.includes(endpoint.urn));
  return listed || lets(graph, from.groups, "out", 443, { spans: [ALL], groups: [] }) === true ? [] : [missing("s3", `no rule of ${groupWords(graph, from)} lets out TCP port 443 to ${endpoint.name}`)];
}

/** Interface endpoints of a service; those with private DNS take the service's usual name for the whole VPC, NAT gateway or not. */
export function interfaceEndpoints(graph: Graph, vpc: Key, service: string): { all: Resource[]; named: Resource[] } {
  const all = endpointsIn(graph, vpc, service).filter(({ props }) => props.vpcEndpointType === "Interface");
  return { all, named: all.filter(({ props }) => props.privateDnsEnabled === true) };
}

/** What keeps the workers from all of the endpoints that have a service's name; nothing where one is reached. */
export function endpointFault(graph: Graph, from: Place, service: string, named: Resource[]): Finding | undefined {
  const zones = from.subnets.map((subnet) => graph.at(subnet)?.props.availabilityZone as unknown);
  const places = named.map((endpoint) => ({ endpoint, at: graph.named(endpoint, "subnetIds", [SUBNET])?.map((subnet) => graph.at(subnet)?.props.availabilityZone as unknown) }));
  const near = places.filter(({ at }) => at && zones.every((zone) => at.includes(zone)));
  if (!near.length) return places.some(({ at }) => !at) ? undecided("service", `in which zones the endpoint ${named[0]?.name} stands`) : missing("service", `the endpoint ${named[0]?.name} of ${service} has no subnet in ${zones.join(", ")}, where the workers are`);
  const answers = near.map(({ endpoint }) => reachesEndpoint(graph, from, endpoint));
  return answers.includes(undefined) ? undefined : answers[0];
}

/** HTTPS out of the workers' groups and into the endpoint's, and through the ACLs of both. */
function reachesEndpoint(graph: Graph, from: Place, endpoint: Resource): Finding | undefined {
  const groups = graph.named(endpoint, "securityGroupIds", GROUPS);
  const place = placeIn(graph, endpoint.name, graph.named(endpoint, "subnetIds", [SUBNET]), groups);
  if (!groups) return undecided("service-group", `the groups of the endpoint ${endpoint.name}`);
  // Its usual name resolves to an address in any of its subnets.
  const spans = place?.addresses ?? rangesOf(graph, from.vpc) ?? [];
  const [out, into] = [lets(graph, from.groups, "out", 443, { spans, groups }), lets(graph, groups, "in", 443, { spans: from.addresses, groups: from.groups })];
  if (out === false) return missing("service-group", `no rule of ${groupWords(graph, from)} lets out TCP port 443 to the endpoint ${endpoint.name}`);
  if (into === false) return missing("service-group", `no rule of ${groups.map((group) => graph.words(group)).join(", ") || "no group"} lets ${groupWords(graph, from)} in on TCP port 443 of the endpoint ${endpoint.name}`);
  if (!out || !into) return undecided("service-group", `whether ${groupWords(graph, from)} may reach the endpoint ${endpoint.name}`);
  return place && aclFaults({ graph, from, to: place, port: 443 })[0];
}
