/** Weight of networks. */
import { door, guard, guardByDefault, named, needed, range, betterThan, all, better } from "../weaker";
import { type Weight, why } from "./weight";

const group = { description: why.words, fromPort: betterThan(0), toPort: betterThan(65_535), ipProtocol: betterThan("-1"), securityGroupId: why.place, prefixListId: why.place, referencedSecurityGroupId: why.place };
const world = { cidrBlocks: ["0.0.0.0/0"], protocol: "-1", fromPort: 0, toPort: 0, description: "everyone" };
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const rule = (props: object) => ({ description: "case", ipProtocol: "tcp", fromPort: 443, toPort: 443, ...props });

export const network: Record<string, Weight> = {
  "aws:ec2/vpc:Vpc": { removal: "without the network there is nothing to guard", properties: { cidrBlock: why.region, enableDnsHostnames: guard, enableDnsSupport: guardByDefault } },
  "aws:ec2/subnet:Subnet": {
    removal: "without the subnet there is nothing to guard",
    properties: { cidrBlock: why.region, availabilityZone: why.region, vpcId: why.place, mapPublicIpOnLaunch: door, assignIpv6AddressOnCreation: door },
  },
  "aws:ec2/routeTable:RouteTable": {
    removal: "whatever hangs on it names it, and would name nothing", properties: { vpcId: why.place },
    beside: [{ type: "aws:ec2/route:Route", how: "a route to the internet", from: ["routeTableId"], props: ({ props }) => ({ routeTableId: props.id as string, destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-0123456789abcdef0" }) }],
  },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": { removal: true, properties: { routeTableId: why.place, subnetId: why.place } },
  "aws:ec2/route:Route": { removal: true, properties: { routeTableId: why.place, destinationCidrBlock: range, vpcPeeringConnectionId: why.place } },
  "aws:ec2/internetGateway:InternetGateway": { removal: "without it less is open", properties: { vpcId: why.place } },
  "aws:ec2/vpcPeeringConnection:VpcPeeringConnection": { removal: "without it less is open", properties: { vpcId: why.place, peerVpcId: why.place, autoAccept: "whether this side accepts; the routes say what for" } },
  "aws:ec2/peeringConnectionOptions:PeeringConnectionOptions": {
    removal: true, properties: { vpcPeeringConnectionId: why.place, "accepter.allowRemoteVpcDnsResolution": guard, "requester.allowRemoteVpcDnsResolution": guard },
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    removal: true,
    properties: { serviceName: why.name, vpcEndpointType: why.place, vpcId: why.place, subnetIds: why.region, privateDnsEnabled: guard, "routeTableIds[]": needed, "securityGroupIds[]": all(needed, named) },
  },
  "aws:ec2/flowLog:FlowLog": {
    removal: true,
    properties: { vpcId: why.place, trafficType: betterThan("ACCEPT"), iamRoleArn: needed, logDestination: all(needed, named) },
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { removal: true, properties: { vpcId: why.place, egress: "none is what it should have", ingress: "none is what it should have" }, absent: { ingress: [world], egress: [world] } },
  "aws:ec2/securityGroup:SecurityGroup": {
    removal: "whatever is in it names it, and would name nothing",
    properties: { name: why.name, description: why.words, vpcId: why.place },
    absent: { ingress: [world], egress: [world] },
    beside: [
      { type: INGRESS, how: "a rule that lets the world in", from: ["securityGroupId"], props: ({ props }) => rule({ securityGroupId: props.id as string, cidrIpv4: "0.0.0.0/0" }) },
      { type: INGRESS, how: "a rule that lets the world in by IPv6", from: ["securityGroupId"], props: ({ props }) => rule({ securityGroupId: props.id as string, cidrIpv6: "::/0" }) },
      { type: EGRESS, how: "a rule that lets everything out", from: ["securityGroupId"], props: ({ props }) => rule({ securityGroupId: props.id as string, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }) },
      { type: EGRESS, how: "a rule that lets HTTPS out to the world", from: ["securityGroupId"], props: ({ props }) => rule({ securityGroupId: props.id as string, cidrIpv4: "0.0.0.0/0" }) },
    ],
  },
  [INGRESS]: { removal: true, properties: { ...group, cidrIpv4: range }, absent: { cidrIpv4: "0.0.0.0/0" } },
  [EGRESS]: { removal: true, properties: { ...group, cidrIpv4: range }, absent: { cidrIpv4: "0.0.0.0/0" } },
  "aws:ec2/instance:Instance": {
    removal: "without the machine there is nothing to guard",
    properties: {
      ami: "looked up by its owner and name when the program runs", instanceType: why.tuning, subnetId: why.region, "vpcSecurityGroupIds[]": why.place, userData: why.words, userDataReplaceOnChange: "whether it is made anew when its first script changes", "rootBlockDevice.volumeType": why.tuning,
      associatePublicIpAddress: door, iamInstanceProfile: needed,
      metadataOptions: needed, "metadataOptions.httpTokens": better("optional"), "metadataOptions.httpPutResponseHopLimit": betterThan(64), "metadataOptions.httpEndpoint": "on or off; httpTokens says for whom",
      rootBlockDevice: needed, "rootBlockDevice.encrypted": guard, "rootBlockDevice.kmsKeyId": needed,
    },
    absent: { userData: "<powershell>\n$password = \"Swordfish-2024\"\n</powershell>", sourceDestCheck: false },
  },
};
