/** Network: how traffic goes, and whether what carries it is of use. */
import { each, property, set, yes } from "../ask";
import type { Answer, Rule } from "../rule";
import { known, type Seen, type Stack, UNKNOWN } from "../stack";
import { WORLD } from "./groups";

const ROUTES = ["aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"];
const VPC = "aws:ec2/vpc:Vpc";

/** The routes of a table or a route by itself. */
const routesOf = ({ type, props }: Seen): Record<string, unknown>[] =>
  (type.endsWith(":Route") ? [{ ...props, cidrBlock: props.destinationCidrBlock, ipv6CidrBlock: props.destinationIpv6CidrBlock }] : each(props.routes));
const toTheWorld = (route: Record<string, unknown>): boolean => [route.cidrBlock, route.ipv6CidrBlock].some((range) => WORLD.includes(String(range)));

export const peeringNarrow: Rule = {
  name: "net-peer-route", level: "mandatory", promise: "network", types: ROUTES,
  why: "A route that sends more than the peer's own range over a peering loses it there, and shows the peer what is not for it.",
  set: "Set the route's destination to the range of the network behind the peering",
  covers: ["CKV2_AWS_44"],
  check: (resource, stack) => routesOf(resource).filter((route) => route.vpcPeeringConnectionId !== undefined).map((route): Answer => {
    if (route.cidrBlock === UNKNOWN) return { undecided: "the destination of a route over a peering" };
    const known = peers(resource, stack);
    return !toTheWorld(route) && (!known.length || known.includes(String(route.cidrBlock)));
  }),
};

/** Ranges on both sides of the peering behind a route, where the stack or its settings tell them. */
function peers(route: Seen, stack: Stack): string[] {
  const [peering] = stack.behind(route, "vpcPeeringConnectionId", "aws:ec2/vpcPeeringConnection:VpcPeeringConnection");
  if (!peering) return [];
  const sides = ["vpcId", "peerVpcId"].map((side) => {
    const inside = stack.behind(peering, side, VPC).map(({ props }) => String(props.cidrBlock));
    const outside = stack.settings.outside.networks.filter(({ vpcId }) => vpcId === peering.props[side]).map(({ cidr }) => cidr);
    return [...inside, ...outside];
  });
  return sides.every((ranges) => ranges.length) ? sides.flat() : [];
}

export const natByGateway: Rule = {
  name: "net-nat-default", level: "prod", promise: "network", types: ROUTES,
  why: "A default route to an instance stops when the instance does, and is somebody's to patch.",
  set: "Send the default route to a NAT gateway in place of a network interface or instance",
  covers: ["CKV2_AWS_35"],
  check: (resource) => routesOf(resource).filter(toTheWorld).map((route) => toGateway(route) || !["networkInterfaceId", "instanceId"].some((target) => isSet(route[target]))),
};

const isSet = (value: unknown): boolean => value !== undefined && value !== "";
/** A route has one target; beside a gateway an interface is what AWS tells of it, no choice of the program's. */
const toGateway = (route: Record<string, unknown>): boolean => ["natGatewayId", "gatewayId", "transitGatewayId", "vpcPeeringConnectionId", "egressOnlyGatewayId"].some((target) => isSet(route[target]));

export const addressUsed: Rule = {
  name: "net-eip-used", level: "advisory", promise: "cost", types: ["aws:ec2/eip:Eip"],
  why: "An address is paid for by the hour, used or not.",
  set: "Set instance or networkInterface, give it to a NAT gateway, or remove it",
  covers: ["CKV2_AWS_19"],
  check: (address, stack) => [address.props.instance, address.props.networkInterface].some((value) => value !== undefined)
    || ["aws:ec2/natGateway:NatGateway", "aws:ec2/eipAssociation:EipAssociation"].some((type) => stack.pointingAt(address, type, "allocationId").length > 0),
};

export const transitAsks: Rule = {
  name: "net-tgw", level: "mandatory", promise: "network", types: ["aws:ec2transitgateway/transitGateway:TransitGateway"],
  why: "A transit gateway that accepts whoever asks joins networks that nobody looked at.",
  set: "Set autoAcceptSharedAttachments to disable",
  covers: ["CKV_AWS_331", "FSBP EC2.23"],
  check: property("autoAcceptSharedAttachments", (value) => value !== "enable"),
};

const MANAGED = ["ec2"];

export const endpointsThere: Rule = {
  name: "net-ifendpoints", level: "advisory", promise: "network", types: [VPC],
  why: "Without an interface endpoint, calls of EC2's API from the VPC need a way to the internet.",
  set: "Add an interface endpoint for com.amazonaws.<region>.ec2 in this VPC, where something in it calls that API",
  covers: ["FSBP EC2.10", "FSBP EC2.55", "FSBP EC2.56", "FSBP EC2.57", "FSBP EC2.58", "FSBP EC2.60"],
  check: (vpc, stack) => {
    const there = stack.pointingAt(vpc, "aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId").map(({ props }) => String(props.serviceName).split(".").slice(3).join("."));
    return MANAGED.every((service) => there.includes(service));
  },
};

export const flowsLogged: Rule = {
  name: "net-flowlog", level: "prod", promise: "operations", types: [VPC],
  why: "Without a flow log nobody can tell who tried to reach what.",
  set: "Add a FlowLog with trafficType ALL or REJECT and a logDestination for this VPC, and to CloudWatch Logs with an iamRoleArn",
  covers: ["CKV2_AWS_11", "AwsSolutions-VPC7", "FSBP EC2.6"],
  check: (vpc, stack) => stack.pointingAt(vpc, "aws:ec2/flowLog:FlowLog", "vpcId").some(({ props }) => ["ALL", "REJECT"].includes(String(props.trafficType))
    && [props.logDestination, props.logGroupName].some(set) && (set(props.iamRoleArn) || (props.logDestinationType ?? "cloud-watch-logs") !== "cloud-watch-logs")),
};

export const interfaceChecked: Rule = {
  name: "net-eni-srcdst", level: "advisory", promise: "network", types: ["aws:ec2/networkInterface:NetworkInterface", "aws:ec2/instance:Instance"],
  why: "Without the check a machine may carry traffic that is not its own.",
  set: "Leave sourceDestCheck true",
  covers: ["FSBP EC2.180"],
  check: property("sourceDestCheck", (value) => value === undefined || yes(value)),
};

const FUNCTION = ["aws:lambda/function:Function"];

export const functionInVpc: Rule = {
  name: "la-vpc", level: "advisory", promise: "network", types: FUNCTION,
  why: "A function in a VPC reaches private things, and only what the VPC lets it; outside it starts sooner and needs no endpoints.",
  set: "Set vpcConfig where the function needs to reach something private",
  covers: ["CKV_AWS_117"],
  check: ({ props }) => props.vpcConfig !== undefined,
};

export const functionInTwoZones: Rule = {
  name: "la-vpc-az", level: "prod", promise: "network", types: FUNCTION,
  why: "A function in one zone stops with it.",
  set: "Set vpcConfig.subnetIds to subnets of two zones",
  covers: ["FSBP Lambda.5"],
  check: (fn, stack) => {
    const ids = each(fn.props.vpcConfig?.subnetIds);
    if (!ids.length) return undefined;
    const byId = stack.ofTypes(["aws:ec2/subnet:Subnet"]).filter(({ props }) => known(props.id) && ids.includes(props.id));
    const zones = new Set(byId.map(({ props }) => props.availabilityZone as unknown));
    if (zones.size > 1) return true;
    return ids.length === 1 || byId.length === ids.length ? false : { undecided: "the zones of the function's subnets" };
  },
};

