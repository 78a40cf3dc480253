import { expect } from "chai";
import fc from "fast-check";
import type { Place } from "./finding";
import { Graph, type Props, type Resource } from "./graph";
import { reach } from "./journey";
import { placeIn } from "./places";

/**
 * Small worlds: two VPCs of 16 addresses with two subnets each, joined by a peering or a transit gateway, with random routes, groups
 * and network ACLs. The judge below sends every packet by itself, from the facts, and knows nothing of graphs, spans or pieces.
 */
interface Rule { from: number; to: number; base: number; bits: number }
interface Line extends Rule { allow: boolean; egress: boolean }
interface Hop { side: 0 | 1; base: number; bits: number; to: "link" | "nat" }
interface World {
  transit: boolean;
  accepted: boolean;
  attached: [boolean, boolean];
  spreads: [boolean, boolean];
  hops: Hop[];
  out: Rule[];
  into: Rule[];
  byGroup: boolean;
  lines: [Line[] | null, Line[] | null];
}

/** 10.0.0.0/28 and 10.0.0.16/28; a subnet is the first half of each. Ranges are drawn from the 64 addresses around. */
const BASE = 10 * 2 ** 24;
const address = (number: number): string => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
const cidr = ({ base, bits }: { base: number; bits: number }): string => `${address(BASE + base)}/${bits}`;
const PORT = 1433;

const range = fc.integer({ min: 26, max: 30 }).chain((bits) => fc.integer({ min: 0, max: 2 ** (bits - 26) - 1 }).map((at) => ({ bits, base: at * 2 ** (32 - bits) })));
const wide = fc.oneof({ weight: 3, arbitrary: fc.constantFrom({ bits: 26, base: 0 }, { bits: 28, base: 16 }, { bits: 28, base: 0 }, { bits: 27, base: 0 }) }, { weight: 1, arbitrary: range });
const ports = fc.constantFrom([0, 65535], [1024, 65535], [1433, 1433], [1400, 1432], [443, 443], [32768, 65535], [1024, 2000], [2001, 65535]);
const rule = fc.tuple(ports, wide).map(([[from, to], where]): Rule => ({ from: from as number, to: to as number, ...where }));
const line = fc.tuple(rule, fc.boolean(), fc.integer({ min: 0, max: 9 })).map(([one, egress, luck]): Line => ({ ...one, egress, allow: luck > 1 }));
const hop = fc.tuple(wide, fc.constantFrom<0 | 1>(0, 1), fc.integer({ min: 0, max: 9 })).map(([where, side, luck]): Hop => ({ ...where, side, to: luck ? "link" : "nat" }));
const mostly = fc.integer({ min: 0, max: 7 }).map((luck) => luck > 0);
const acl = fc.option(fc.array(line, { minLength: 2, maxLength: 5 }), { freq: 3, nil: null });
/** Most worlds hold what is needed, so that what stands beside it decides. */
const sound = <T>(needed: T[], more: fc.Arbitrary<T[]>): fc.Arbitrary<T[]> => fc.tuple(mostly, more).map(([all, beside]) => (all ? [...needed, ...beside] : beside));
const world: fc.Arbitrary<World> = fc.record({
  transit: fc.boolean(), accepted: mostly, attached: fc.tuple(mostly, mostly), spreads: fc.tuple(mostly, mostly),
  hops: sound([{ side: 0, base: 16, bits: 28, to: "link" }, { side: 1, base: 0, bits: 28, to: "link" }], fc.array(hop, { maxLength: 4 })),
  out: sound([{ from: PORT, to: PORT, base: 16, bits: 28 }], fc.array(rule, { maxLength: 3 })), into: fc.array(rule, { maxLength: 3 }), byGroup: fc.boolean(),
  lines: fc.tuple(acl, acl),
});

