/** Places: where a Glue connection starts and where its database stands. */
import type { Outside, Place } from "./finding";
import { type Graph, GROUPS, INSTANCE, type Key, type Props, type Resource, SUBNET, told, VPC } from "./graph";
import { ALL, holds, type Span, spanOf } from "./ranges";
import { tableOf } from "./tables";

const DATABASE = "aws:rds/instance:Instance";
const NETWORK = "sensorlake:index:PeeredGlueNetwork";

/** A place in subnets of the stack; nothing where a part of it can't be told. */
export function placeIn(graph: Graph, words: string, subnets: Key[] | undefined, groups: Key[] | undefined): Place | undefined {
  const known = subnets?.map((key) => graph.at(key));
  if (!subnets?.length || !groups?.length || !known?.every((one) => one !== undefined)) return undefined;
  const vpcs = [...new Set(known.map((subnet) => graph.one(subnet, "vpcId", [VPC])))];
  const addresses = known.map(({ props }) => spanOf(props.cidrBlock));
  const tables = subnets.map((subnet) => tableOf(graph, subnet));
  const [vpc] = vpcs;
  if (vpcs.length !== 1 || !vpc || !addresses.every((one) => one !== undefined) || !tables.every((one) => one !== undefined)) return undefined;
  return { words, vpc, addresses, subnets, tables: [...new Set(tables)], groups };
}

/** Where a connection's workers stand; nothing where that can't be told. */
export function startOf(graph: Graph, connection: Resource): Place | undefined {
  const physical = (connection.props.physicalConnectionRequirements ?? {}) as Props;
  const named = (key: string, types: string[]): Key[] | undefined => graph.named(connection, "physicalConnectionRequirements", types, physical[key]);
  return placeIn(graph, "Glue", named("subnetId", [SUBNET]), named("securityGroupIdLists", GROUPS));
}

export interface Address {
  host?: string;
  port?: number;
}

const usual: Record<string, number> = { sqlserver: 1433, oracle: 1521, postgresql: 5432, mysql: 3306 };

/** Host and port of a JDBC URL, as far as they can be read. */
export function addressOf(connection: Resource): Address {
  const properties = connection.props.connectionProperties as Props | string | undefined;
  const url: unknown = typeof properties === "object" ? properties.JDBC_CONNECTION_URL : undefined;
  if (typeof url !== "string" || !told(url)) return {};
  const [, engine = "", host, port] = /^jdbc:(\w+):(?:thin:|tcp:)?(?:\/\/@|@\/\/|\/\/|@)([^/:;?]+)(?::(\d+))?/i.exec(url) ?? [];
  const number = port ? Number(port) : usual[engine.toLowerCase()];
  return { ...(host && { host }), ...(number && { port: number }) };
}

export const isAddress = (host: string): boolean => spanOf(`${host}/32`) !== undefined;

/** Where the database stands: a resource that the connection is made from, else where its address is, else where the settings say. */
export function endOf(graph: Graph, connection: Resource, from: Place): Place | undefined {
  const { host } = addressOf(connection);
  const settings = outsideOf(graph, from.vpc);
  return ofResource(graph, connection) ?? ofAddress(graph, host, from) ?? (settings && ofSettings(settings, host));
}

function ofResource(graph: Graph, connection: Resource): Place | undefined {
  const behind = (connection.dependencies.connectionProperties ?? []).map((urn) => graph.at(urn));
  const database = behind.find((one) => one?.type === INSTANCE || one?.type === DATABASE);
  if (!database) return undefined;
  const groups = graph.named(database, "vpcSecurityGroupIds", GROUPS);
  if (database.type === INSTANCE) return placeIn(graph, database.name, graph.named(database, "subnetId", [SUBNET]), groups);
  const set = graph.of("aws:rds/subnetGroup:SubnetGroup").find(({ urn, props }) => (database.dependencies.dbSubnetGroupName ?? []).includes(urn) || (told(props.name) && props.name === database.props.dbSubnetGroupName));
  return placeIn(graph, database.name, set && graph.named(set, "subnetIds", [SUBNET]), groups);
}

/** An address in a subnet of the stack: of an instance that has it, else with the groups of that VPC that anything is let into. */
function ofAddress(graph: Graph, host: string | undefined, from: Place): Place | undefined {
  const span = host === undefined ? undefined : spanOf(`${host}/32`);
  const subnet = span && graph.of(SUBNET).find((one) => holds(spanOf(one.props.cidrBlock) ?? { first: ALL.last + 1, last: ALL.last + 2 }, span));
  const instance = graph.of(INSTANCE).find(({ props }) => props.privateIp === host);
  if (!host || !span || !subnet || !instance) return undefined;
  const place = placeIn(graph, host, [subnet.urn], graph.named(instance, "vpcSecurityGroupIds", GROUPS));
  return place && place.vpc !== from.vpc ? { ...place, addresses: [span] } : place;
}

/** What the network block was told of the database's side, with resources of the stack by their URNs. */
export function outsideOf(graph: Graph, vpc: Key): Outside | undefined {
  const block = graph.of(NETWORK).find(({ name, props }) => graph.at(vpc)?.name.startsWith(`${name}-`) && told(props.peer));
  const peer = block?.props.peer as Props | undefined;
  if (!block || !peer) return undefined;
  const named = (key: string, types: string[]): Key[] => graph.named(block, "peer", types, peer[key]) ?? [];
  const [network] = named("vpcId", [VPC]);
  const [group] = named("securityGroupId", GROUPS);
  const tables = named("routeTableIds", ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"]);
  if (!network || !group || !told(peer.cidr)) return undefined;
  return {
    vpc: network, cidr: String(peer.cidr), tables, group,
    ...(told(peer.port) && { port: Number(peer.port) }), ...(told(peer.transitGatewayId) && { gateway: gatewayKey(graph, peer) }), ...(told(peer.owner) && { owner: String(peer.owner), accepted: peer.accepted === true }),
  };
}

const gatewayKey = (graph: Graph, { transitGatewayId }: Props): Key =>
  graph.of("aws:ec2transitgateway/transitGateway:TransitGateway").find(({ props }) => props.id === transitGatewayId)?.urn ?? String(transitGatewayId);

function ofSettings(outside: Outside, host: string | undefined): Place | undefined {
  const single = host !== undefined && isAddress(host) ? spanOf(`${host}/32`) : undefined;
  const whole = spanOf(outside.cidr);
  const addresses: Span[] = [single ?? whole].filter((span) => span !== undefined);
  if (!addresses.length) return undefined;
  return { words: host ?? outside.cidr, vpc: outside.vpc, addresses, subnets: [], tables: outside.tables, groups: [outside.group], outside };
}
