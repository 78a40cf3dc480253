/**
 * PeeredGlueNetwork: the only way from Glue to a database.
 *
 *   Glue's VPC (isolated subnets) ──peering or transit gateway──▶ the database's VPC
 *     │ S3 by gateway endpoint, other services by interface endpoints; nothing else, no internet
 *     └ group of Glue: itself on all TCP ports, the endpoints on 443, the database on its port
 */
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { mayLog, serviceRole } from "./access";
import { Block } from "./block";
import { overlap, vpcRangeFaults } from "./cidr";
import { networkDefaults, withDefaults } from "./defaults";

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

export interface PeeredGlueNetworkArgs {
  /** Range of Glue's VPC, /16 to /28. */
  cidr: string;
  peer?: Peer;
  /** Services with an interface endpoint, such as `secretsmanager`. */
  endpoints?: string[];
  /** Zones that have a subnet, 1 to 3. */
  zones?: number;
  /** Zones that have the interface endpoints, at most `zones`. */
  endpointZones?: number;
  /** Days that the flow log is kept. */
  logRetentionDays?: number;
}

type Sizes = typeof networkDefaults;
type Via = { vpcPeeringConnectionId: pulumi.Input<string> } | { transitGatewayId: pulumi.Input<string> };

export class PeeredGlueNetwork extends Block {
  readonly vpcId: pulumi.Output<string>;
  /** One isolated subnet a zone. */
  readonly subnetIds: pulumi.Output<string>[];
  /** Group of Glue's connections, and of functions that ask the database. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Zone of the first subnet; a connection must name the zone of its subnet. */
  readonly availabilityZone: pulumi.Output<string>;
  private readonly network: awsx.ec2.Vpc;
  private readonly glue: aws.ec2.SecurityGroup;

  constructor(name: string, args: PeeredGlueNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("PeeredGlueNetwork", name, opts);
    const size = withDefaults(networkDefaults, args);
    this.refuse([...rangeFaults(args), ...sizeFaults(size)]);

    this.network = this.vpc(args.cidr, size);
    this.vpcId = this.network.vpcId;
    const first = <T>(of: pulumi.Output<T[]>, at: number): pulumi.Output<T> => of.apply((all) => all[at] as T);
    this.subnetIds = indices(size.zones).map((at) => first(this.network.isolatedSubnetIds, at));
    this.availabilityZone = first(this.network.isolatedSubnets, 0).apply((subnet) => subnet.availabilityZone);
    this.glue = this.group("glue", "Glue's workers: each other, the endpoints and the database");
    this.securityGroupId = this.glue.id;

    this.closeDefaultGroup();
    this.letWorkersTalk();
    this.reachServices(size);
    if (args.peer) this.reach(args.peer, args.cidr, size.zones);
    this.watch(size);

    this.registerOutputs({ vpcId: this.vpcId, subnetIds: this.subnetIds, securityGroupId: this.securityGroupId });
  }

  private vpc(cidrBlock: string, { zones }: Sizes): awsx.ec2.Vpc {
    return new awsx.ec2.Vpc(this.child("vpc"), {
      cidrBlock, numberOfAvailabilityZones: zones, enableDnsHostnames: true, enableDnsSupport: true,
      subnetStrategy: "Auto", subnetSpecs: [{ type: "Isolated" }], natGateways: { strategy: "None" },
    }, this.own);
  }

  private group(role: string, description: string): aws.ec2.SecurityGroup {
    return new aws.ec2.SecurityGroup(this.child(role), { vpcId: this.vpcId, description }, this.own);
  }

  private letIn(role: string, group: pulumi.Input<string>, rule: Omit<aws.vpc.SecurityGroupIngressRuleArgs, "securityGroupId">): void {
    new aws.vpc.SecurityGroupIngressRule(this.child(role), { securityGroupId: group, ...rule }, this.own);
  }

  private letOut(role: string, rule: Omit<aws.vpc.SecurityGroupEgressRuleArgs, "securityGroupId">): void {
    new aws.vpc.SecurityGroupEgressRule(this.child(role), { securityGroupId: this.glue.id, ...rule }, this.own);
  }

  /** Nothing is in the group that everything falls into. */
  private closeDefaultGroup(): void {
    new aws.ec2.DefaultSecurityGroup(this.child("closed"), { vpcId: this.vpcId, ingress: [], egress: [] }, this.own);
  }

  /** Glue Developer Guide, "Setting up Amazon VPC for JDBC connections": all TCP ports, from the group itself only. */
  private letWorkersTalk(): void {
    const itself = { ipProtocol: "tcp", fromPort: 0, toPort: 65535, referencedSecurityGroupId: this.glue.id, description: "Glue's workers among themselves" };
    this.letIn("workers-in", this.glue.id, itself);
    this.letOut("workers-out", itself);
  }

