import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { withoutPublicAddresses } from "./network-egress";
import { type Peer, PeeredGlueNetwork, type PeeredGlueNetworkArgs } from "./peered-glue-network";
import { registered } from "./testing";

const peer: Peer = { vpcId: "vpc-db", cidr: "10.20.0.0/16", routeTableIds: ["rtb-1", "rtb-2"], securityGroupId: "sg-db", port: 1433 };
const build = (args: Partial<PeeredGlueNetworkArgs> = {}) => registered((opts) => new PeeredGlueNetwork("net", { cidr: "10.64.0.0/24", peer, ...args }, opts));

/** Built once: most tests only look. */
let kept: ReturnType<typeof build> | undefined;
const sound = () => (kept ??= build());

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const ROUTE = "aws:ec2/route:Route";

describe("PeeredGlueNetwork", () => {
  it("lets Glue's workers reach each other on all TCP ports, and nobody else do so", async () => {
    const found = await sound();
    expect(found.get(`${INGRESS} net-workers-in`)).to.include({ ipProtocol: "tcp", fromPort: 0, toPort: 65535, securityGroupId: "net-glue-id", referencedSecurityGroupId: "net-glue-id" });
    const ranges = [...found].filter(([key]) => key.startsWith(INGRESS)).map(([, rule]) => rule.cidrIpv4).filter(Boolean);
    expect(ranges).to.deep.equal([]);
  });

  it("opens the database's port to Glue's group only", async () => {
    expect((await sound()).get(`${INGRESS} net-database-in`)).to.include({ securityGroupId: "sg-db", referencedSecurityGroupId: "net-glue-id", fromPort: 1433, toPort: 1433 });
  });

  it("routes there on every table of Glue and back on every table of the database", async () => {
    const found = await sound();
    const routes = [...found].filter(([key]) => key.startsWith(ROUTE)).map(([, { routeTableId, destinationCidrBlock, vpcPeeringConnectionId }]) => [routeTableId, destinationCidrBlock, vpcPeeringConnectionId]);
    expect(routes).to.have.deep.members([
      ["net-vpc-isolated-1-table", "10.20.0.0/16", "net-peering-id"], ["net-vpc-isolated-2-table", "10.20.0.0/16", "net-peering-id"],
      ["rtb-1", "10.64.0.0/24", "net-peering-id"], ["rtb-2", "10.64.0.0/24", "net-peering-id"],
    ]);
  });

  it("resolves names over the peering, both ways", async () => {
    const options = (await sound()).get("aws:ec2/peeringConnectionOptions:PeeringConnectionOptions net-peering-dns");
    expect([options.requester, options.accepter]).to.deep.equal([{ allowRemoteVpcDnsResolution: true }, { allowRemoteVpcDnsResolution: true }]);
  });

  it("goes by a transit gateway where one is named, and peers nothing then", async () => {
    const found = await build({ peer: { ...peer, transitGatewayId: "tgw-1" } });
    expect(found.get(`${ROUTE} net-there-1`).transitGatewayId).to.equal("tgw-1");
    expect([...found.keys()].filter((key) => key.includes("Peering"))).to.deep.equal([]);
  });

  it("makes the other account's side by that account's provider: accepted, resolved, routed back and let in", async () => {
    const found = await registered((opts) => new PeeredGlueNetwork("net", { cidr: "10.64.0.0/24", peer: { ...peer, accountId: "210987654321", provider: new aws.Provider("there", {}) } }, opts));
    expect(found.get("aws:ec2/vpcPeeringConnection:VpcPeeringConnection net-peering")).to.include({ peerOwnerId: "210987654321" }).and.not.have.property("autoAccept");
    expect(found.get("aws:ec2/vpcPeeringConnectionAccepter:VpcPeeringConnectionAccepter net-accepted")).to.include({ autoAccept: true, vpcPeeringConnectionId: "net-peering-id" });
    expect(found.get("aws:ec2/peeringConnectionOptions:PeeringConnectionOptions net-peering-dns")).to.have.property("requester");
    expect(found.get("aws:ec2/peeringConnectionOptions:PeeringConnectionOptions net-peering-dns-there")).to.have.property("accepter");
    expect(found.get(`${INGRESS} net-database-in`)).to.include({ referencedSecurityGroupId: "123456789012/net-glue-id" });
    expect(found.get(`${ROUTE} net-back-2`)).to.include({ routeTableId: "rtb-2" });
  });

  it("lets Glue in by range from another region, where groups are not known by id", async () => {
    const found = await registered((opts) => new PeeredGlueNetwork("net", { cidr: "10.64.0.0/24", peer: { ...peer, region: "eu-west-1", provider: new aws.Provider("there", {}) } }, opts));
    expect(found.get(`${INGRESS} net-database-in`)).to.include({ cidrIpv4: "10.64.0.0/24" }).and.not.have.property("referencedSecurityGroupId");
    expect(found.get("aws:ec2/vpcPeeringConnection:VpcPeeringConnection net-peering")).to.include({ peerRegion: "eu-west-1" });
  });

  it("tells the owner of the other side what to do, and does only its own", async () => {
    let said: string | undefined;
    const theirs = { ...peer, accountId: "210987654321", region: "eu-west-1" };
    const found = await registered((opts) => new PeeredGlueNetwork("net", { cidr: "10.64.0.0/24", peer: theirs }, opts).handover?.apply((text) => { said = text; }));
    expect(said?.split("\n")).to.deep.equal([
      "aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id net-peering-id --region eu-west-1",
      "aws ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id net-peering-id --accepter-peering-connection-options AllowDnsResolutionFromRemoteVpc=true --region eu-west-1",
      "aws ec2 create-route --route-table-id rtb-1 --destination-cidr-block 10.64.0.0/24 --vpc-peering-connection-id net-peering-id --region eu-west-1",
      "aws ec2 create-route --route-table-id rtb-2 --destination-cidr-block 10.64.0.0/24 --vpc-peering-connection-id net-peering-id --region eu-west-1",
      "aws ec2 authorize-security-group-ingress --group-id sg-db --ip-permissions IpProtocol=tcp,FromPort=1433,ToPort=1433,IpRanges=[{CidrIp=10.64.0.0/24}] --region eu-west-1",
    ]);
    expect([...found.keys()].filter((key) => /net-(back|database-in|peering-dns|accepted)/.test(key))).to.deep.equal([]);
    const later = await build({ peer: { ...theirs, accepted: true } });
    expect(later.get("aws:ec2/peeringConnectionOptions:PeeringConnectionOptions net-peering-dns")).to.have.property("requester").and.to.deep.equal({ allowRemoteVpcDnsResolution: true });
  });

  it("names Glue's group with its account to the owner of another account in the same region", async () => {
    let said = "";
    await registered((opts) => new PeeredGlueNetwork("net", { cidr: "10.64.0.0/24", peer: { ...peer, accountId: "210987654321", transitGatewayId: "tgw-1" } }, opts).handover?.apply((text) => { said = text; }));
    expect(said).to.contain("create-route --route-table-id rtb-1 --destination-cidr-block 10.64.0.0/24 --transit-gateway-id tgw-1").and.contain("UserIdGroupPairs=[{UserId=123456789012,GroupId=net-glue-id}]").and.not.contain("accept");
  });

  it("refuses another side that can't be joined so", async () => {
    const fault = await build({ peer: { ...peer, accountId: "12", region: "eu-west-1", transitGatewayId: "tgw-1" } }).then(() => "", String);
    expect(fault).to.match(/peer\.accountId is "12"; set the 12 digits.*\n.*joins VPCs of one region/);
    expect(await build({ peer: { ...peer, accepted: true } }).then(() => "", String)).to.contain("peer.accepted is set, but this stack accepts the peering itself");
  });

  it("reaches S3 by a gateway on every table, and the services it is told by interfaces", async () => {
    const found = await build({ endpoints: ["secretsmanager"] });
    expect(found.get("aws:ec2/vpcEndpoint:VpcEndpoint net-s3")).to.deep.include({ vpcEndpointType: "Gateway", routeTableIds: ["net-vpc-isolated-1-table", "net-vpc-isolated-2-table"] });
    const interfaces = [...found].filter(([key, { vpcEndpointType }]) => key.includes("VpcEndpoint ") && vpcEndpointType === "Interface").map(([, { serviceName, subnetIds }]) => [serviceName, subnetIds]);
    expect(interfaces).to.deep.equal([["com.amazonaws.eu-central-1.secretsmanager", ["net-vpc-isolated-1"]]]);
  });

  it("goes by NAT gateways where they are chosen: private subnets, HTTPS to anywhere, S3 by its gateway all the same", async () => {
    const found = await build({ egress: "nat" });
    expect(found.get("awsx:ec2:Vpc net-vpc")).to.deep.include({ natGateways: { strategy: "Single" }, subnetSpecs: [{ type: "Private" }, { type: "Public", cidrMask: 28 }] });
    expect(found.get("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule net-nat")).to.include({ fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" });
    expect(found.get("aws:ec2/vpcEndpoint:VpcEndpoint net-s3").routeTableIds).to.deep.equal(["net-vpc-private-1-table", "net-vpc-private-2-table"]);
    expect([...found.keys()].filter((key) => key.includes("VpcEndpoint "))).to.have.length(1);
    expect(found.get(`${ROUTE} net-there-2`)).to.include({ routeTableId: "net-vpc-private-2-table" });
    expect((await build({ egress: "nat", natPerZone: true, endpoints: ["kms"] })).get("awsx:ec2:Vpc net-vpc").natGateways).to.deep.equal({ strategy: "OnePerAz" });
  });

  it("gives no subnet the habit of public addresses, and changes nothing else of what awsx makes", () => {
    const asked = (type: string, props: object) => withoutPublicAddresses({ type, props, name: "", custom: true, opts: {} });
    expect(asked("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true, cidrBlock: "10.0.0.0/28" })).to.deep.equal({ props: { mapPublicIpOnLaunch: false, cidrBlock: "10.0.0.0/28" }, opts: {} });
    expect(asked("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: false })).to.equal(undefined);
    expect(asked("aws:ec2/vpc:Vpc", {})).to.equal(undefined);
  });

  it("closes the default group and logs every flow", async () => {
    const found = await sound();
    expect(found.get("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup net-closed")).to.deep.include({ ingress: [], egress: [] });
    expect(found.get("aws:ec2/flowLog:FlowLog net-flow")).to.include({ trafficType: "ALL", vpcId: "net-vpc-vpc" });
  });

  it("stands without a database", async () => {
    const found = await registered((opts) => new PeeredGlueNetwork("net", { cidr: "10.64.0.0/24" }, opts));
    expect([...found.keys()].filter((key) => key.startsWith(ROUTE))).to.deep.equal([]);
  });

  it("refuses ranges that overlap, naming both", async () => {
    const fault = await build({ cidr: "10.20.7.0/24" }).then(() => "", String);
    expect(fault).to.contain("cidr 10.20.7.0/24 overlaps the database's 10.20.0.0/16; set a range that shares no address with it");
  });

  it("refuses a way out that can't be made, naming every fault", async () => {
    expect(await build({ natPerZone: true }).then(() => "", String)).to.contain("natPerZone is set, but egress is endpoints; set egress to nat, or remove natPerZone");
    expect(await build({ egress: "nat", cidr: "10.64.0.0/27" }).then(() => "", String)).to.contain("cidr 10.64.0.0/27 has no room for a NAT gateway's subnet in each of 2 zones; set a prefix of at most /26");
  });

  it("refuses bad sizes, naming every fault", async () => {
    const fault = await build({ zones: 4, endpointZones: 0 }).then(() => "", String);
    expect(fault).to.match(/zones is 4; set 1, 2 or 3\nendpointZones is 0; set/);
  });
});
