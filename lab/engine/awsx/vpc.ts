/**
 * Vpc: `awsx:ec2:Vpc` as the resources that its provider registers for it, under the same names and parents.
 *
 *   Vpc ─▶ ec2.Vpc ┬▶ InternetGateway
 *                  └▶ Subnet ┬▶ RouteTable ┬▶ RouteTableAssociation
 *                            │             └▶ Route (public: internet gateway; private: NAT gateway)
 *                            └▶ Eip, NatGateway (in a public subnet of each zone, or of the first)
 */
import type { Registered } from "../monitor";
import type { Props } from "../providers/provider";
import { isRecord, reference, UNKNOWN } from "../values";
import type { Registration } from "../wire";
import { layout, type PlannedSubnet, type SubnetSpec } from "./layout";

type Register = (resource: Registration) => Promise<Registered>;
type Child = Registered & { type: string; name: string };

const kept = ["assignGeneratedIpv6CidrBlock", "enableDnsHostnames", "enableDnsSupport", "enableNetworkAddressUsageMetrics", "instanceTenancy", "region"];
const unavailable = ["ipv4IpamPoolId", "ipv4NetmaskLength", "ipv6CidrBlock", "ipv6IpamPoolId", "assignGeneratedIpv6CidrBlock", "vpcEndpointSpecs", "vpcEndpointStrategy", "subnetNameTagStrategy"];

/** What a remote component answers with. */
export interface Expanded {
  outputs: Props;
  /** URNs that each output is made from. */
  outputDependencies: Record<string, string[]>;
}

/** Register what the component `of` (already registered as `urn`) is made of; answers with the component's outputs. */
export async function expandVpc(of: Registration, urn: string, zonesOfRegion: string[], register: Register): Promise<Expanded> {
  const { inputs, name } = of;
  const missing = unavailable.filter((key) => inputs[key] !== undefined);
  if (missing.length) throw new Error(`The lab's engine does not have ${missing.join(", ")} of awsx:ec2:Vpc.`);
  const wanted = (inputs.availabilityZoneNames as string[] | undefined) ?? zonesOfRegion.slice(0, Number(inputs.numberOfAvailabilityZones ?? 3));
  const nat = natStrategy(inputs);
  const cidrBlock = String(inputs.cidrBlock ?? "10.0.0.0/16");
  const planned = layout({
    vpcName: name, cidr: cidrBlock, zones: wanted, strategy: String(inputs.subnetStrategy ?? "Legacy"),
    ...(inputs.subnetSpecs ? { specs: inputs.subnetSpecs as SubnetSpec[] } : {}),
    ...(inputs.availabilityZoneCidrMask ? { zoneMask: Number(inputs.availabilityZoneCidrMask) } : {}),
  });
  if (nat !== "none" && !(planned.some(({ type }) => type === "Public") && planned.some(({ type }) => type !== "Public"))) {
    throw new Error(`The NAT gateways of ${name} need public subnets to stand in and private ones to serve; set natGateways.strategy to None`);
  }
  const tags = { Name: name, ...(isRecord(inputs.tags) ? inputs.tags : {}) };
  const make = maker(of, register);
  const vpcInputs = { ...Object.fromEntries(kept.filter((key) => key in inputs).map((key) => [key, inputs[key] as unknown])), cidrBlock, tags };
  const vpc = await make("aws:ec2/vpc:Vpc", name, vpcInputs, urn, {});
  const gateway = await make("aws:ec2/internetGateway:InternetGateway", name, { vpcId: id(vpc), tags }, vpc.urn, { vpcId: vpc });
  const made: Made = { subnets: [], tables: [], associations: [], routes: [], nats: [], eips: [] };
  for (const subnet of planned) await makeSubnet({ make, vpc, gateway, nat, tags, inputs, name }, subnet, wanted.indexOf(subnet.zone), made);
  return expanded(outputs(vpc, gateway, made), [vpc, ...made.subnets]);
}

/** The real one makes all its outputs of one value, so that each depends on the VPC and on every subnet (pulumi-awsx, awsx/ec2/vpc.ts). */
const expanded = (all: Props, behind: Registered[]): Expanded =>
  ({ outputs: all, outputDependencies: Object.fromEntries(Object.keys(all).map((key) => [key, behind.map(({ urn }) => urn)])) });

interface Made {
  subnets: (Child & { kind: string })[];
  tables: Child[];
  associations: Child[];
  routes: Child[];
  nats: Child[];
  eips: Child[];
}

interface Context {
  make: ReturnType<typeof maker>;
  vpc: Child;
  gateway: Child;
  nat: string;
  tags: Props;
  inputs: Props;
  name: string;
}

