/** Tables: which route table a subnet asks, and where that sends an address. */
import { type Graph, type Key, MAIN, type Props, type Resource, SUBNET, TABLES, told, VPC } from "./graph";
import { ALL, meets, pieces, prefixOf, holds, type Span, spanOf } from "./ranges";

export interface Target {
  kind: "local" | "peering" | "gateway" | "nat" | "internet" | "other";
  /** Nothing: the VPC itself, or what can't be told. */
  key?: Key | undefined;
}

export interface Route {
  /** Nothing: not known yet. */
  span: Span | undefined;
  target: Target;
}

/** An address range and where it goes: nowhere, when there is no target; `open` where a route that is not known yet might decide. */
export interface Hop {
  span: Span;
  target: Target | undefined;
  open: boolean;
}

/** The table of a subnet: its own, or its VPC's main one. `undefined` where it can't be told. */
export function tableOf(graph: Graph, subnet: Key): Key | undefined {
  const own = graph.naming(subnet, "aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", [SUBNET])[0];
  if (own) return graph.one(own, "routeTableId", TABLES);
  const resource = graph.at(subnet);
  const vpc = resource && graph.one(resource, "vpcId", [VPC]);
  return vpc && mainTable(graph, vpc);
}

/** A VPC's main table: another made main, the default one if the stack holds it, else by a name of its own: it has local routes only. */
export function mainTable(graph: Graph, vpc: Key): Key | undefined {
  const changed = graph.naming(vpc, "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "vpcId", [VPC])[0];
  if (changed) return graph.one(changed, "routeTableId", TABLES);
  const held = graph.of(MAIN).find((table) => isDefaultOf(graph, table, vpc));
  return held?.urn ?? `the main route table of ${graph.words(vpc)}`;
}

function isDefaultOf(graph: Graph, table: Resource, vpc: Key): boolean {
  const id: unknown = table.props.defaultRouteTableId;
  const own = graph.at(vpc);
  return told(id) ? id === own?.props.defaultRouteTableId : (table.dependencies.defaultRouteTableId ?? []).includes(vpc);
}

/** The routes of a table that the stack knows: the VPC's own ranges, those within the table and those that stand by themselves. */
export function routesOf(graph: Graph, table: Key, local: Span[]): Route[] {
  const within = graph.at(table);
  const inline = (within?.props.routes ?? []) as Props[];
  const alone = graph.once("routes", () => graph.of("aws:ec2/route:Route").map((route) => ({ ...route, table: tableNamed(graph, route) })));
  return [
    ...local.map((span): Route => ({ span, target: { kind: "local" } })),
    ...(within ? inline.filter(isIpv4).map((route) => ({ span: spanOf(route.cidrBlock), target: targetOf(graph, within, route, "routes") })) : []),
    ...alone.filter((route) => isIpv4(route.props) && (route.table ?? table) === table).map((route) => ({
      span: route.table ? spanOf(route.props.destinationCidrBlock) : undefined, target: targetOf(graph, route, route.props),
    })),
  ];
}

/** The table that a route is for; a VPC's own `mainRouteTableId` names its main one. */
function tableNamed(graph: Graph, route: Resource): Key | undefined {
  const found = graph.one(route, "routeTableId", TABLES);
  const vpc = graph.of(VPC).find(({ urn, props }) => (found === undefined
    ? (route.dependencies.routeTableId ?? []).includes(urn)
    : found === props.mainRouteTableId || found === props.defaultRouteTableId));
  return vpc ? mainTable(graph, vpc.urn) : found;
}

/** Routes to prefix lists and IPv6 ranges never carry what is asked here. */
const isIpv4 = ({ destinationIpv6CidrBlock, destinationPrefixListId, ipv6CidrBlock, cidrBlock, destinationCidrBlock }: Props): boolean =>
  told(cidrBlock ?? destinationCidrBlock) || !(destinationIpv6CidrBlock ?? destinationPrefixListId ?? ipv6CidrBlock);

function targetOf(graph: Graph, resource: Resource, route: Props, holder?: string): Target {
  const key = (property: string, types: string[]) => graph.one(resource, holder ?? property, types, route[property]);
  if (has(route.vpcPeeringConnectionId)) return { kind: "peering", key: key("vpcPeeringConnectionId", ["aws:ec2/vpcPeeringConnection:VpcPeeringConnection"]) };
  if (has(route.transitGatewayId)) return { kind: "gateway", key: key("transitGatewayId", ["aws:ec2transitgateway/transitGateway:TransitGateway"]) };
  if (has(route.natGatewayId)) return { kind: "nat", key: key("natGatewayId", ["aws:ec2/natGateway:NatGateway"]) };
  if (has(route.gatewayId)) return gateway(key("gatewayId", ["aws:ec2/internetGateway:InternetGateway"]), graph);
  const other = Object.entries(route).find(([property, value]) => /(Id|Arn)$/.test(property) && property !== "routeTableId" && has(value));
  return { kind: "other", key: other && String(other[1]) };
}

const has = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

function gateway(key: Key | undefined, graph: Graph): Target {
  if (key === "local") return { kind: "local" };
  const isInternet = key === undefined || key.startsWith("igw-") || graph.at(key)?.type === "aws:ec2/internetGateway:InternetGateway";
  return { kind: isInternet ? "internet" : "other", key };
}

/** Where each address goes: the longest prefix that matches wins; VPC User Guide, "Route priority". */
export function lookup(routes: Route[], spans: Span[]): Hop[] {
  const known = routes.filter((route): route is Route & { span: Span } => route.span !== undefined);
  const open = routes.length > known.length;
  return spans.flatMap((span) => pieces(span, known.map((route) => route.span)).map((piece): Hop => {
    const best = known.filter((route) => holds(route.span, piece)).sort((a, b) => prefixOf(b.span) - prefixOf(a.span))[0];
    return { span: piece, target: best?.target, open: open && best?.target.kind !== "local" };
  }));
}

/** Where what no other route carries goes. */
export const defaultTarget = (routes: Route[]): Target | undefined => routes.find(({ span }) => span && holds(span, ALL))?.target;

/** Ranges of a VPC; `undefined` where one can't be told. */
export function rangesOf(graph: Graph, vpc: Key): Span[] | undefined {
  const own = graph.at(vpc);
  if (!own) return undefined;
  const more = graph.naming(vpc, "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", "vpcId", [VPC]);
  const spans = [own, ...more].map(({ props }) => spanOf(props.cidrBlock));
  return spans.every((span) => span !== undefined) ? spans : undefined;
}

export const overlaps = (one: Span[], other: Span[]): boolean => one.some((a) => other.some((b) => meets(a, b)));
