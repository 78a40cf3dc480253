/** Exposure of networks: what the internet may reach, and what may reach it. */
import { each, never, notTrue, properties, property } from "../ask";
import { HOLDERS, waysAt, WORLD } from "../network/groups";
import type { Answer, Rule } from "../rule";
import { UNKNOWN } from "../stack";

export const notToTheWorld: Rule = {
  name: "net-sg-world", level: "mandatory", promise: "exposure", types: HOLDERS,
  why: "What the whole internet may reach will be tried by it within minutes.",
  set: "Set the range or the group that needs the port",
  covers: ["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277", "AwsSolutions-EC23", "ec2-securitygroup-disallow-public-internet-ingress",
    "ec2-securitygroup-disallow-inbound-http-traffic", "FSBP EC2.18", "FSBP EC2.19"],
  check: (holder, stack) => waysAt(holder, stack, "ingress").flatMap(({ ranges, from, to }) => ranges.map((range): Answer => {
    if (range === UNKNOWN) return { undecided: "the range of an ingress rule" };
    return WORLD.includes(range) ? `ports ${from} to ${to} are open to ${range}; set the range or group that needs them` : undefined;
  })),
};

export const notFromEverywhere: Rule = {
  name: "net-sg-egress", level: "advisory", promise: "exposure", types: HOLDERS,
  why: "What may send to anywhere is how data leaves.",
  set: "Name the ranges, groups or prefix lists that it needs to reach",
  covers: ["CKV_AWS_382"],
  check: (holder, stack) => !waysAt(holder, stack, "egress").some(({ ranges }) => ranges.some((range) => WORLD.includes(range))),
};

export const defaultGroupClosed: Rule = {
  name: "net-default-sg", level: "mandatory", promise: "exposure", types: ["aws:ec2/vpc:Vpc"],
  why: "What is started in a VPC without a group gets the default one, which lets its members reach each other and the world.",
  set: "Add a DefaultSecurityGroup without ingress and egress for this VPC",
  covers: ["CKV2_AWS_12", "FSBP EC2.2"],
  check: (vpc, stack) => stack.pointingAt(vpc, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId")
    .some(({ props }) => !each(props.ingress).length && !each(props.egress).length),
};

export const noPublicAddresses: Rule = {
  name: "net-public-ip", level: "mandatory", promise: "exposure", types: ["aws:ec2/subnet:Subnet"],
  why: "A subnet that hands out public addresses puts everything in it on the internet; an address of IPv6 is one.",
  set: "Set mapPublicIpOnLaunch and assignIpv6AddressOnCreation to false",
  covers: ["CKV_AWS_130", "FSBP EC2.15"],
  check: properties(["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation"], notTrue),
};

export const noDefaultVpc: Rule = {
  name: "net-default-vpc", level: "mandatory", promise: "exposure", types: ["aws:ec2/defaultVpc:DefaultVpc"],
  why: "The default VPC has public subnets, and is shared with whatever else is in the account.",
  set: "Make a VPC of the stack's own in its place",
  covers: ["CKV_AWS_148"],
  check: never,
};

/** Ports by which machines are ruled, and all: FSBP EC2.21 and Checkov's list. */
const RULED = [20, 21, 22, 3389];
const opensRuled = (entry: { protocol?: unknown; fromPort?: unknown; toPort?: unknown; cidrBlock?: unknown; ipv6CidrBlock?: unknown; action?: unknown; ruleAction?: unknown }): boolean =>
  (entry.action ?? entry.ruleAction) === "allow" && [entry.cidrBlock, entry.ipv6CidrBlock].some((range) => WORLD.includes(String(range)))
  && (String(entry.protocol) === "-1" || RULED.some((port) => Number(entry.fromPort ?? 0) <= port && port <= Number(entry.toPort ?? 65535)));

export const aclsNarrow: Rule = {
  name: "net-nacl", level: "advisory", promise: "exposure", types: ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/networkAclRule:NetworkAclRule"],
  why: "A network ACL that lets the world in on a port of administration undoes what security groups keep, and one without subnets does nothing.",
  set: "Name ranges and ports, and the subnetIds that it is for",
  covers: ["CKV_AWS_229", "CKV_AWS_230", "CKV_AWS_231", "CKV_AWS_232", "CKV_AWS_352", "CKV2_AWS_1", "AwsSolutions-VPC3", "FSBP EC2.16", "FSBP EC2.21"],
  check: ({ type, props }, stack) => {
    if (type.endsWith("Rule")) return props.egress === true || !opensRuled(props);
    const associated = stack.ofTypes(["aws:ec2/networkAclAssociation:NetworkAclAssociation"]).length > 0;
    return (associated || each(props.subnetIds).length > 0) && !each(props.ingress).some(opensRuled);
  },
};

export const publicAccessBlocked: Rule = {
  name: "net-bpa", level: "advisory", promise: "exposure", types: ["aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions"],
  why: "The account's block is the last door between a wrong route and the internet.",
  set: "Set internetGatewayBlockMode to block-bidirectional or block-ingress",
  covers: ["FSBP EC2.172"],
  check: property("internetGatewayBlockMode", (mode) => mode === "block-bidirectional" || mode === "block-ingress"),
};