async function makeSubnet(c: Context, { name, zone, type, cidr, tags }: PlannedSubnet, zoneIndex: number, made: Made): Promise<void> {
  const named = { ...c.tags, ...tags, Name: name, SubnetType: type };
  const subnet = await c.make("aws:ec2/subnet:Subnet", name, {
    vpcId: id(c.vpc), availabilityZone: zone, cidrBlock: cidr, mapPublicIpOnLaunch: type === "Public", assignIpv6AddressOnCreation: false, tags: named,
  }, c.vpc.urn, { vpcId: c.vpc });
  made.subnets.push({ ...subnet, kind: type });
  const tableTags = { ...c.tags, Name: name, SubnetType: type };
  const table = await c.make("aws:ec2/routeTable:RouteTable", name, { vpcId: id(c.vpc), tags: tableTags }, subnet.urn, { vpcId: c.vpc }, [subnet.urn]);
  made.tables.push(table);
  const pair = { routeTableId: id(table), subnetId: id(subnet) };
  made.associations.push(await c.make("aws:ec2/routeTableAssociation:RouteTableAssociation", name, pair, table.urn, { routeTableId: table, subnetId: subnet }));
  if (type === "Public" && (c.nat === "oneperaz" || (c.nat === "single" && !made.nats.length))) await makeNat(c, subnet, zoneIndex, made);
  const out: Child | undefined = type === "Public" ? c.gateway : type === "Private" && c.nat !== "none" ? made.nats[c.nat === "single" ? 0 : zoneIndex] : undefined;
  if (!out) return;
  const via = type === "Public" ? "gatewayId" : "natGatewayId";
  const route = { routeTableId: id(table), [via]: id(out), destinationCidrBlock: "0.0.0.0/0" };
  made.routes.push(await c.make("aws:ec2/route:Route", name, route, table.urn, { routeTableId: table, [via]: out }));
}

async function makeNat(c: Context, subnet: Child, zoneIndex: number, made: Made): Promise<void> {
  const given = (c.inputs.natGateways as { elasticIpAllocationIds?: string[] } | undefined)?.elasticIpAllocationIds ?? [];
  const name = `${c.name}-${zoneIndex + 1}`;
  const tags = { ...(isRecord(c.inputs.tags) ? c.inputs.tags : {}), Name: name };
  const eip = given.length ? undefined : await c.make("aws:ec2/eip:Eip", name, { tags }, subnet.urn, {}, [subnet.urn]);
  if (eip) made.eips.push(eip);
  const allocationId: unknown = eip ? (eip.outputs.allocationId ?? UNKNOWN) : given[zoneIndex];
  made.nats.push(await c.make("aws:ec2/natGateway:NatGateway", name, { subnetId: id(subnet), allocationId, tags }, subnet.urn, { subnetId: subnet, ...(eip ? { allocationId: eip } : {}) }));
}

function natStrategy(inputs: Props): string {
  const strategy = String((inputs.natGateways as { strategy?: string } | undefined)?.strategy ?? "OnePerAz").toLowerCase();
  if (!["none", "single", "oneperaz"].includes(strategy)) throw new Error(`natGateways.strategy is ${strategy}; set None, Single or OnePerAz`);
  return strategy;
}

const id = (child: Registered): string => child.id ?? UNKNOWN;

/** Registers a child of the component: `from` says which property holds something of which resource. */
function maker(of: Registration, register: Register) {
  const provider = of.providers.aws ?? (of.provider.includes("providers:aws::") ? of.provider : "");
  return async (type: string, name: string, inputs: Props, parent: string, from: Record<string, Registered>, also: string[] = []): Promise<Child> => {
    const region: Props = of.inputs.region === undefined ? {} : { region: of.inputs.region as unknown };
    const dependencies = [...new Set([...Object.values(from).map(({ urn }) => urn), ...also, ...of.dependencies])];
    const registered = await register({
      type, name, parent, custom: true, remote: false, inputs: { ...region, ...inputs }, dependencies,
      propertyDependencies: Object.fromEntries(Object.keys({ ...region, ...inputs }).map((key) => [key, from[key] ? [from[key].urn] : []])),
      provider, providers: {}, ...(of.protect === undefined ? {} : { protect: of.protect }), deleteBeforeReplace: false, ignoreChanges: [], replaceOnChanges: [],
      aliases: [], additionalSecretOutputs: [], importId: "", deletedWith: "", transforms: [],
    });
    return { ...registered, type, name };
  };
}

function outputs(vpc: Child, gateway: Child, made: Made): Props {
  const refer = (child: Child): Props => reference(child.urn, child.type, child.name, child.id);
  const of = (kind: string): (Child & { kind: string })[] => made.subnets.filter((subnet) => subnet.kind === kind);
  return {
    vpc: refer(vpc), vpcId: id(vpc), internetGateway: refer(gateway), vpcEndpoints: [],
    subnets: made.subnets.map(refer), publicSubnets: of("Public").map(refer), privateSubnets: of("Private").map(refer), isolatedSubnets: of("Isolated").map(refer),
    publicSubnetIds: of("Public").map(id), privateSubnetIds: of("Private").map(id), isolatedSubnetIds: of("Isolated").map(id),
    routeTables: made.tables.map(refer), routeTableAssociations: made.associations.map(refer), routes: made.routes.map(refer),
    natGateways: made.nats.map(refer), eips: made.eips.map(refer),
  };
}
