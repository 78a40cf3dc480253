/** NetworkFlow: who talked to whom in a network, kept in a log group. VPC User Guide, "Publish flow logs to CloudWatch Logs". */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayLog, serviceRole } from "./access";
import type { Part } from "./block";

export interface FlowArgs {
  vpcId: pulumi.Input<string>;
  /** Days that the log is kept. */
  logRetentionDays: number;
  /** Encrypts the log; its policy lets CloudWatch Logs use it. */
  key?: aws.kms.Key | undefined;
}

/** Everything that was let through or refused. */
export function flowLog({ vpcId, logRetentionDays, key }: FlowArgs, { child, own }: Part): void {
  const logs = new aws.cloudwatch.LogGroup(child("flow"), { retentionInDays: logRetentionDays, ...(key && { kmsKeyId: key.arn }) }, own);
  const grants = [mayLog(logs), { actions: ["logs:DescribeLogGroups", "logs:DescribeLogStreams"], resources: [pulumi.interpolate`${logs.arn}:*`] }];
  const { arn } = serviceRole(child("flow"), "vpc-flow-logs.amazonaws.com", grants, own);
  new aws.ec2.FlowLog(child("flow"), { vpcId, trafficType: "ALL", logDestination: logs.arn, iamRoleArn: arn }, own);
}
