import { expect } from "chai";
import fc from "fast-check";
import type { Place } from "./finding";
import { Graph, type Props, type Resource } from "./graph";
import { placeIn } from "./places";
import { serviceFaults } from "./services";

/**
 * Small worlds: a VPC 10.0.0.0/27 with the workers' subnet and one for a NAT gateway, with random routes, groups, network ACLs and maybe an
 * interface endpoint. The judge sends every packet by itself, to each public address at which some range of these worlds begins or ends.
 */
interface Rule { from: number; to: number; range: string }
interface Line extends Rule { allow: boolean; egress: boolean }
interface Hop { side: 0 | 1; range: string; to: "nat" | "internet" | "elsewhere" }
interface World {
  nat: "public" | "private" | "bare";
  attached: boolean;
  hops: Hop[];
  out: Rule[];
  lines: [Line[] | null, Line[] | null];
  /** An interface endpoint beside the NAT gateway. */
  endpoint: null | { named: boolean; open: boolean };
}

const RANGES = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "52.0.0.0/8", "52.95.0.0/16", "10.0.0.0/8", "10.0.0.0/28", "10.0.0.16/28"];
const range = fc.oneof({ weight: 4, arbitrary: fc.constant("0.0.0.0/0") }, { weight: 1, arbitrary: fc.constantFrom(...RANGES) });
const ports = fc.constantFrom([0, 65535], [443, 443], [1024, 65535], [0, 442], [444, 65535], [1024, 2000], [32768, 65535]);
const rule = fc.tuple(ports, range).map(([[from, to], where]): Rule => ({ from: from as number, to: to as number, range: where }));
const line = fc.tuple(rule, fc.boolean(), fc.integer({ min: 0, max: 9 })).map(([one, egress, luck]): Line => ({ ...one, egress, allow: luck > 1 }));
const rarely = <T>(some: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: some });
const acl = rarely(fc.array(line, { minLength: 2, maxLength: 5 }));
const mostly = fc.integer({ min: 0, max: 7 }).map((luck) => luck > 0);
const hop = fc.record({ side: fc.constantFrom<0 | 1>(0, 1), range: fc.constantFrom(...RANGES), to: fc.constantFrom<Hop["to"]>("nat", "internet", "elsewhere") });
const sound = <T>(needed: T[], more: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> => fc.tuple(mostly, more).map(([all, beside]) => (all ? [...needed, ...beside] : beside));
const world: fc.Arbitrary<World> = fc.record({
  nat: fc.constantFrom<World["nat"]>("public", "public", "public", "private", "bare"), attached: mostly,
  hops: sound<Hop>([{ side: 0, range: "0.0.0.0/0", to: "nat" }, { side: 1, range: "0.0.0.0/0", to: "internet" }], fc.array(hop, { maxLength: 2 })),
  out: sound([{ from: 443, to: 443, range: "0.0.0.0/0" }], fc.array(rule, { maxLength: 3 })),
  lines: fc.tuple(acl, acl), endpoint: rarely(fc.record({ named: mostly, open: mostly })),
});

function resourcesOf(w: World): Resource[] {
  const all: Resource[] = [];
  const add = (type: string, name: string, props: Props): void => void all.push({ urn: `urn:${type}:${name}`, type, name, props: { id: name, ...props }, dependencies: {} });
  add("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/27" });
  for (const side of [0, 1] as const) {
    add("aws:ec2/subnet:Subnet", `subnet-${side}`, { vpcId: "vpc", cidrBlock: SIDES[side], availabilityZone: "a" });
    add("aws:ec2/routeTable:RouteTable", `rtb-${side}`, { vpcId: "vpc" });
    add("aws:ec2/routeTableAssociation:RouteTableAssociation", `assoc-${side}`, { subnetId: `subnet-${side}`, routeTableId: `rtb-${side}` });
    const lines = w.lines[side];
    if (lines) add("aws:ec2/networkAcl:NetworkAcl", `acl-${side}`, {
      vpcId: "vpc", subnetIds: [`subnet-${side}`],
      ...Object.fromEntries([["ingress", false], ["egress", true]].map(([key, egress]) => [key, lines.map((one, at) => ({ one, at })).filter(({ one }) => one.egress === egress)
        .map(({ one, at }) => ({ ruleNo: 100 + at, action: one.allow ? "allow" : "deny", protocol: "tcp", cidrBlock: one.range, fromPort: one.from, toPort: one.to }))])),
    });
  }
  add("aws:ec2/internetGateway:InternetGateway", "igw", w.attached ? { vpcId: "vpc" } : {});
  add("aws:ec2/natGateway:NatGateway", "nat", { subnetId: "subnet-1", connectivityType: w.nat === "private" ? "private" : "public", ...(w.nat === "public" && { allocationId: "eip" }) });
  const target = { nat: { natGatewayId: "nat" }, internet: { gatewayId: "igw" }, elsewhere: { transitGatewayId: "tgw" } };
  w.hops.forEach((one, at) => add("aws:ec2/route:Route", `route-${at}`, { routeTableId: `rtb-${one.side}`, destinationCidrBlock: one.range, ...target[one.to] }));
  for (const group of ["sg", "sg-endpoint"]) add("aws:ec2/securityGroup:SecurityGroup", group, { vpcId: "vpc" });
  w.out.forEach((one, at) => add("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", `out-${at}`, { securityGroupId: "sg", ipProtocol: "tcp", fromPort: one.from, toPort: one.to, cidrIpv4: one.range }));
  if (w.endpoint) add("aws:ec2/vpcEndpoint:VpcEndpoint", "endpoint", {
    vpcId: "vpc", vpcEndpointType: "Interface", serviceName: "com.amazonaws.eu-central-1.kms", privateDnsEnabled: w.endpoint.named, subnetIds: ["subnet-1"], securityGroupIds: ["sg-endpoint"],
  });
  if (w.endpoint?.open) add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "endpoint-in", { securityGroupId: "sg-endpoint", ipProtocol: "tcp", fromPort: 443, toPort: 443, referencedSecurityGroupId: "sg" });
  return all;
}

