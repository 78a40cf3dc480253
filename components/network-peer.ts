/** NetworkPeer: the way from Glue's VPC to the database's and back, by peering or by a transit gateway. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Part } from "./block";
import { letIn, letOut } from "./network-groups";

/** The network of the database, in the same account and region. */
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
}

/** Glue's side. */
export interface Side {
  vpcId: pulumi.Output<string>;
  cidr: string;
  subnetIds: pulumi.Output<string>[];
  routeTableIds: pulumi.Output<string>[];
  group: aws.ec2.SecurityGroup;
}

type Via = { vpcPeeringConnectionId: pulumi.Input<string> } | { transitGatewayId: pulumi.Input<string> };

/** Routes on both sides, and the database's port for Glue's group. */
export function joinPeer(side: Side, peer: Peer, part: Part): void {
  const via = peer.transitGatewayId ? attached(side, peer.transitGatewayId, part) : peered(side, peer, part);
  const route = (role: string, routeTableId: pulumi.Input<string>, destinationCidrBlock: string) =>
    new aws.ec2.Route(part.child(role), { routeTableId, destinationCidrBlock, ...via }, part.own);
  side.routeTableIds.forEach((table, at) => route(`there-${at + 1}`, table, peer.cidr));
  peer.routeTableIds.forEach((table, at) => route(`back-${at + 1}`, table, side.cidr));

  const ports: [number, number] = [peer.port, peer.port];
  letOut("database-out", side.group.id, { ports, cidrIpv4: peer.cidr, description: "The database's port" }, part);
  letIn("database-in", peer.securityGroupId, { ports, referencedSecurityGroupId: side.group.id, description: "The database's port, from Glue's workers" }, part);
}

/** Within one account and region a peering accepts itself; names of either side resolve to private addresses on the other. */
function peered({ vpcId }: Side, peer: Peer, { child, own }: Part): Via {
  const peering = new aws.ec2.VpcPeeringConnection(child("peering"), { vpcId, peerVpcId: peer.vpcId, autoAccept: true }, own);
  const options = new aws.ec2.PeeringConnectionOptions(child("peering-dns"), {
    vpcPeeringConnectionId: peering.id,
    requester: { allowRemoteVpcDnsResolution: true }, accepter: { allowRemoteVpcDnsResolution: true },
  }, own);
  return { vpcPeeringConnectionId: options.vpcPeeringConnectionId };
}

/** Groups are known across a transit gateway where both attachments allow it: VPC User Guide, "Security group referencing". */
function attached({ vpcId, subnetIds }: Side, transitGatewayId: string, { child, own }: Part): Via {
  const attachment = new aws.ec2transitgateway.VpcAttachment(child("attachment"), {
    transitGatewayId, vpcId, subnetIds, dnsSupport: "enable", securityGroupReferencingSupport: "enable",
  }, own);
  return { transitGatewayId: attachment.transitGatewayId };
}
