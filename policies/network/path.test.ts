import { expect } from "chai";
import { type Rule, violations } from "../rule";
import { UNKNOWN } from "../stack";
import { type Copy, like } from "../testing";
import * as path from "./path";
import * as room from "./room";

const rules = [...Object.values(path), ...Object.values(room)].filter((value): value is Rule => typeof value === "object" && "check" in value);

/** What is said of a stack with this fault: rule and words. */
async function said(stack: string, fault: (copy: Copy) => void, config?: Record<string, unknown>): Promise<string[]> {
  return violations(await like(stack, fault, config), rules).map(({ policy, message }) => `${policy}: ${message}`).sort();
}

const GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway";
const ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment";
const id = (copy: Copy, type: string, name: string): string => copy.the(type, name).props.id as string;
const urnOf = (copy: Copy, type: string, name: string): string => copy.the(type, name).urn;

/** The same two networks, joined by a transit gateway of the stack. */
function transit(copy: Copy): void {
  copy.without("VpcPeeringConnection", "network-peering");
  copy.without("PeeringConnectionOptions", "network-peering-dns");
  copy.add({ type: GATEWAY, name: "hub", props: { id: "tgw-1", securityGroupReferencingSupport: "enable" } });
  const attach = (name: string, vpc: string, subnets: string[]) => copy.add({
    type: ATTACHMENT, name, props: { id: `tgw-attach-${name}`, transitGatewayId: "tgw-1", vpcId: id(copy, "ec2/vpc:Vpc", vpc), subnetIds: subnets.map((subnet) => id(copy, "Subnet", subnet)), securityGroupReferencingSupport: "enable" },
  });
  attach("lake-side", "network-vpc", ["network-vpc-isolated-1", "network-vpc-isolated-2"]);
  attach("database-side", "source-vpc", ["source-vpc-isolated-1"]);
  for (const route of copy.resources.filter(({ type, props }) => type.endsWith(":Route") && props.vpcPeeringConnectionId)) {
    delete route.props.vpcPeeringConnectionId;
    Object.assign(route.props, { transitGatewayId: "tgw-1" });
  }
}

/** The database's side belongs to another account, which makes what is there. */
function otherAccount(copy: Copy): void {
  const block = copy.resources.find(({ type }) => type === "sensorlake:index:PeeredGlueNetwork");
  Object.assign(block?.props.peer as object, { owner: "account 210987654321" });
  Object.assign(copy.the("VpcPeeringConnection", "network-peering").props, { autoAccept: false, peerOwnerId: "210987654321" });
  for (const name of ["network-back-1", "network-back-2"]) copy.without("Route", name);
  copy.without("SecurityGroupIngressRule", "network-database-in");
}

const set = (type: string, name: string, props: object) => (copy: Copy): void => void Object.assign(copy.the(type, name).props, props);
const cut = (type: string, name: string) => (copy: Copy): void => copy.without(type, name);

type Break = [what: string, fault: (copy: Copy) => void, said: RegExp];

