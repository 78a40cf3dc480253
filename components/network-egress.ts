/** NetworkEgress: Glue's VPC, and how what runs in it gets to AWS's own services: by interface endpoints, or by NAT gateways. */
import type * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type * as pulumi from "@pulumi/pulumi";
import type { Part } from "./block";
import { rangeOf } from "./cidr";

export interface EgressSizes {
  /** `endpoints`: interface endpoints and no way to the internet; `nat`: NAT gateways, by which any service is reached, and the internet. */
  egress: string;
  /** With `nat`: a gateway in each zone, so that one zone may fail, in place of one for all. */
  natPerZone: boolean;
  /** Services with an interface endpoint, such as `secretsmanager`. */
  endpoints: string[];
  zones: number;
  endpointZones: number;
}

/** Glue's VPC, as far as others join it. */
export interface Ground {
  vpcId: pulumi.Output<string>;
  /** Subnets of the workers, one a zone; no public address reaches them. */
  subnets: pulumi.Output<aws.ec2.Subnet>[];
  /** Tables of those subnets. */
  routeTableIds: pulumi.Output<string>[];
}

/** Bits of a NAT gateway's subnet; EC2 takes no smaller one. */
const PUBLIC_MASK = 28;

/** The VPC: isolated subnets, or private ones beside a public one a zone that holds nothing but NAT gateways. */
export function ground(cidrBlock: string, { egress, natPerZone, zones }: EgressSizes, { child, own }: Part): Ground {
  const nat = egress === "nat";
  const network = new awsx.ec2.Vpc(child("vpc"), {
    cidrBlock, numberOfAvailabilityZones: zones, enableDnsHostnames: true, enableDnsSupport: true, subnetStrategy: "Auto",
    subnetSpecs: nat ? [{ type: "Private" }, { type: "Public", cidrMask: PUBLIC_MASK }] : [{ type: "Isolated" }],
    natGateways: { strategy: nat ? (natPerZone ? "OnePerAz" : "Single") : "None" },
  }, { ...own, transforms: [withoutPublicAddresses] });
  const subnets = nat ? network.privateSubnets : network.isolatedSubnets;
  // awsx makes the public subnet of a zone, then the private one.
  const tableAt = (at: number): number => (nat ? 2 * at + 1 : at);
  const each = <T>(one: (at: number) => T): T[] => Array.from({ length: zones }, (_, at) => one(at));
  return {
    vpcId: network.vpcId,
    subnets: each((at) => subnets.apply((all) => all[at] as aws.ec2.Subnet)),
    routeTableIds: each((at) => network.routeTables.apply((all) => (all[tableAt(at)] as aws.ec2.RouteTable).id)),
  };
}

/** awsx's public subnets give each network interface a public address; a NAT gateway brings its own. */
export const withoutPublicAddresses: pulumi.ResourceTransform = ({ type, props, opts }) =>
  (type === "aws:ec2/subnet:Subnet" && props.mapPublicIpOnLaunch === true ? { props: { ...props, mapPublicIpOnLaunch: false }, opts } : undefined);

/** What is wrong with the way out, in words. */
export function egressFaults(cidr: string, { egress, natPerZone, zones, endpointZones, endpoints }: EgressSizes): string[] {
  const nat = egress === "nat";
  const zoneBits = (rangeOf(cidr)?.prefix ?? 0) + Math.ceil(Math.log2(zones));
  return [
    ...([1, 2, 3].includes(zones) ? [] : [`zones is ${zones}; set 1, 2 or 3`]),
    ...(Number.isInteger(endpointZones) && endpointZones >= 1 && endpointZones <= zones ? [] : [`endpointZones is ${endpointZones}; set a whole number from 1 to zones (${zones})`]),
    ...endpoints.filter((service) => !/^[a-z][a-z0-9.-]*$/.test(service)).map((service) => `endpoints has "${service}"; set names of services such as secretsmanager`),
    ...(nat || egress === "endpoints" ? [] : [`egress is "${egress}"; set endpoints or nat`]),
    ...(natPerZone && !nat ? ["natPerZone is set, but egress is endpoints; set egress to nat, or remove natPerZone"] : []),
    // A zone needs room for the gateway's subnet beside the workers'.
    ...(nat && zoneBits >= PUBLIC_MASK ? [`cidr ${cidr} has no room for a NAT gateway's subnet in each of ${zones} zones; set a prefix of at most /${PUBLIC_MASK - 1 - Math.ceil(Math.log2(zones))}`] : []),
  ];
}