  /** S3 by its gateway endpoint on every table; the other services by interface endpoints, for Glue's group only. */
  private reachServices({ endpoints, endpointZones, zones }: Sizes): void {
    const region = aws.getRegionOutput({}, { parent: this }).region;
    const serviceName = (service: string) => pulumi.interpolate`com.amazonaws.${region}.${service}`;
    const s3 = new aws.ec2.VpcEndpoint(this.child("s3"), {
      vpcId: this.vpcId, vpcEndpointType: "Gateway", serviceName: serviceName("s3"), routeTableIds: this.tables(zones),
    }, this.own);
    this.letOut("s3", { ipProtocol: "tcp", fromPort: 443, toPort: 443, prefixListId: s3.prefixListId, description: "S3 by its gateway endpoint" });
    if (!endpoints.length) return;

    const group = this.group("endpoints", "Interface endpoints: HTTPS from Glue's workers");
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    this.letIn("endpoints-in", group.id, { ...https, referencedSecurityGroupId: this.glue.id, description: "HTTPS from Glue's workers" });
    this.letOut("endpoints-out", { ...https, referencedSecurityGroupId: group.id, description: "Interface endpoints" });
    for (const service of endpoints) {
      new aws.ec2.VpcEndpoint(this.child(service), {
        vpcId: this.vpcId, vpcEndpointType: "Interface", serviceName: serviceName(service), privateDnsEnabled: true,
        subnetIds: this.subnetIds.slice(0, endpointZones), securityGroupIds: [group.id],
      }, this.own);
    }
  }

  /** Ids of the tables of the isolated subnets, one each. */
  private tables(zones: number): pulumi.Output<string>[] {
    return indices(zones).map((at) => this.network.routeTables.apply((tables) => (tables[at] as aws.ec2.RouteTable).id));
  }

  /** The way to the database and back, and the database's port for Glue's group. */
  private reach(peer: Peer, cidr: string, zones: number): void {
    const via = peer.transitGatewayId ? this.attach(peer.transitGatewayId) : this.peering(peer);
    this.tables(zones).forEach((routeTableId, at) => this.route(`there-${at + 1}`, routeTableId, peer.cidr, via));
    peer.routeTableIds.forEach((routeTableId, at) => this.route(`back-${at + 1}`, routeTableId, cidr, via));

    const port = { ipProtocol: "tcp", fromPort: peer.port, toPort: peer.port };
    this.letOut("database-out", { ...port, cidrIpv4: peer.cidr, description: "The database's port" });
    this.letIn("database-in", peer.securityGroupId, { ...port, referencedSecurityGroupId: this.glue.id, description: "The database's port, from Glue's workers" });
  }

  /** Within one account and region a peering accepts itself; names of either side resolve to private addresses on the other. */
  private peering(peer: Peer): Via {
    const peering = new aws.ec2.VpcPeeringConnection(this.child("peering"), { vpcId: this.vpcId, peerVpcId: peer.vpcId, autoAccept: true }, this.own);
    const options = new aws.ec2.PeeringConnectionOptions(this.child("peering-dns"), {
      vpcPeeringConnectionId: peering.id,
      requester: { allowRemoteVpcDnsResolution: true }, accepter: { allowRemoteVpcDnsResolution: true },
    }, this.own);
    return { vpcPeeringConnectionId: options.vpcPeeringConnectionId };
  }

  private attach(transitGatewayId: string): Via {
    const attachment = new aws.ec2transitgateway.VpcAttachment(this.child("attachment"), {
      transitGatewayId, vpcId: this.vpcId, subnetIds: this.subnetIds, dnsSupport: "enable", securityGroupReferencingSupport: "enable",
    }, this.own);
    return { transitGatewayId: attachment.transitGatewayId };
  }

  private route(role: string, routeTableId: pulumi.Input<string>, destinationCidrBlock: string, via: Via): void {
    new aws.ec2.Route(this.child(role), { routeTableId, destinationCidrBlock, ...via }, this.own);
  }

  /** Who talked to whom: VPC User Guide, "Publish flow logs to CloudWatch Logs". */
  private watch({ logRetentionDays }: Sizes): void {
    const logs = new aws.cloudwatch.LogGroup(this.child("flow"), { retentionInDays: logRetentionDays }, this.own);
    const grants = [mayLog(logs), { actions: ["logs:DescribeLogGroups", "logs:DescribeLogStreams"], resources: [pulumi.interpolate`${logs.arn}:*`] }];
    const { arn } = serviceRole(this.child("flow"), "vpc-flow-logs.amazonaws.com", grants, this.own);
    new aws.ec2.FlowLog(this.child("flow"), { vpcId: this.vpcId, trafficType: "ALL", logDestination: logs.arn, iamRoleArn: arn }, this.own);
  }
}

const indices = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** What is wrong with the ranges, in words; nothing when all is well. */
export function rangeFaults({ cidr, peer }: { cidr: string; peer?: { cidr: string } }): string[] {
  const faults = [...vpcRangeFaults("cidr", cidr), ...(peer ? vpcRangeFaults("peer.cidr", peer.cidr) : [])];
  const both = peer && overlap(cidr, peer.cidr) ? [`cidr ${cidr} overlaps the database's ${peer.cidr}; set a range that shares no address with it`] : [];
  return [...faults, ...both];
}

function sizeFaults({ zones, endpointZones, endpoints }: Sizes): string[] {
  return [
    ...([1, 2, 3].includes(zones) ? [] : [`zones is ${zones}; set 1, 2 or 3`]),
    ...(Number.isInteger(endpointZones) && endpointZones >= 1 && endpointZones <= zones ? [] : [`endpointZones is ${endpointZones}; set a whole number from 1 to zones (${zones})`]),
    ...endpoints.filter((service) => !/^[a-z][a-z0-9.-]*$/.test(service)).map((service) => `endpoints has "${service}"; set names of services such as secretsmanager`),
  ];
}