/** The world as resources, as a program would register them. */
function resourcesOf(w: World): Resource[] {
  const all: Resource[] = [];
  const add = (type: string, name: string, props: Props): void => void all.push({ urn: `urn:${type}:${name}`, type, name, props: { id: name, ...props }, dependencies: {} });
  for (const side of [0, 1] as const) {
    add("aws:ec2/vpc:Vpc", `vpc-${side}`, { cidrBlock: cidr({ base: side * 16, bits: 28 }) });
    add("aws:ec2/subnet:Subnet", `subnet-${side}`, { vpcId: `vpc-${side}`, cidrBlock: cidr({ base: side * 16, bits: 29 }), availabilityZone: "a" });
    add("aws:ec2/routeTable:RouteTable", `rtb-${side}`, { vpcId: `vpc-${side}` });
    add("aws:ec2/routeTableAssociation:RouteTableAssociation", `assoc-${side}`, { subnetId: `subnet-${side}`, routeTableId: `rtb-${side}` });
    add("aws:ec2/securityGroup:SecurityGroup", `sg-${side}`, { vpcId: `vpc-${side}` });
    if (w.transit && w.attached[side]) add("aws:ec2transitgateway/vpcAttachment:VpcAttachment", `att-${side}`, {
      vpcId: `vpc-${side}`, transitGatewayId: "tgw", subnetIds: [`subnet-${side}`], securityGroupReferencingSupport: "enable", transitGatewayDefaultRouteTablePropagation: w.spreads[side],
    });
    const lines = w.lines[side];
    if (lines) {
      add("aws:ec2/networkAcl:NetworkAcl", `acl-${side}`, { vpcId: `vpc-${side}`, subnetIds: [`subnet-${side}`] });
      lines.forEach((one, at) => add("aws:ec2/networkAclRule:NetworkAclRule", `line-${side}-${at}`, {
        networkAclId: `acl-${side}`, egress: one.egress, ruleNumber: 100 - at, protocol: "tcp", ruleAction: one.allow ? "allow" : "deny", cidrBlock: cidr(one), fromPort: one.from, toPort: one.to,
      }));
    }
  }
  if (w.transit) add("aws:ec2transitgateway/transitGateway:TransitGateway", "tgw", { securityGroupReferencingSupport: "enable" });
  else add("aws:ec2/vpcPeeringConnection:VpcPeeringConnection", "pcx", { vpcId: "vpc-0", peerVpcId: "vpc-1", autoAccept: w.accepted });
  const link = w.transit ? { transitGatewayId: "tgw" } : { vpcPeeringConnectionId: "pcx" };
  w.hops.forEach((one, at) => add("aws:ec2/route:Route", `route-${at}`, { routeTableId: `rtb-${one.side}`, destinationCidrBlock: cidr(one), ...(one.to === "link" ? link : { natGatewayId: "nat" }) }));
  w.out.forEach((one, at) => add("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", `out-${at}`, { securityGroupId: "sg-0", ipProtocol: "tcp", fromPort: one.from, toPort: one.to, cidrIpv4: cidr(one) }));
  w.into.forEach((one, at) => add("aws:ec2/securityGroupRule:SecurityGroupRule", `in-${at}`, { securityGroupId: "sg-1", type: "ingress", protocol: "tcp", fromPort: one.from, toPort: one.to, cidrBlocks: [cidr(one)] }));
  if (w.byGroup) add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "in-group", { securityGroupId: "sg-1", ipProtocol: "tcp", fromPort: PORT, toPort: PORT, referencedSecurityGroupId: "sg-0" });
  return all;
}

/** Whether one packet finds its way, and its answer for each port that may have asked. */
const covers = ({ base, bits }: { base: number; bits: number }, at: number): boolean => at >= base && at < base + 2 ** (32 - bits);

function sent(w: World, from: number, side: 0 | 1, to: number): boolean {
  const hits = w.hops.map((one, at) => ({ ...one, at })).filter((one) => one.side === side && covers(one, to));
  if (covers({ base: side * 16, bits: 28 }, to)) hits.push({ side, base: side * 16, bits: 28, to: "nat", at: -1 });
  const best = Math.max(-1, ...hits.map(({ bits }) => bits));
  const taken = hits.find(({ bits }) => bits === best);
  if (taken?.to !== "link") return false;
  if (!w.transit) return w.accepted;
  return w.attached[0] && w.attached[1] && w.spreads[side === 0 ? 1 : 0] && from !== to;
}

function filtered(w: World, side: 0 | 1, egress: boolean, other: number, port: number): boolean {
  const lines = w.lines[side];
  if (!lines) return true;
  for (const one of [...lines].reverse()) if (one.egress === egress && covers(one, other) && one.from <= port && port <= one.to) return one.allow;
  return false;
}

/** Ports where some rule of these worlds begins or ends, so every case of a port is met. */
const ASKING = [1024, 1399, 1400, 1432, 1433, 1434, 2000, 2001, 32767, 32768, 65535];

