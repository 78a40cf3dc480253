/** Peerings: whether a peering stands between two VPCs, was accepted, and resolves names. */
import { type Finding, missing, type Outside, type Path, undecided } from "./finding";
import { type Graph, type Key, PEERING, type Props, type Resource, told, VPC } from "./graph";

const ACCEPTER = "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter";
const OPTIONS = "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions";

/** The two ends; `undefined` where one can't be told. */
export function endsOf(graph: Graph, peering: Resource): [Key, Key] | undefined {
  const [own, peer] = [graph.one(peering, "vpcId", [VPC]), graph.one(peering, "peerVpcId", [VPC])];
  return own && peer ? [own, peer] : undefined;
}

/** Whether both VPCs hang on this peering. */
export function joins(graph: Graph, key: Key, one: Key, other: Key): boolean | undefined {
  const peering = graph.at(key);
  const ends = peering && endsOf(graph, peering);
  return ends && ends.includes(one) && ends.includes(other);
}

/** What keeps the peering from being active: it accepts itself in one account and region only, else the other side has to. */
export function acceptance(graph: Graph, key: Key, outside: Outside | undefined): Finding[] {
  const peering = graph.at(key);
  if (!peering) return [undecided("link", `whether ${key}, which stands outside the stack, is active`)];
  const { autoAccept, peerOwnerId, peerRegion } = peering.props;
  const accepted = graph.naming(key, ACCEPTER, "vpcPeeringConnectionId", [PEERING]).some(({ props }) => props.autoAccept === true);
  if (accepted || outside?.accepted) return [];
  if (autoAccept === true && told(peerRegion)) return [missing("link", `${graph.words(key)} goes to another region, where it does not accept itself; it needs an accepter`)];
  if (autoAccept === true) return [];
  // Where the settings tell of the other side and of no owner, this stack makes that side.
  const owner = outside ? outside.owner : told(peerOwnerId) ? `account ${String(peerOwnerId)}` : undefined;
  return owner
    ? [undecided("link", `whether ${owner} has accepted ${graph.words(key)}`)]
    : [missing("link", `${graph.words(key)} is not accepted: it has neither autoAccept nor an accepter`)];
}

/** Whether names of `there` resolve to private addresses for who asks from the other side. */
export function resolves(graph: Graph, key: Key, there: Key): boolean | undefined {
  const peering = graph.at(key);
  const ends = peering && endsOf(graph, peering);
  if (!peering || !ends) return undefined;
  const side = ends[1] === there ? "accepter" : "requester";
  const settings = [peering, ...graph.naming(key, OPTIONS, "vpcPeeringConnectionId", [PEERING]), ...graph.naming(key, ACCEPTER, "vpcPeeringConnectionId", [PEERING])]
    .map(({ props }) => (props[side] as Props | undefined)?.allowRemoteVpcDnsResolution as unknown);
  return settings.includes(true) || (settings.some((one) => one !== undefined && typeof one !== "boolean") ? undefined : false);
}

/** Groups are known by id across a peering within one region only. */
export const knowsGroups = (graph: Graph, key: Key): boolean => !told(graph.at(key)?.props.peerRegion);

/** What is wrong with a peering that a route of the path names. */
export function peeringFaults({ graph, from, to }: Path, key: Key | undefined): Finding[] {
  if (key === undefined) return [undecided("link", "which peering the route goes by")];
  const joined = joins(graph, key, from.vpc, to.vpc);
  if (joined === false) return [missing("link", `${graph.words(key)} does not join ${graph.words(from.vpc)} and ${graph.words(to.vpc)}`)];
  if (joined === undefined && graph.at(key)) return [undecided("link", `which VPCs ${graph.words(key)} joins`)];
  return acceptance(graph, key, to.outside ?? from.outside);
}
