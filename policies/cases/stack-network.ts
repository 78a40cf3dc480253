/** Cases of the way to the database; network/path.test.ts breaks every link of it in every variant. */
import type { Case, Copy } from "../testing";
import type { Props } from "../stack";

const set = (type: string, name: string, props: Props) => (copy: Copy): void => void Object.assign(copy.the(type, name).props, props);
const cut = (type: string, name: string) => (copy: Copy): void => copy.without(type, name);
const physical = (change: (props: Props) => void) => (copy: Copy): void => change(copy.the("Connection", "history-connection").props.physicalConnectionRequirements as Props);
const id = (copy: Copy, type: string, name: string): string => copy.the(type, name).props.id as string;

/** A second network beside the first, with all that a connection needs in it but the way to the database. */
function twin(copy: Copy): void {
  const own = copy.resources.filter(({ urn, type, name }) => urn.includes("PeeredGlueNetwork$") && /^aws:(ec2|vpc)\//.test(type) && !/peering|there|back|database/i.test(name));
  const ids = own.map(({ props }) => props.id as unknown).filter((one) => typeof one === "string");
  const text = [...own.map(({ urn }) => urn), ...ids].reduce((all, word) => all.replaceAll(`"${word}"`, `"${word}-twin"`), JSON.stringify(own));
  for (const one of JSON.parse(text) as Copy["resources"]) copy.resources.push({ ...one, name: `${one.name}-twin` });
  const vpcId = id(copy, "ec2/vpc:Vpc", "network-vpc-twin");
  copy.add({ type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "ec2-twin", props: { vpcId, serviceName: "com.amazonaws.eu-central-1.ec2", vpcEndpointType: "Interface", privateDnsEnabled: true } });
}

/** A stack whose database is on the same machine: its connection goes through no network, and it has no peering. */
const nowhere = (rule: string): Case => ({ rule, when: "the connection goes through no network", stack: "local", change: () => undefined, fires: [], silent: true });
const broken = (rule: string, when: string, change: Case["change"], more: Partial<Case> = {}): Case => ({ rule, when, stack: "dev", change, ...more });

const rules = ["st-net-01", "st-net-02", "st-net-03", "st-net-04", "st-net-05", "st-net-06", "st-net-07", "st-net-08", "st-net-09", "st-net-10", "st-net-11", "st-net-12", "st-net-13", "st-net-15", "st-net-16"];

export const networkCases: Case[] = [
  ...rules.map(nowhere),
  broken("st-net-01", "the networks share a range", (copy) => copy.add({ type: "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation", name: "more", props: { vpcId: id(copy, "ec2/vpc:Vpc", "network-vpc"), cidrBlock: "10.65.0.128/25" } })),
  broken("st-net-02", "the route there is missing", cut("Route", "network-there-1")),
  broken("st-net-03", "the route back is missing", cut("Route", "network-back-1")),
  broken("st-net-04", "the database does not let the port in", cut("SecurityGroupIngressRule", "network-database-in")),
  broken("st-net-05", "the workers don't reach each other", cut("SecurityGroupIngressRule", "network-workers-in")),
  broken("st-net-06", "all ports are open to a range", (copy) => copy.add({ type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", name: "wide", props: { description: "case", securityGroupId: id(copy, "SecurityGroup", "network-glue"), ipProtocol: "-1", cidrIpv4: "10.0.0.0/8" } })),
  broken("st-net-07", "the S3 endpoint is on no table", set("VpcEndpoint", "network-s3", { routeTableIds: [] })),
  broken("st-net-08", "an endpoint is missing", cut("VpcEndpoint", "network-kms")),
  broken("st-net-09", "the endpoints keep the workers out", cut("SecurityGroupIngressRule", "network-endpoints-in")),
  broken("st-net-10", "DNS support is off", set("ec2/vpc:Vpc", "network-vpc", { enableDnsSupport: false })),
  broken("st-net-11", "the connection is for another zone", physical((props) => { props.availabilityZone = "eu-central-1b"; })),
  broken("st-net-12", "a job has connections of two networks", (copy) => {
    twin(copy);
    const first = copy.the("Connection", "history-connection");
    const place = { ...first.props.physicalConnectionRequirements as Props, subnetId: id(copy, "Subnet", "network-vpc-isolated-1-twin"), securityGroupIdLists: [id(copy, "SecurityGroup", "network-glue-twin")] };
    const dependencies = { physicalConnectionRequirements: [copy.the("Subnet", "network-vpc-isolated-1-twin").urn, copy.the("SecurityGroup", "network-glue-twin").urn] };
    copy.add({ type: first.type, name: "second", dependencies, props: { ...first.props, name: "second", connectionType: "NETWORK", connectionProperties: {}, physicalConnectionRequirements: place } });
    (copy.the("Job", "history-import-db").props.connections as string[]).push("second");
  }),
  broken("st-net-13", "the subnet is too small for the workers", set("Job", "history-import-db", { numberOfWorkers: 299 })),
  broken("st-net-15", "the database's subnet leads to the internet", (copy) => copy.add({ type: "aws:ec2/route:Route", name: "out", props: { routeTableId: id(copy, "RouteTable", "source-vpc-isolated-1"), destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" } })),
  broken("st-net-16", "the connection names no network", (copy) => { delete copy.the("Connection", "history-connection").props.physicalConnectionRequirements; }),
];
