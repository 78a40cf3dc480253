/** Cases of roles, networks and names. */
import { adds, anew, type Change, drops, on, type RuleCase } from "./case";

const ROLE = "aws:iam/role:Role";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const VPC = "aws:ec2/vpc:Vpc";
const ROUTE = "aws:ec2/route:Route";
const TABLE = "aws:ec2/routeTable:RouteTable";
const ACL = "aws:ec2/networkAcl:NetworkAcl";

const policy = (Action: string | string[], Resource = "*", more = {}): object =>
  ({ policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource, ...more }] }) });
/** A policy that names its resource, and one that does not; nothing is said of a policy that denies. */
const may = (rule: string, action: string): RuleCase => ({
  rule, kept: [adds("aws:iam/policy:Policy", policy(action, "arn:aws:none:::case"))], broken: [adds("aws:iam/policy:Policy", policy(action))],
  silent: [adds("aws:iam/policy:Policy", policy(action, "*", { Effect: "Deny" }))],
});
const bucketPolicy = (Effect: string, Action: string): Change => adds("aws:s3/bucketPolicy:BucketPolicy",
  { bucket: "case", policy: JSON.stringify({ Statement: [{ Effect, Action, Principal: { AWS: "arn:aws:iam::123456789012:root" }, Resource: "arn:aws:s3:::case/*" }] }) });
const trust = (statement: object): object => ({ assumeRolePolicy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", ...statement }] }) });
const token = (sub: string): object => trust({
  Action: "sts:AssumeRoleWithWebIdentity", Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
  Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" }, StringLike: { "token.actions.githubusercontent.com:sub": sub } },
});
const open = { protocol: "tcp", fromPort: 22, toPort: 22, cidrBlock: "0.0.0.0/0", action: "allow" };
const group = { name: "case", description: "case", ingress: [], egress: [] };
const user = adds("aws:ec2/networkInterface:NetworkInterface", { sourceDestCheck: true }, { securityGroups: GROUP }, "user");

export const access: RuleCase[] = [
  { ...may("iam-admin", "*"), kept: [adds("aws:iam/policy:Policy", policy("s3:GetObject", "arn:aws:none:::case"))] },
  { ...may("iam-star-action", "glue:*"), kept: [adds("aws:iam/policy:Policy", policy("glue:GetTable", "arn:aws:none:::case"))] },
  may("iam-star-resource", "glue:GetTable"),
  may("iam-privesc", "iam:PassRole"),
  may("iam-creds", "sts:AssumeRole"),
  may("iam-exfil", "secretsmanager:GetSecretValue"),
  may("iam-permmgmt", "s3:PutBucketPolicy"),
  may("iam-write", "s3:PutObject"),
  may("iam-kms-decrypt", "kms:Decrypt"),
  { rule: "res-star-action", kept: [bucketPolicy("Allow", "s3:GetObject")], broken: [bucketPolicy("Allow", "s3:Get*")], silent: [bucketPolicy("Deny", "s3:Get*")] },
  anew("iam-managed-admin", ATTACHMENT, { policyArn: "arn:aws:iam::123456789012:policy/own" }, { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
  anew("iam-aws-managed", ATTACHMENT, { policyArn: "arn:aws:iam::123456789012:policy/own" }, { policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }),
  { rule: "iam-trust", kept: [adds(ROLE, trust({ Principal: { AWS: "arn:aws:iam::123456789012:root" } }))], broken: [adds(ROLE, trust({ Principal: { AWS: "*" } }))] },
  { rule: "iam-oidc", kept: [adds(ROLE, token("repo:owner/project:ref:refs/heads/main"))], broken: [adds(ROLE, token("repo:owner/*"))], silent: [] },
  { rule: "iam-no-users", kept: [], broken: [adds("aws:iam/user:User", { name: "case" })] },

  { rule: "net-sg-world", kept: [], broken: [adds(INGRESS, { description: "case", ipProtocol: "tcp", fromPort: 8443, toPort: 8443, cidrIpv4: "0.0.0.0/0" }, { securityGroupId: GROUP })] },
  { rule: "net-sg-egress", kept: [user, adds(GROUP, { ...group, id: "sg-case" })], broken: [user, adds(GROUP, { ...group, id: "sg-case", egress: [{ description: "case", protocol: "-1", cidrBlocks: ["0.0.0.0/0"] }] })] },
  anew("net-sg-ports", EGRESS, { description: "case", ipProtocol: "tcp", fromPort: 8443, toPort: 8443, cidrIpv4: "10.1.0.0/16" }, { fromPort: 1 }, [], { silent: [adds(EGRESS, { description: "case", ipProtocol: "icmp", fromPort: -1, toPort: -1, cidrIpv4: "10.1.0.0/16" })] }),
  on("net-sg-desc", EGRESS, { description: undefined }),
  { rule: "net-sg-used", kept: [], broken: [adds(GROUP, group)] },
  { rule: "net-default-sg", kept: [], broken: [drops("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")] },
  { rule: "net-flowlog", kept: [], broken: [drops("aws:ec2/flowLog:FlowLog")] },
  on("net-public-ip", "aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true }),
  anew("net-nacl", ACL, { subnetIds: ["subnet-1"], ingress: [{ ...open, cidrBlock: "10.0.0.0/8" }] }, { "ingress.0.cidrBlock": "0.0.0.0/0" }),
  anew("net-peer-route", TABLE, { routes: [{ cidrBlock: "10.20.0.0/16", vpcPeeringConnectionId: "pcx-1" }] }, { "routes.0.cidrBlock": "0.0.0.0/0" }, [], { silent: [adds(TABLE, { routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }] })] }),
  anew("net-nat-default", ROUTE, { destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" }, { natGatewayId: undefined, networkInterfaceId: "eni-1" }),
  anew("net-eip-used", "aws:ec2/eip:Eip", { instance: "i-1" }, { instance: undefined }),
  anew("net-tgw", "aws:ec2transitgateway/transitGateway:TransitGateway", { autoAcceptSharedAttachments: "disable" }, { autoAcceptSharedAttachments: "enable" }),
  { rule: "net-default-vpc", kept: [], broken: [adds("aws:ec2/defaultVpc:DefaultVpc", {})] },
  { rule: "net-ifendpoints", kept: [adds("aws:ec2/vpcEndpoint:VpcEndpoint", { serviceName: "com.amazonaws.eu-central-1.ec2", vpcEndpointType: "Interface" }, { vpcId: VPC })], broken: [] },
  anew("net-bpa", "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions", { internetGatewayBlockMode: "block-ingress" }, { internetGatewayBlockMode: "off" }),

  on("st-name-01", "aws:glue/catalogDatabase:CatalogDatabase", { name: "raw-temperatures" }, { name: "raw_temperatures" }),
  on("st-name-01", "aws:glue/catalogTable:CatalogTable", { "storageDescriptor.columns.0.name": "room-id" }),
  on("name-crawler-output", "aws:glue/crawler:Crawler", { tablePrefix: "x-" }, { tablePrefix: "x_" }),
  { rule: "net-db-port", stack: "dev", kept: [], broken: [(copy) => copy.add({
    type: INGRESS, name: "case", props: { description: "case", ipProtocol: "tcp", fromPort: 1433, toPort: 1433, cidrIpv4: "10.9.0.0/16" },
    dependencies: { securityGroupId: [copy.the("SecurityGroup", "source-database").urn] },
  })] },
];