const SIDES = ["10.0.0.0/28", "10.0.0.16/28"] as const;
const number = (text: string): number => text.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
const sizeOf = (cidr: string): number => 2 ** (32 - Number(cidr.split("/")[1]));
const covers = (cidr: string, at: number): boolean => at >= number(cidr.split("/")[0]!) && at < number(cidr.split("/")[0]!) + sizeOf(cidr);
/** First and last public addresses of every range, and their neighbours. */
const PUBLIC = [...new Set(RANGES.flatMap((cidr) => { const first = number(cidr.split("/")[0]!); return [first - 1, first, first + sizeOf(cidr) - 1, first + sizeOf(cidr)]; }))]
  .filter((at) => at >= number("1.0.0.0") && at < number("224.0.0.0") && !["10.0.0.0/8", "127.0.0.0/8"].some((cidr) => covers(cidr, at)));
const OWN = (side: 0 | 1): number[] => Array.from({ length: 16 }, (_, at) => number("10.0.0.0") + side * 16 + at);
const ASKING = [1024, 2000, 2001, 32767, 32768, 65535];

function sentTo(w: World, side: 0 | 1, to: number): Hop["to"] | "local" | "nowhere" {
  const hits = w.hops.filter((one) => one.side === side && covers(one.range, to)).map((one) => ({ bits: Number(one.range.split("/")[1]), to: one.to as ReturnType<typeof sentTo> }));
  if (covers("10.0.0.0/27", to)) hits.push({ bits: 27, to: "local" });
  return hits.sort((a, b) => b.bits - a.bits)[0]?.to ?? "nowhere";
}

function filtered(w: World, side: 0 | 1, egress: boolean, other: number, port: number): boolean {
  const lines = w.lines[side];
  if (!lines) return true;
  return lines.find((one) => one.egress === egress && covers(one.range, other) && one.from <= port && port <= one.to)?.allow ?? false;
}

const letsOut = (w: World, to: number): boolean => w.out.some((one) => one.from <= 443 && 443 <= one.to && covers(one.range, to));

function judged(w: World): boolean {
  if (w.endpoint?.named) return w.endpoint.open && OWN(0).every((from) => OWN(1).every((to) => letsOut(w, to)
    && filtered(w, 0, true, to, 443) && filtered(w, 1, false, from, 443) && ASKING.every((port) => filtered(w, 1, true, from, port) && filtered(w, 0, false, to, port))));
  if (w.nat !== "public" || !w.attached) return false;
  return PUBLIC.every((to) => letsOut(w, to) && sentTo(w, 0, to) === "nat" && sentTo(w, 1, to) === "internet"
    && filtered(w, 0, true, to, 443) && filtered(w, 1, true, to, 443) && ASKING.every((port) => filtered(w, 1, false, to, port) && filtered(w, 0, false, to, port)))
    && OWN(0).every((from) => filtered(w, 1, false, from, 443) && sentTo(w, 1, from) === "local" && ASKING.every((port) => filtered(w, 1, true, from, port)));
}

/** Two routes of one table to one range are refused by AWS; one to the VPC's own inside goes to a middlebox, which these worlds have none of. */
const possible = (w: World): boolean => new Set(w.hops.map((one) => `${one.side} ${one.range}`)).size === w.hops.length;

describe("HTTPS to a service", () => {
  it("by NAT or an endpoint arrives where every packet of a walk by hand does, and only there", () => {
    const arrived = { nat: 0, endpoint: 0 };
    fc.assert(fc.property(world.filter(possible), (w) => {
      const graph = new Graph(resourcesOf(w));
      const from = placeIn(graph, "workers", ["urn:aws:ec2/subnet:Subnet:subnet-0"], ["urn:aws:ec2/securityGroup:SecurityGroup:sg"]) as Place;
      const expected = judged(w);
      arrived[w.endpoint?.named ? "endpoint" : "nat"] += Number(expected);
      const found = serviceFaults(graph, from, ["kms"]);
      expect(found.filter((one) => one.undecided)).to.deep.equal([]);
      expect(found.length === 0, found.map(({ words }) => words).join("\n")).to.equal(expected);
    }), { numRuns: 1500 });
    expect(Math.min(arrived.nat, arrived.endpoint), "worlds in which it arrives").to.be.above(30);
  });
});
