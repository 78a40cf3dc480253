/** NetworkPeer: the way from Glue's VPC to the database's and back, by peering or by a transit gateway. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Part } from "./block";
import { letIn, letOut } from "./network-groups";
import { handover, type Source, type Via } from "./network-handover";

/** The network of the database. */
export interface Peer {
  vpcId: pulumi.Input<string>;
  /** Range of that VPC; must not overlap Glue's. */
  cidr: string;
  /** Tables of the database's subnets: they get the way back. */
  routeTableIds: pulumi.Input<string>[];
  /** Group of the database: it gets the way in, from Glue's group on the port only. */
  securityGroupId: pulumi.Input<string>;
  /** Port of the database. */
  port: number;
  /** Join both VPCs by this transit gateway, to which the database's is attached already; left out: by peering. */
  transitGatewayId?: string;
  /** Account and region of that VPC, where they are others. */
  accountId?: string;
  region?: string;
  /** Makes what belongs on that side, in that account and region; left out where they are others: its owner does, see `handover`. */
  provider?: pulumi.ProviderResource;
  /** Its owner has accepted the peering: only then can names be resolved over it. */
  accepted?: boolean;
}

/** Whether another account or region is on the other side, where a peering does not accept itself. */
export const elsewhere = ({ accountId, region }: Peer): boolean => accountId !== undefined || region !== undefined;
/** Whether its owner has to make the other side. */
export const handedOver = (peer: Peer): boolean => elsewhere(peer) && peer.provider === undefined;

/** Glue's side. */
export interface Side {
  vpcId: pulumi.Output<string>;
  cidr: string;
  subnetIds: pulumi.Output<string>[];
  routeTableIds: pulumi.Output<string>[];
  group: aws.ec2.SecurityGroup;
}

/** Routes on both sides, and the database's port for Glue's group. Answers with what the owner of the other side has to do, if it is theirs. */
export function joinPeer(side: Side, peer: Peer, part: Part): pulumi.Output<string> | undefined {
  const there: Part = { ...part, own: { ...part.own, ...(peer.provider && { provider: peer.provider }) } };
  const via = peer.transitGatewayId ? attached(side, peer.transitGatewayId, part) : peered(side, peer, part, there);
  const route = (role: string, routeTableId: pulumi.Input<string>, destinationCidrBlock: string, { child, own }: Part) =>
    new aws.ec2.Route(child(role), { routeTableId, destinationCidrBlock, ...via }, own);
  side.routeTableIds.forEach((table, at) => route(`there-${at + 1}`, table, peer.cidr, part));

  const ports: [number, number] = [peer.port, peer.port];
  letOut("database-out", side.group.id, { ports, cidrIpv4: peer.cidr, description: "The database's port" }, part);
  const source = sourceOf(side, peer, part);
  if (handedOver(peer)) return handover({ ...peer, from: side.cidr, via, source });
  peer.routeTableIds.forEach((table, at) => route(`back-${at + 1}`, table, side.cidr, there));
  letIn("database-in", peer.securityGroupId, { ports, ...source, description: "The database's port, from Glue's workers" }, there);
  return undefined;
}

/**
 * Glue's workers as the other side's group knows them: by group, with its account where that is another; in another region by
 * range only. VPC Peering Guide, "Update your security groups to reference peer security groups".
 */
function sourceOf({ group, cidr }: Side, { accountId, region }: Peer, { own }: Part): Source {
  if (region !== undefined) return { cidrIpv4: cidr };
  if (accountId === undefined) return { referencedSecurityGroupId: group.id };
  return { referencedSecurityGroupId: pulumi.interpolate`${aws.getCallerIdentityOutput({}, { parent: own.parent }).accountId}/${group.id}` };
}

/** Within one account and region a peering accepts itself, else the other side does. Names of either resolve to private addresses on the other. */
function peered({ vpcId }: Side, peer: Peer, { child, own }: Part, there: Part): Via {
  const { accountId, region, vpcId: peerVpcId } = peer;
  const peering = new aws.ec2.VpcPeeringConnection(child("peering"), {
    vpcId, peerVpcId, ...(elsewhere(peer) ? { ...(accountId && { peerOwnerId: accountId }), ...(region && { peerRegion: region }) } : { autoAccept: true }),
  }, own);
  const [requester, accepter] = [{ allowRemoteVpcDnsResolution: true }, { allowRemoteVpcDnsResolution: true }];
  if (!elsewhere(peer)) return { vpcPeeringConnectionId: new aws.ec2.PeeringConnectionOptions(child("peering-dns"), { vpcPeeringConnectionId: peering.id, requester, accepter }, own).vpcPeeringConnectionId };
  if (handedOver(peer)) {
    if (peer.accepted) new aws.ec2.PeeringConnectionOptions(child("peering-dns"), { vpcPeeringConnectionId: peering.id, requester }, own);
    return { vpcPeeringConnectionId: peering.id };
  }
  // Each side sets its own options, once the peering is active: EC2 API Reference, "ModifyVpcPeeringConnectionOptions".
  const { vpcPeeringConnectionId } = new aws.ec2.VpcPeeringConnectionAccepter(child("accepted"), { vpcPeeringConnectionId: peering.id, autoAccept: true }, there.own);
  new aws.ec2.PeeringConnectionOptions(child("peering-dns"), { vpcPeeringConnectionId, requester }, own);
  new aws.ec2.PeeringConnectionOptions(child("peering-dns-there"), { vpcPeeringConnectionId, accepter }, there.own);
  return { vpcPeeringConnectionId };
}

/** Groups are known across a transit gateway where both attachments allow it: VPC User Guide, "Security group referencing". */
function attached({ vpcId, subnetIds }: Side, transitGatewayId: string, { child, own }: Part): Via {
  const attachment = new aws.ec2transitgateway.VpcAttachment(child("attachment"), {
    transitGatewayId, vpcId, subnetIds, dnsSupport: "enable", securityGroupReferencingSupport: "enable",
  }, own);
  return { transitGatewayId: attachment.transitGatewayId };
}

/** What is wrong with where the other side is, in words. */
export function peerFaults(peer: Peer): string[] {
  return [
    ...(peer.accountId !== undefined && !/^\d{12}$/.test(peer.accountId) ? [`peer.accountId is "${peer.accountId}"; set the 12 digits of an account`] : []),
    ...(peer.transitGatewayId && peer.region ? ["peer.transitGatewayId and peer.region are set; a transit gateway joins VPCs of one region: leave one of them out"] : []),
    ...(peer.accepted && !handedOver(peer) ? ["peer.accepted is set, but this stack accepts the peering itself; leave it out"] : []),
  ];
}
