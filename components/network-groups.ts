/** NetworkGroups: security groups and what they let through, one rule at a time, each described. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Part } from "./block";

/** TCP ports, and the other end: a group, a range or a list of prefixes. */
export interface Way {
  ports: [from: number, to: number];
  description: string;
  referencedSecurityGroupId?: pulumi.Input<string>;
  cidrIpv4?: string;
  prefixListId?: pulumi.Input<string>;
}

export const securityGroup = (role: string, vpcId: pulumi.Input<string>, description: string, { child, own }: Part): aws.ec2.SecurityGroup =>
  new aws.ec2.SecurityGroup(child(role), { vpcId, description }, own);

export const letIn = (role: string, securityGroupId: pulumi.Input<string>, way: Way, { child, own }: Part): aws.vpc.SecurityGroupIngressRule =>
  new aws.vpc.SecurityGroupIngressRule(child(role), { securityGroupId, ...rule(way) }, own);

export const letOut = (role: string, securityGroupId: pulumi.Input<string>, way: Way, { child, own }: Part): aws.vpc.SecurityGroupEgressRule =>
  new aws.vpc.SecurityGroupEgressRule(child(role), { securityGroupId, ...rule(way) }, own);

const rule = ({ ports: [fromPort, toPort], ...other }: Way) => ({ ipProtocol: "tcp", fromPort, toPort, ...other });
