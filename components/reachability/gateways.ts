/** Gateways: the way through a transit gateway: both VPCs attached, in the right zones, and its own tables leading on. */
import { type Finding, type Link, missing, type Path, type Place, undecided } from "./finding";
import { ATTACHMENT, GATEWAY, type Graph, type Key, type Resource, SUBNET, told, VPC } from "./graph";
import { holds, pieces, prefixOf, type Span, spanOf, spanWords } from "./ranges";
import { rangesOf } from "./tables";

const TGW_TABLE = "aws:ec2transitgateway/routeTable:RouteTable";
const of = (name: string): string => `aws:ec2transitgateway/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;

/** Attachments of a gateway. */
export const attachmentsOf = (graph: Graph, gateway: Key): Resource[] => graph.naming(gateway, ATTACHMENT, "transitGatewayId", [GATEWAY]);

const attachmentOf = (graph: Graph, gateway: Key, vpc: Key): Resource | undefined => attachmentsOf(graph, gateway).find((one) => graph.one(one, "vpcId", [VPC]) === vpc);

/** What is wrong on the way from one VPC through the gateway to the other; `link` says which way is asked for. */
export function gatewayFaults(path: Path, gateway: Key | undefined, link: Link): Finding[] {
  const { graph, from, to } = path;
  if (gateway === undefined) return [undecided(link, "which transit gateway the route goes by")];
  const [here, there] = [from, to].map(({ vpc }) => attachmentOf(graph, gateway, vpc));
  const faults = [...attached(path, gateway, here, from), ...attached(path, gateway, there, to)];
  if (faults.length) return link === "return" ? [] : faults;
  // Where one side is outside the stack, so is what the gateway's tables hold.
  if (!here || !there) return [undecided(link, `the route tables of ${graph.words(gateway)}`)];
  return through(path, gateway, here, there, link);
}

/** A VPC that the settings say is attached is taken at their word. */
function attached({ graph }: Path, gateway: Key, attachment: Resource | undefined, { vpc, subnets, outside }: Place): Finding[] {
  if (!attachment) return outside?.gateway === gateway ? [] : [missing("link", `${graph.words(vpc)} is not attached to ${graph.words(gateway)}`)];
  const zoneOf = (subnet: Key): unknown => graph.at(subnet)?.props.availabilityZone;
  const entries = graph.named(attachment, "subnetIds", [SUBNET]);
  const zones = entries?.map(zoneOf);
  if (!zones?.every(told)) return subnets.length ? [undecided("link", `in which zones ${attachment.name} stands`)] : [];
  return subnets.filter((subnet) => told(zoneOf(subnet)) && !zones.includes(zoneOf(subnet)))
    .map((subnet) => missing("link", `${attachment.name} has no subnet in ${String(zoneOf(subnet))}, the zone of ${graph.words(subnet)}`));
}

function through({ graph, from, to }: Path, gateway: Key, here: Resource, there: Resource, link: Link): Finding[] {
  const table = associated(graph, gateway, here);
  if (table === undefined) return [missing(link, `${here.name} is associated with no route table of ${graph.words(gateway)}`)];
  const entries = entriesOf(graph, gateway, table);
  if (!entries) return [undecided(link, `the routes of ${tableWords(graph, table, gateway)}`)];
  const lost = to.addresses.flatMap((span) => pieces(span, entries.map((entry) => entry.span))).find((piece) => {
    const best = entries.filter((entry) => holds(entry.span, piece)).sort((a, b) => prefixOf(b.span) - prefixOf(a.span) || Number(b.fixed) - Number(a.fixed))[0];
    return best?.to !== there.urn;
  });
  return lost ? [missing(link, `no route from ${tableWords(graph, table, gateway)} ${link === "return" ? "back to" : "to"} ${spanWords(lost)} (for what comes from ${graph.words(from.vpc)})`)] : [];
}

const tableWords = (graph: Graph, table: Key, gateway: Key): string => (graph.at(table) ? graph.words(table) : `the default route table of ${graph.words(gateway)}`);

/** Table that decides for what comes in by an attachment. */
function associated(graph: Graph, gateway: Key, attachment: Resource): Key | undefined {
  const own = graph.naming(attachment.urn, of("RouteTableAssociation"), "transitGatewayAttachmentId", [ATTACHMENT])[0];
  if (own) return tableOf(graph, own);
  const byDefault = graph.at(gateway)?.props.defaultRouteTableAssociation !== "disable" && attachment.props.transitGatewayDefaultRouteTableAssociation !== false;
  return byDefault ? defaultOf(gateway) : undefined;
}

const defaultOf = (gateway: Key): Key => `default of ${gateway}`;

/** The table that a resource names; the gateway's own default table where it names that. */
function tableOf(graph: Graph, resource: Resource): Key | undefined {
  const named = graph.one(resource, "transitGatewayRouteTableId", [TGW_TABLE, GATEWAY]);
  return named !== undefined && graph.at(named)?.type === GATEWAY ? defaultOf(named) : named;
}

interface Entry {
  span: Span;
  /** Attachment; nothing for a black hole. */
  to: Key | undefined;
  /** Written by hand: it wins over a propagated one of the same length. */
  fixed: boolean;
}

/** Routes of a table: propagated and static; `undefined` where one can't be told. */
function entriesOf(graph: Graph, gateway: Key, table: Key): Entry[] | undefined {
  const fixed = graph.of(of("Route")).filter((route) => tableOf(graph, route) === table).map((route) => ({
    span: spanOf(route.props.destinationCidrBlock), to: route.props.blackhole === true ? undefined : graph.one(route, "transitGatewayAttachmentId", [ATTACHMENT]), fixed: true,
  }));
  const told = graph.of(of("RouteTablePropagation")).filter((one) => tableOf(graph, one) === table).map((one) => graph.one(one, "transitGatewayAttachmentId", [ATTACHMENT]));
  const byDefault = table === defaultOf(gateway) && graph.at(gateway)?.props.defaultRouteTablePropagation !== "disable"
    ? attachmentsOf(graph, gateway).filter(({ props }) => props.transitGatewayDefaultRouteTablePropagation !== false).map(({ urn }) => urn) : [];
  const spread = [...told, ...byDefault].flatMap((key): (Entry | undefined)[] => {
    const attachment = key === undefined ? undefined : graph.at(key);
    const vpc = attachment && graph.one(attachment, "vpcId", [VPC]);
    const spans = vpc === undefined ? undefined : rangesOf(graph, vpc);
    return spans?.map((span) => ({ span, to: key, fixed: false })) ?? [undefined];
  });
  const all = [...fixed, ...spread];
  return all.every((entry): entry is Entry => entry?.span !== undefined) ? all : undefined;
}

/** Groups are known by id across a gateway where it and both attachments say so: Transit Gateways, "Security group referencing". */
export function gatewayKnowsGroups({ graph, from, to }: Path, gateway: Key): boolean | undefined {
  const own = graph.at(gateway);
  const said: unknown[] = [
    own ? (own.props.securityGroupReferencingSupport ?? "disable") : undefined,
    ...[from, to].map(({ vpc, outside }) => {
      const attachment = attachmentOf(graph, gateway, vpc);
      return attachment ? (attachment.props.securityGroupReferencingSupport as unknown) : outside ? undefined : "enable"; // Its absence is said already.
    }),
  ];
  if (said.includes("disable")) return false;
  return said.every((one) => one === "enable") ? true : undefined;
}
