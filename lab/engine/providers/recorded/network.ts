/** Networks that the lab writes down. Ids: EC2 User Guide, "Resource IDs"; ARN forms: Service Authorization Reference, Amazon EC2. */
import type { Form } from "./form";

const ec2 = "arn:aws:ec2:{region}:{account}";
const owner = { ownerId: "{account}" };

const of = (prefix: string, kind: string, more: Omit<Form, "id" | "arn"> = {}): Form => ({ id: `${prefix}-{hex17}`, arn: `${ec2}:${kind}/{id}`, ...more });

export const network: Record<string, Form> = {
  "aws:ec2/vpc:Vpc": of("vpc", "vpc", {
    outputs: {
      ...owner, mainRouteTableId: "rtb-{hex17}", defaultRouteTableId: "rtb-{hex17}", defaultSecurityGroupId: "sg-{hex17}",
      defaultNetworkAclId: "acl-{hex17}", dhcpOptionsId: "dopt-{hex17}",
    },
    replaceOn: ["cidrBlock", "instanceTenancy"],
  }),
  "aws:ec2/subnet:Subnet": of("subnet", "subnet", { outputs: owner, replaceOn: ["vpcId", "cidrBlock", "availabilityZone"] }),
  "aws:ec2/internetGateway:InternetGateway": of("igw", "internet-gateway", { outputs: owner }),
  "aws:ec2/natGateway:NatGateway": of("nat", "natgateway", { outputs: { publicIp: "203.0.113.1", networkInterfaceId: "eni-{hex17}" }, replaceOn: ["subnetId", "allocationId"] }),
  "aws:ec2/eip:Eip": { id: "eipalloc-{hex17}", arn: `${ec2}:elastic-ip/{id}`, outputs: { allocationId: "{id}", publicIp: "203.0.113.1" } },
  "aws:ec2/routeTable:RouteTable": of("rtb", "route-table", { outputs: owner, replaceOn: ["vpcId"] }),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": { id: "rtbassoc-{hex17}", replaceOn: ["subnetId"] },
  "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": { id: "rtbassoc-{hex17}", outputs: { originalRouteTableId: "rtb-{hex17}" } },
  "aws:ec2/route:Route": { id: "r-{routeTableId}{destinationCidrBlock}", outputs: { origin: "CreateRoute", state: "active" } },
  "aws:ec2/securityGroup:SecurityGroup": of("sg", "security-group", { outputs: owner, replaceOn: ["vpcId", "name", "description"] }),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": of("sg", "security-group", { outputs: { ...owner, name: "default", description: "default VPC security group" } }),
  "aws:ec2/securityGroupRule:SecurityGroupRule": { id: "sgrule-{hex8}", outputs: { securityGroupRuleId: "sgr-{hex17}" }, replaceOn: ["securityGroupId", "type"] },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": of("sgr", "security-group-rule", { outputs: { securityGroupRuleId: "{id}" }, replaceOn: ["securityGroupId"] }),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": of("sgr", "security-group-rule", { outputs: { securityGroupRuleId: "{id}" }, replaceOn: ["securityGroupId"] }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": of("vpce", "vpc-endpoint", {
    outputs: { ...owner, state: "available", prefixListId: "pl-{hex8}", dnsEntries: [], networkInterfaceIds: [], cidrBlocks: [], requesterManaged: false },
    replaceOn: ["vpcId", "serviceName", "vpcEndpointType"],
  }),
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": { id: "pcx-{hex17}", outputs: { acceptStatus: "active" }, replaceOn: ["vpcId", "peerVpcId", "peerRegion", "peerOwnerId"] },
  "aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter": { id: "{vpcPeeringConnectionId}", outputs: { acceptStatus: "active" } },
  "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": { id: "{vpcPeeringConnectionId}" },
  "aws:ec2/flowLog:FlowLog": of("fl", "vpc-flow-log", { replaceOn: ["vpcId", "trafficType", "logDestination"] }),
  "aws:ec2/networkAcl:NetworkAcl": of("acl", "network-acl", { outputs: owner, replaceOn: ["vpcId"] }),
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": of("acl", "network-acl", { outputs: owner }),
  "aws:ec2/defaultRouteTable:DefaultRouteTable": of("rtb", "route-table", { outputs: owner }),
  "aws:ec2/instance:Instance": of("i", "instance", {
    outputs: { privateIp: "10.0.0.10", privateDns: "ip-10-0-0-10.{region}.compute.internal", publicIp: "", instanceState: "running", primaryNetworkInterfaceId: "eni-{hex17}" },
    replaceOn: ["ami", "subnetId", "availabilityZone"],
  }),
  "aws:ec2transitgateway/transitGateway:TransitGateway": of("tgw", "transit-gateway", {
    outputs: { ...owner, associationDefaultRouteTableId: "tgw-rtb-{hex17}", propagationDefaultRouteTableId: "tgw-rtb-{hex17}" },
  }),
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": of("tgw-attach", "transit-gateway-attachment", { outputs: { vpcOwnerId: "{account}" }, replaceOn: ["vpcId", "transitGatewayId"] }),
  "aws:ec2transitgateway/vpcAttachmentAccepter:VpcAttachmentAccepter": { id: "{transitGatewayAttachmentId}" },
  "aws:ec2transitgateway/route:Route": { id: "{transitGatewayRouteTableId}_{destinationCidrBlock}" },
  "aws:ec2transitgateway/routeTable:RouteTable": of("tgw-rtb", "transit-gateway-route-table", { replaceOn: ["transitGatewayId"] }),
  "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation": { id: "{transitGatewayRouteTableId}_{transitGatewayAttachmentId}" },
  "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation": { id: "{transitGatewayRouteTableId}_{transitGatewayAttachmentId}" },
};