function judged(w: World): boolean {
  for (let from = 0; from < 8; from++) for (let to = 16; to < 24; to++) {
    const open = (rules: Rule[], at: number) => rules.some((one) => one.from <= PORT && PORT <= one.to && covers(one, at));
    if (!open(w.out, to) || !(w.byGroup || open(w.into, from))) return false;
    if (!filtered(w, 0, true, to, PORT) || !filtered(w, 1, false, from, PORT)) return false;
    if (!sent(w, from, 0, to) || !sent(w, to, 1, from)) return false;
    for (const port of ASKING) if (!filtered(w, 1, true, from, port) || !filtered(w, 0, false, to, port)) return false;
  }
  return true;
}

const place = (graph: Graph, side: 0 | 1): Place => placeIn(graph, `side ${side}`, [`urn:aws:ec2/subnet:Subnet:subnet-${side}`], [`urn:aws:ec2/securityGroup:SecurityGroup:sg-${side}`]) as Place;

function verdict(resources: Resource[]) {
  const graph = new Graph(resources);
  return reach({ graph, from: place(graph, 0), to: place(graph, 1), port: PORT });
}

/** Two routes of one table to one range are refused by AWS, two lines of one number likewise. */
const possible = (w: World): boolean => new Set(w.hops.map((one) => `${one.side} ${cidr(one)}`)).size === w.hops.length && w.hops.every((one) => !(one.bits === 28 && one.base === one.side * 16));

const whole: World = {
  transit: false, accepted: true, attached: [true, true], spreads: [true, true], hops: [{ side: 0, base: 16, bits: 28, to: "link" }, { side: 1, base: 0, bits: 28, to: "link" }],
  out: [{ from: PORT, to: PORT, base: 16, bits: 28 }], into: [], byGroup: true, lines: [null, null],
};

describe("a packet", () => {
  it("arrives where every packet of a walk by hand does, and only there", () => {
    let arrived = 0;
    fc.assert(fc.property(world.filter(possible), (w) => {
      const expected = judged(w);
      arrived += Number(expected);
      expect(verdict(resourcesOf(w)).kind).to.equal(expected ? "reachable" : "missing");
    }), { numRuns: 1500 });
    expect(arrived, "worlds in which it arrives").to.be.above(30);
  });

  const worlds: [string, World][] = [["peering", whole], ["transit gateway", { ...whole, transit: true }]];
  const cuts: [string, (w: World) => World, string, RegExp][] = [
    ["the route there", (w) => ({ ...w, hops: w.hops.slice(1) }), "route", /^no route from rtb-0 to 10\.0\.0\.16\/29$/],
    ["the route back", (w) => ({ ...w, hops: w.hops.slice(0, 1) }), "return", /^no route from rtb-1 back to 10\.0\.0\.0\/29$/],
    ["the rule out", (w) => ({ ...w, out: [] }), "egress", /^no rule of sg-0 let out TCP port 1433 to side 1$/],
    ["the rule in", (w) => ({ ...w, byGroup: false }), "ingress", /^no rule of sg-1 let in TCP port 1433 from sg-0 \(10\.0\.0\.0\/29\)$/],
    ["the ACL", (w) => ({ ...w, lines: [null, []] }), "acl", /^no rule of acl-1 of subnet-1 let TCP ports 1433 in from 10\.0\.0\.0\/29$/],
    ["the link", (w) => ({ ...w, accepted: false, attached: [true, false] }), "link", /^(pcx is not accepted: .*|vpc-1 is not attached to tgw)$/],
  ];
  for (const [by, sound] of worlds) for (const [what, cut, link, words] of cuts) {
    it(`by ${by} misses ${what} where that alone is cut, and says so`, () => {
      expect(verdict(resourcesOf(sound)).kind).to.equal("reachable");
      const found = verdict(resourcesOf(cut(sound)));
      expect(found.kind === "missing" && found.first.link).to.equal(link);
      expect(found.kind === "missing" && found.first.words).to.match(words);
    });
  }

  it("never counts a rule that is not known yet as there, nor as missing", () => {
    const resources = resourcesOf({ ...whole, byGroup: false, into: [{ from: PORT, to: PORT, base: 0, bits: 28 }] });
    const rule = resources.find(({ name }) => name === "in-0");
    if (rule) rule.props.cidrBlocks = ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"];
    expect(verdict(resources).kind).to.equal("undecided");
  });
});
