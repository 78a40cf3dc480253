/**
 * PeeredGlueNetwork: the only way from Glue to a database.
 *
 *   Glue's VPC ──peering or transit gateway──▶ the database's VPC
 *     │ S3 by gateway endpoint; other services by interface endpoints (no internet), or by NAT gateways
 *     └ group of Glue: itself on all TCP ports, the services on 443, the database on its port
 */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Block } from "./block";
import { overlap, vpcRangeFaults } from "./cidr";
import { networkDefaults, withDefaults } from "./defaults";
import { egressFaults, ground } from "./network-egress";
import { serviceEndpoints } from "./network-endpoints";
import { flowLog } from "./network-flow";
import { letIn, letOut, securityGroup, type Way } from "./network-groups";
import { handedOver, joinPeer, type Peer, peerFaults } from "./network-peer";

export type { Peer } from "./network-peer";

export interface PeeredGlueNetworkArgs {
  /** Range of Glue's VPC, /16 to /28. */
  cidr: string;
  /** Network of the database; left out: Glue's stands alone. */
  peer?: Peer;
  /** How what runs here gets to AWS's services: by interface endpoints and never to the internet, or by NAT gateways. */
  egress?: "endpoints" | "nat";
  /** With `nat`: a gateway a zone in place of one for all. */
  natPerZone?: boolean;
  /** Services with an interface endpoint, such as `secretsmanager`; with `nat` none unless named. */
  endpoints?: string[];
  /** Zones that have a subnet, 1 to 3. */
  zones?: number;
  /** Zones that have the interface endpoints, at most `zones`. */
  endpointZones?: number;
  /** Days that the flow log is kept. */
  logRetentionDays?: number;
  /** Encrypts the flow log; its policy lets CloudWatch Logs use it. */
  logKey?: aws.kms.Key | undefined;
}

type Sizes = typeof networkDefaults;

export class PeeredGlueNetwork extends Block {
  readonly vpcId: pulumi.Output<string>;
  /** One subnet a zone, which nothing outside reaches. */
  readonly subnetIds: pulumi.Output<string>[];
  /** Group of Glue's connections, and of functions that ask the database. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Zone of the first subnet; a connection must name the zone of its subnet. */
  readonly availabilityZone: pulumi.Output<string>;
  /** What the owner of the database's network has to do, as commands; nothing where this stack does it. */
  readonly handover: pulumi.Output<string> | undefined;

  constructor(name: string, args: PeeredGlueNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("PeeredGlueNetwork", name, opts, { cidr: args.cidr, ...(args.peer && { peer: told(args.peer) }) });
    const size = sizesOf(args);
    this.refuse([...rangeFaults(args), ...egressFaults(args.cidr, size), ...(args.peer ? peerFaults(args.peer) : [])]);

    const { vpcId, subnets, routeTableIds } = ground(args.cidr, size, this.part());
    this.vpcId = vpcId;
    this.subnetIds = subnets.map((subnet) => subnet.id);
    this.availabilityZone = (subnets[0] as pulumi.Output<aws.ec2.Subnet>).availabilityZone;
    const group = securityGroup("glue", this.vpcId, "Glue's workers: each other, AWS's services and the database", this.part());
    this.securityGroupId = group.id;

    this.closeDefaultGroup();
    this.letWorkersTalk(group);
    serviceEndpoints({
      vpcId: this.vpcId, routeTableIds, subnetIds: this.subnetIds.slice(0, size.endpointZones), user: group, services: size.endpoints, nat: size.egress === "nat",
    }, this.part());
    this.handover = args.peer && joinPeer({ vpcId: this.vpcId, cidr: args.cidr, subnetIds: this.subnetIds, routeTableIds, group }, args.peer, this.part());
    flowLog({ vpcId: this.vpcId, logRetentionDays: size.logRetentionDays, key: args.logKey }, this.part());

    this.registerOutputs({ vpcId: this.vpcId, subnetIds: this.subnetIds, securityGroupId: this.securityGroupId, ...(args.peer && { peer: told(args.peer) }) });
  }

  /** Nothing is in the group that everything falls into. */
  private closeDefaultGroup(): void {
    new aws.ec2.DefaultSecurityGroup(this.child("closed"), { vpcId: this.vpcId, ingress: [], egress: [] }, this.own);
  }

  /** Glue Developer Guide, "Setting up Amazon VPC for JDBC connections": all TCP ports, from the group itself only. */
  private letWorkersTalk({ id }: aws.ec2.SecurityGroup): void {
    const itself: Way = { ports: [0, 65535], referencedSecurityGroupId: id, description: "Glue's workers among themselves" };
    letIn("workers-in", id, itself, this.part());
    letOut("workers-out", id, itself, this.part());
  }
}

/** What a rule can't read off the routes and groups of this stack: the other side, as it was described. */
function told(peer: Peer): pulumi.Inputs {
  const { vpcId, cidr, routeTableIds, securityGroupId, port, transitGatewayId, accountId, region, accepted } = peer;
  const owner = handedOver(peer) ? { owner: accountId ? `account ${accountId}` : `the owner in ${region}`, accepted: accepted ?? false } : {};
  return { vpcId, cidr, routeTableIds, securityGroupId, port, ...(transitGatewayId && { transitGatewayId }), ...owner };
}

/** What is wrong with the ranges, in words; nothing when all is well. */
export function rangeFaults({ cidr, peer }: { cidr: string; peer?: { cidr: string } }): string[] {
  const faults = [...vpcRangeFaults("cidr", cidr), ...(peer ? vpcRangeFaults("peer.cidr", peer.cidr) : [])];
  const both = peer && overlap(cidr, peer.cidr) ? [`cidr ${cidr} overlaps the database's ${peer.cidr}; set a range that shares no address with it`] : [];
  return [...faults, ...both];
}

/** What is set, else the defaults; a NAT gateway does for all services that no endpoint is named for. */
function sizesOf(args: PeeredGlueNetworkArgs): Sizes {
  const size = withDefaults(networkDefaults, args);
  return size.egress === "nat" ? { ...size, endpoints: args.endpoints ?? [] } : size;
}
