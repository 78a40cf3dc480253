import { expect } from "chai";
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
      ["net-vpc-table-1", "10.20.0.0/16", "net-peering-id"], ["net-vpc-table-2", "10.20.0.0/16", "net-peering-id"],
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

  it("reaches S3 by a gateway on every table, and the services it is told by interfaces", async () => {
    const found = await build({ endpoints: ["secretsmanager"] });
    expect(found.get("aws:ec2/vpcEndpoint:VpcEndpoint net-s3")).to.deep.include({ vpcEndpointType: "Gateway", routeTableIds: ["net-vpc-table-1", "net-vpc-table-2"] });
    const interfaces = [...found].filter(([key, { vpcEndpointType }]) => key.includes("VpcEndpoint ") && vpcEndpointType === "Interface").map(([, { serviceName, subnetIds }]) => [serviceName, subnetIds]);
    expect(interfaces).to.deep.equal([["com.amazonaws.eu-central-1.secretsmanager", ["net-vpc-isolated-1"]]]);
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

  it("refuses bad sizes, naming every fault", async () => {
    const fault = await build({ zones: 4, endpointZones: 0 }).then(() => "", String);
    expect(fault).to.match(/zones is 4; set 1, 2 or 3\nendpointZones is 0; set/);
  });
});