/** Links that both variants of the stack's own networks have. */
const common: Break[] = [
  ["the route there", cut("Route", "network-there-1"), /^st-net-02: no route from network-vpc-isolated-1 to 10\.65\.0\.0\/24$/],
  ["the route there, for a part", set("Route", "network-there-1", { destinationCidrBlock: "10.65.0.0/25" }), /^st-net-02: no route from network-vpc-isolated-1 to 10\.65\.0\.128\/25$/],
  ["the route back", cut("Route", "network-back-1"), /^st-net-03: no route from source-vpc-isolated-1 back to 10\.64\.0\.0\/25$/],
  ["a narrower route elsewhere", (copy) => copy.add({ type: "aws:ec2/route:Route", name: "astray", props: { routeTableId: id(copy, "RouteTable", "network-vpc-isolated-1"), destinationCidrBlock: "10.65.0.0/28", natGatewayId: "nat-1" } }),
    /^st-net-02: the route from network-vpc-isolated-1 to 10\.65\.0\.0\/28 goes to nat-1, not to source-vpc$/],
  ["the port out", cut("SecurityGroupEgressRule", "network-database-out"), /^st-net-04: no rule of network-glue let out TCP port 1433/],
  ["the port in", set("SecurityGroupIngressRule", "network-database-in", { toPort: 1432, fromPort: 1432 }), /^st-net-04: no rule of source-database let in TCP port 1433 from network-glue/],
  ["the self-reference in", set("SecurityGroupIngressRule", "network-workers-in", { toPort: 1023 }), /^st-net-05: .*all TCP ports in from the group itself$/],
  ["the self-reference out", cut("SecurityGroupEgressRule", "network-workers-out"), /^st-net-05: .*all TCP ports out to the group itself$/],
  ["the self-reference alone", (copy) => copy.add({ type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name: "wide", props: { securityGroupId: id(copy, "SecurityGroup", "network-glue"), ipProtocol: "-1", cidrIpv4: "10.0.0.0/8" } }),
    /^st-net-06: network-glue lets 10\.0\.0\.0\/8 in on all TCP ports/],
  ["S3 on the table", set("VpcEndpoint", "network-s3", { routeTableIds: [] }), /^st-net-07: neither an S3 gateway endpoint nor a NAT gateway on network-vpc-isolated-1$/],
  ["S3 out of the group", cut("SecurityGroupEgressRule", "network-s3"), /^st-net-07: no rule of network-glue lets out TCP port 443 to network-s3$/],
  ["an endpoint", cut("VpcEndpoint", "network-kms"), /^st-net-08: neither an interface endpoint for kms nor a NAT gateway in network-vpc$/],
  ["an endpoint's name", set("VpcEndpoint", "network-logs", { privateDnsEnabled: false }), /^st-net-08: .*network-logs of logs has no private DNS/],
  ["an endpoint's zone", (copy) => set("VpcEndpoint", "network-sts", { subnetIds: [id(copy, "Subnet", "network-vpc-isolated-2")] })(copy), /^st-net-08: .*network-sts of sts has no subnet in eu-central-1a/],
  ["the endpoints' group", cut("SecurityGroupIngressRule", "network-endpoints-in"), /^st-net-09: no rule of network-endpoints lets network-glue in on TCP port 443 of the endpoint network-\w+$/],
  ["HTTPS out of the group", cut("SecurityGroupEgressRule", "network-endpoints-out"), /^st-net-09: no rule of network-glue lets out TCP port 443 to the endpoint network-\w+$/],
  ["DNS support", set("ec2/vpc:Vpc", "network-vpc", { enableDnsSupport: false }), /^st-net-10: enableDnsSupport of network-vpc is off$/],
  ["DNS names there", set("ec2/vpc:Vpc", "source-vpc", { enableDnsHostnames: false }), /^st-net-10: enableDnsHostnames of source-vpc is off$/],
  ["the zone", (copy) => Object.assign(copy.the("Connection", "history-connection").props.physicalConnectionRequirements as object, { availabilityZone: "eu-central-1b" }), /^st-net-11: the connection is for eu-central-1b/],
  ["no zone", (copy) => Object.assign(copy.the("Connection", "history-connection").props.physicalConnectionRequirements as object, { availabilityZone: undefined }), /^st-net-11: no zone; /],
  ["the way out of the database", (copy) => copy.add({ type: "aws:ec2/route:Route", name: "out", props: { routeTableId: id(copy, "RouteTable", "source-vpc-isolated-1"), destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" } }),
    /^st-net-15: source-vpc-isolated-1 of source-vpc-isolated-1 leads to an internet gateway$/],
  ["an ACL's way back", (copy) => copy.add({ type: "aws:ec2/networkAcl:NetworkAcl", name: "acl", props: {
    id: "acl-1", vpcId: id(copy, "ec2/vpc:Vpc", "source-vpc"), subnetIds: [id(copy, "Subnet", "source-vpc-isolated-1")],
    ingress: [{ ruleNo: 100, action: "allow", protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 }],
    egress: [{ ruleNo: 90, action: "deny", protocol: "tcp", cidrBlock: "10.64.0.0/28", fromPort: 2000, toPort: 2000 }, { ruleNo: 100, action: "allow", protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 }],
  } }), /^st-net-04: no rule of acl of source-vpc-isolated-1 let TCP ports 1024 to 65535 out to 10\.64\.0\.0\/25$/],
];

const byPeering: Break[] = [
  ["the ranges", set("ec2/vpc:Vpc", "source-vpc", { cidrBlock: "10.64.0.0/15" }), /^st-net-01: 10\.64\.0\.0\/24 of network-vpc overlaps 10\.64\.0\.0\/15 of source-vpc/],
  ["the acceptance", set("VpcPeeringConnection", "network-peering", { autoAccept: false }), /^st-net-02: network-peering is not accepted/],
];

const byTransit: Break[] = [
  ["the attachment there", cut("VpcAttachment", "database-side"), /^st-net-02: source-vpc is not attached to hub$/],
  ["the attachment here", (copy) => set("VpcAttachment", "lake-side", { subnetIds: [id(copy, "Subnet", "network-vpc-isolated-2")] })(copy), /^st-net-02: lake-side has no subnet in eu-central-1a/],
  ["the propagation there", set("VpcAttachment", "database-side", { transitGatewayDefaultRouteTablePropagation: false }), /^st-net-02: no route from the default route table of hub to 10\.65\.0\.0\/24/],
  ["the propagation back", set("VpcAttachment", "lake-side", { transitGatewayDefaultRouteTablePropagation: false }), /^st-net-03: no route from the default route table of hub back to 10\.64\.0\.0\/25/],
  ["the association", set("VpcAttachment", "lake-side", { transitGatewayDefaultRouteTableAssociation: false }), /^st-net-02: lake-side is associated with no route table of hub$/],
  ["a black hole", (copy) => copy.add({ type: "aws:ec2transitgateway/route:Route", name: "hole", props: { destinationCidrBlock: "10.65.0.0/24", blackhole: true, transitGatewayRouteTableId: UNKNOWN }, dependencies: { transitGatewayRouteTableId: [urnOf(copy, "TransitGateway", "hub")] } }),
    /^st-net-02: no route from the default route table of hub to 10\.65\.0\.0\/24/],
  ["groups known across it", set("TransitGateway", "hub", { securityGroupReferencingSupport: "disable" }), /^st-net-04: .*groups are not known by id across it/],
  ["the ranges", set("ec2/vpc:Vpc", "source-vpc", { cidrBlock: "10.64.0.0/15" }), /^st-net-01: /],
];

/** Links of the way by NAT, which dev has by one setting. */
const byNat: Break[] = [
  ["the route to the NAT gateway", cut("Route", "network-vpc-private-1"), /^st-net-08: neither an interface endpoint for \w+ nor a NAT gateway in network-vpc$/],
  ["a narrower route elsewhere", (copy) => copy.add({ type: "aws:ec2/route:Route", name: "astray", props: { routeTableId: id(copy, "RouteTable", "network-vpc-private-1"), destinationCidrBlock: "52.0.0.0/8", transitGatewayId: "tgw-9" } }),
    /^st-net-08: the route from network-vpc-private-1 to 52\.0\.0\.0\/8 goes to tgw-9, not to a NAT gateway$/],
  ["the route of the NAT gateway", cut("Route", "network-vpc-public-1"), /^st-net-08: no route from network-vpc-public-1 to the internet by an internet gateway of the subnet network-vpc-public-1, in which network-vpc-1 stands$/],
  ["the table of the NAT gateway's subnet", cut("RouteTableAssociation", "network-vpc-public-1"), /^st-net-08: no route from the main route table of network-vpc to the internet/],
  ["the NAT gateway's place", (copy) => set("NatGateway", "network-vpc-1", { subnetId: id(copy, "Subnet", "network-vpc-private-2") })(copy), /^st-net-08: the route from network-vpc-private-2 to the internet goes to network-vpc-1, not to an internet gateway/],
  ["the NAT gateway's address", set("NatGateway", "network-vpc-1", { allocationId: undefined }), /^st-net-08: network-vpc-1 has no public address/],
  ["a private NAT gateway", set("NatGateway", "network-vpc-1", { connectivityType: "private" }), /^st-net-08: network-vpc-1 is a private NAT gateway/],
  ["the internet gateway's VPC", (copy) => set("InternetGateway", "network-vpc", { vpcId: id(copy, "ec2/vpc:Vpc", "source-vpc") })(copy), /^st-net-08: the internet gateway network-vpc is not attached to the VPC network-vpc$/],
  ["HTTPS out of the group", cut("SecurityGroupEgressRule", "network-nat"), /^st-net-09: no rule of network-glue lets out TCP port 443 to every address/],
  ["the ACL of the NAT gateway's subnet", (copy) => copy.add({ type: "aws:ec2/networkAcl:NetworkAcl", name: "acl", props: {
    id: "acl-1", vpcId: id(copy, "ec2/vpc:Vpc", "network-vpc"), subnetIds: [id(copy, "Subnet", "network-vpc-public-1")],
    ingress: [{ ruleNo: 100, action: "allow", protocol: "tcp", cidrBlock: "0.0.0.0/0", fromPort: 1024, toPort: 65535 }],
    egress: [{ ruleNo: 100, action: "allow", protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 }],
  } }), /^st-net-04: no rule of acl of network-vpc-public-1 let TCP ports 443 in from 10\.64\.0\.0\/26$/],
  ["an endpoint that has the name but keeps the workers out", (copy) => copy.add({ type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "kms", props: {
    id: "vpce-1", vpcId: id(copy, "ec2/vpc:Vpc", "network-vpc"), vpcEndpointType: "Interface", serviceName: "com.amazonaws.eu-central-1.kms", privateDnsEnabled: true,
    subnetIds: [id(copy, "Subnet", "network-vpc-private-1")], securityGroupIds: [id(copy, "SecurityGroup", "source-database")],
  } }), /^st-net-09: no rule of source-database lets network-glue in on TCP port 443 of the endpoint kms$/],
];

/** Links to a database in another account and region whose side this stack makes by a role there. */
const elsewhere: Break[] = [
  ["the accepter", cut("VpcPeeringConnectionAccepter", "network-accepted"), /^st-net-02: network-peering is not accepted: it has neither autoAccept nor an accepter$/],
  ["the route there", cut("Route", "network-there-1"), /^st-net-02: no route from network-vpc-isolated-1 to 10\.20\.0\.0\/16$/],
  ["the route back", cut("Route", "network-back-2"), /^st-net-03: no route from rtb-0123456789abcdef1 back to 10\.66\.0\.0\/25$/],
  ["the port in", cut("SecurityGroupIngressRule", "network-database-in"), /^st-net-04: no rule of sg-0123456789abcdef0 let in TCP port 1433/],
  ["the port in, by a group of another region", set("SecurityGroupIngressRule", "network-database-in", { cidrIpv4: undefined, referencedSecurityGroupId: "123456789012/sg-1" }), /^st-net-04: no rule of sg-0123456789abcdef0 let in TCP port 1433/],
  ["the port out", cut("SecurityGroupEgressRule", "network-database-out"), /^st-net-04: no rule of network-glue let out TCP port 1433/],
  ["names over the peering", cut("PeeringConnectionOptions", "network-peering-dns-there"), /^st-net-10: nothing resolves names of vpc-0123456789abcdef0/],
  ["the ranges", set("ec2/vpc:Vpc", "network-vpc", { cidrBlock: "10.20.0.0/24" }), /^st-net-0[12]: /],
];
/** Links by a transit gateway to a network outside the stack, in this account or another. */
const byHub: Break[] = [
  ["the attachment", cut("VpcAttachment", "network-attachment"), /^st-net-02: network-vpc is not attached to tgw-0123456789abcdef0$/],
  ["the attachment's zone", (copy) => set("VpcAttachment", "network-attachment", { subnetIds: [id(copy, "Subnet", "network-vpc-isolated-2")] })(copy), /^st-net-02: network-attachment has no subnet in eu-central-1a/],
  ["the route there", cut("Route", "network-there-1"), /^st-net-02: no route from network-vpc-isolated-1 to 10\.20\.0\.0\/16$/],
  ["the port out", cut("SecurityGroupEgressRule", "network-database-out"), /^st-net-04: no rule of network-glue let out TCP port 1433/],
  ["an endpoint", cut("VpcEndpoint", "network-glue"), /^st-net-08: neither an interface endpoint for glue/],
  ["DNS support", set("ec2/vpc:Vpc", "network-vpc", { enableDnsSupport: false }), /^st-net-10: enableDnsSupport of network-vpc is off$/],
  ["the zone", (copy) => Object.assign(copy.the("Connection", "history-connection").props.physicalConnectionRequirements as object, { availabilityZone: "eu-central-1b" }), /^st-net-11: /],
  ["the ranges", set("ec2/vpc:Vpc", "network-vpc", { cidrBlock: "10.20.0.0/24" }), /^st-net-0[12]: /],
];
const ownSide: Break[] = [
  ["the route back", cut("Route", "network-back-2"), /^st-net-03: no route from rtb-0123456789abcdef1 back to 10\.66\.0\.0\/25$/],
  ["the port in", cut("SecurityGroupIngressRule", "network-database-in"), /^st-net-04: no rule of sg-0123456789abcdef0 let in TCP port 1433/],
];
const hub = (more: object = {}) => ({ "sensorlake:source": { network: { transitGatewayId: "tgw-0123456789abcdef0", ...more } } });

const nat = { "sensorlake:network": { egress: "nat" } };
const role = { "sensorlake:source": { network: { accountId: "210987654321", region: "eu-west-1", roleArn: "arn:aws:iam::210987654321:role/peering" } } };

/** What is missing for sure. Before an update a subnet of the network may be any of it: which one is in which zone can't be told. */
const sure = async (...asked: Parameters<typeof said>): Promise<string[]> => (await said(...asked)).filter((one) => !one.startsWith("undecided: "));

/** Ids that only an update tells. */
function hidden(copy: Copy): void {
  const ids = new Set(copy.resources.map(({ props }) => props.id as unknown).filter(Boolean));
  for (const one of copy.resources) one.props = JSON.parse(JSON.stringify(one.props), (_, value: unknown) => (ids.has(value) ? UNKNOWN : value)) as typeof one.props;
}

describe("the path to the database", function () {
  this.timeout(60_000);

  it("is whole in dev, in local, through a transit gateway, and where no id is known yet", async () => {
    expect(await said("dev", () => undefined)).to.deep.equal([]);
    expect(await said("local", () => undefined)).to.deep.equal([]);
    expect(await said("dev", transit)).to.deep.equal([]);
    expect(await sure("dev", hidden)).to.deep.equal([]);
  });

  for (const [name, shape, breaks] of [["peering", () => undefined, [...common, ...byPeering]], ["transit gateway", transit, [...common, ...byTransit]]] as const) {
    for (const [what, fault, words] of breaks) {
      it(`by ${name}: names ${what}, and nothing else`, async () => {
        const found = await said("dev", (copy) => { shape(copy); fault(copy); });
        expect(new Set(found.map((one) => one.split(":")[0]))).to.have.length(1, found.join("\n"));
        expect(found[0]).to.match(words);
      });
    }
  }

  for (const [what, fault, words] of byNat) {
    it(`by NAT: names ${what}, and nothing else`, async () => {
      const found = await said("dev", fault, nat);
      expect(new Set(found.map((one) => one.split(":")[0]))).to.have.length(1, found.join("\n"));
      expect(found[0]).to.match(words);
    });
  }

  it("by NAT is whole, S3 by it as well where no endpoint has it, and where no id is known yet", async () => {
    expect(await said("dev", () => undefined, nat)).to.deep.equal([]);
    expect(await sure("dev", hidden, nat)).to.deep.equal([]);
    expect(await said("dev", cut("VpcEndpoint", "network-s3"), nat)).to.deep.equal([]);
    const neither = await said("dev", (copy) => { copy.without("VpcEndpoint", "network-s3"); copy.without("Route", "network-vpc-public-1"); }, nat);
    expect([...new Set(neither.map((one) => one.split(":")[0]))]).to.deep.equal(["st-net-07", "st-net-08"]);
  });

  for (const [what, fault, words] of elsewhere) {
    it(`to another account and region, by a role there: names ${what}, and nothing else`, async () => {
      const found = (await said("prod", fault, role)).filter((one) => !one.startsWith("undecided"));
      expect(found.length, found.join("\n")).to.be.above(0);
      expect(new Set(found.map((one) => one.split(":")[0]))).to.have.length(1, found.join("\n"));
      expect(found[0]).to.match(words);
    });
  }

  for (const [name, config, breaks] of [["this account", hub(), [...byHub, ...ownSide]], ["another account", hub({ accountId: "210987654321" }), byHub]] as const) {
    for (const [what, fault, words] of breaks) {
      it(`by somebody's transit gateway to ${name}: names ${what}, and nothing else`, async () => {
        const found = (await said("prod", fault, config)).filter((one) => !one.startsWith("undecided"));
        expect(new Set(found.map((one) => one.split(":")[0])), found.join("\n")).to.have.length(1);
        expect(found[0]).to.match(words);
      });
    }
  }

  it("names all that hangs on a subnet's table, or on the region of a peering, the first first", async () => {
    expect(await said("dev", cut("RouteTableAssociation", "network-vpc-isolated-1"))).to.deep.equal([
      "st-net-02: no route from the main route table of network-vpc to 10.65.0.0/24", "st-net-07: neither an S3 gateway endpoint nor a NAT gateway on the main route table of network-vpc",
    ]);
    const apart = await said("dev", set("VpcPeeringConnection", "network-peering", { peerRegion: "eu-west-1" }));
    expect(apart[0]).to.match(/^st-net-02: network-peering goes to another region, where it does not accept itself/);
    expect(apart[1]).to.match(/^st-net-04: .*groups are not known by id across it, so name the range$/);
  });

  it("names a link that is missing where no id is known yet, too", async () => {
    const found = await sure("dev", (copy) => { copy.without("Route", "network-back-1"); hidden(copy); });
    expect(found).to.deep.equal(["st-net-03: no route from source-vpc-isolated-1 back to 10.64.0.0/25"]);
  });

  it("to a network outside the stack takes what the settings say, and says what they don't", async () => {
    expect(await said("prod", () => undefined)).to.deep.equal(["undecided: st-net-10: whether vpc-0123456789abcdef0, which stands outside the stack, has DNS support and host names on is not known before an update"]);
    const lost = await said("prod", cut("Route", "network-back-2"));
    expect(lost[0]).to.equal("st-net-03: no route from rtb-0123456789abcdef1 back to 10.66.0.0/25");
    expect((await said("prod", cut("SecurityGroupIngressRule", "network-database-in")))[0]).to.match(/^st-net-04: no rule of sg-0123456789abcdef0 let in TCP port 1433/);
    const unresolved = await said("prod", set("PeeringConnectionOptions", "network-peering-dns", { accepter: { allowRemoteVpcDnsResolution: false } }));
    expect(unresolved[0]).to.match(/^st-net-10: nothing resolves names of vpc-0123456789abcdef0/);
  });

  it("to another account is undecided where its owner acts, and missing where this side must", async () => {
    const found = await said("prod", otherAccount);
    expect(found).to.have.length(5);
    for (const [at, words] of [/02: whether account 210987654321 has accepted network-peering/, /03: the route from rtb-0123456789abcdef0/, /03: the route from rtb-0123456789abcdef1/, /04: whether account 210987654321 lets/, /10: whether vpc-0123456789abcdef0/].entries()) expect(found[at]).to.match(words).and.match(/^undecided: st-net-/);
    const lost = await said("prod", (copy) => { otherAccount(copy); copy.without("Route", "network-there-1"); });
    expect(lost.filter((one) => !one.startsWith("undecided"))).to.deep.equal(["st-net-02: no route from network-vpc-isolated-1 to 10.20.0.0/16"]);
  });

  it("is not asked for where a connection goes through no network; that it does not is told", async () => {
    expect(await said("dev", (copy) => { delete copy.the("Connection", "history-connection").props.physicalConnectionRequirements; })).to.deep.equal(["st-net-16: Set physicalConnectionRequirements with a subnet and a security group"]);
  });

  it("wants one VPC a job, and room for its workers", async () => {
    const second = (copy: Copy): void => {
      const first = copy.the("Connection", "history-connection");
      copy.add({ type: first.type, name: "second", props: { ...first.props, name: "second", connectionProperties: {}, physicalConnectionRequirements: { ...first.props.physicalConnectionRequirements as object, subnetId: id(copy, "Subnet", "source-vpc-isolated-1") } } });
      (copy.the("Job", "history-import-db").props.connections as string[]).push("second");
    };
    expect(await said("dev", second)).to.include("st-net-12: its connections history-connection, second are in network-vpc and source-vpc; name connections of one VPC only");
    expect(await said("dev", set("Job", "history-import-db", { numberOfWorkers: 299 }))).to.deep.equal(["st-net-13: it has 123 addresses, and its jobs take 300 at once; give it a larger range or the jobs fewer workers"]);
  });
});
