/** NetworkHandover: what the owner of the database's network has to do, where this stack may not: word for word, with the ids. */
import * as pulumi from "@pulumi/pulumi";

export type Via = { vpcPeeringConnectionId: pulumi.Input<string> } | { transitGatewayId: pulumi.Input<string> };
/** Glue's workers as the other side knows them. */
export type Source = { referencedSecurityGroupId: pulumi.Input<string> } | { cidrIpv4: string };

export interface HandoverArgs {
  routeTableIds: pulumi.Input<string>[];
  securityGroupId: pulumi.Input<string>;
  port: number;
  region?: string;
  /** Range of Glue's VPC. */
  from: string;
  via: Via;
  source: Source;
}

/** Commands of the AWS CLI, in the order in which they work. */
export function handover({ routeTableIds, securityGroupId, port, region, from, via, source }: HandoverArgs): pulumi.Output<string> {
  return pulumi.all([via, source, routeTableIds, securityGroupId]).apply(([link, glue, tables, group]) =>
    commands({ link, glue, tables, group, port, from }).map((command) => `aws ec2 ${command}${region ? ` --region ${region}` : ""}`).join("\n"));
}

interface Known {
  link: { vpcPeeringConnectionId: string } | { transitGatewayId: string };
  glue: { referencedSecurityGroupId: string } | { cidrIpv4: string };
  tables: string[];
  group: string;
  port: number;
  from: string;
}

function commands({ link, glue, tables, group, port, from }: Known): string[] {
  const peering = "vpcPeeringConnectionId" in link ? link.vpcPeeringConnectionId : undefined;
  const target = peering ? `--vpc-peering-connection-id ${peering}` : `--transit-gateway-id ${"transitGatewayId" in link ? link.transitGatewayId : ""}`;
  return [
    ...(peering ? [
      `accept-vpc-peering-connection --vpc-peering-connection-id ${peering}`,
      `modify-vpc-peering-connection-options --vpc-peering-connection-id ${peering} --accepter-peering-connection-options AllowDnsResolutionFromRemoteVpc=true`,
    ] : []),
    ...tables.map((table) => `create-route --route-table-id ${table} --destination-cidr-block ${from} ${target}`),
    `authorize-security-group-ingress --group-id ${group} --ip-permissions IpProtocol=tcp,FromPort=${port},ToPort=${port},${sourceWords(glue)}`,
  ];
}

function sourceWords(glue: Known["glue"]): string {
  if ("cidrIpv4" in glue) return `IpRanges=[{CidrIp=${glue.cidrIpv4}}]`;
  const [owner, group] = glue.referencedSecurityGroupId.split("/");
  return group ? `UserIdGroupPairs=[{UserId=${owner},GroupId=${group}}]` : `UserIdGroupPairs=[{GroupId=${owner}}]`;
}
