/**
 * Layout: which subnets `awsx.ec2.Vpc` makes of a block, under each of its strategies.
 *
 * What each strategy promises stands in the documentation of awsx.ec2.Vpc ("Subnet Layout Strategies").
 */
import { after, bitsFor, type Block, end, nth, overlaps, parseBlock, size, start, writeBlock } from "./cidr";

export interface SubnetSpec {
  type: string;
  name?: string;
  cidrMask?: number;
  size?: number;
  cidrBlocks?: string[];
  tags?: Record<string, unknown>;
}

export interface LayoutArgs {
  vpcName: string;
  cidr: string;
  zones: string[];
  strategy: string;
  specs?: SubnetSpec[];
  zoneMask?: number;
}

export interface PlannedSubnet {
  name: string;
  zone: string;
  /** Public, Private or Isolated. */
  type: string;
  cidr: string;
  tags: Record<string, unknown>;
}

type Placed = PlannedSubnet & { block: Block };

/** Subnets of all zones, in the order in which the component makes them: by zone, public before private before isolated. */
export function layout(args: LayoutArgs): PlannedSubnet[] {
  const specs = args.specs?.map(sized);
  const placed = specs?.some((spec) => spec.cidrBlocks) && args.strategy !== "Legacy" ? explicit(args, specs)
    : args.strategy === "Legacy" ? legacy(args, specs)
    : args.strategy === "Auto" || args.strategy === "Exact" ? automatic(args, specs)
    : refused(args.strategy);
  if (args.strategy === "Exact") checkFull(args.cidr, placed);
  checkApart(placed);
  const used = placed.filter((subnet) => subnet.type !== "Unused");
  return args.zones.flatMap((zone) => kinds.flatMap((type) => used.filter((subnet) => subnet.zone === zone && subnet.type === type)));
}

const kinds = ["Public", "Private", "Isolated"];

function refused(strategy: string): never {
  throw new Error(`The lab's engine does not have the subnet strategy ${strategy} of awsx:ec2:Vpc; set Auto, Exact or Legacy.`);
}

/** A size of addresses is another way to say a mask. */
function sized(spec: SubnetSpec): SubnetSpec {
  const mask = spec.size === undefined ? undefined : 32 - Math.log2(spec.size);
  if (mask !== undefined && !Number.isInteger(mask)) throw new Error(`A subnet size is ${spec.size}; set a power of two`);
  if (mask !== undefined && spec.cidrMask !== undefined && mask !== spec.cidrMask) throw new Error(`A subnet has size ${spec.size} and cidrMask ${spec.cidrMask}, which differ; set one of them`);
  return mask === undefined ? spec : { ...spec, cidrMask: mask };
}

function place({ vpcName, zones }: LayoutArgs, spec: SubnetSpec, zone: number, block: Block): Placed {
  const name = `${vpcName}-${spec.name ?? spec.type.toLowerCase()}-${zone + 1}`;
  return { name, zone: zones[zone] ?? "", type: spec.type, cidr: writeBlock(block), tags: spec.tags ?? {}, block };
}

function explicit(args: LayoutArgs, specs: SubnetSpec[]): Placed[] {
  return args.zones.flatMap((_, zone) => specs.map((spec) => {
    const cidr = spec.cidrBlocks?.[zone];
    if (!cidr || spec.cidrBlocks?.length !== args.zones.length) throw new Error(`The ${spec.type} subnets have ${spec.cidrBlocks?.length ?? 0} cidrBlocks for ${args.zones.length} zones; set one a zone`);
    return place(args, spec, zone, parseBlock(cidr));
  }));
}

/** Auto: the block split evenly by zone; within a zone one subnet after another, as specified. */
function automatic(args: LayoutArgs, given: SubnetSpec[] | undefined): Placed[] {
  const vpc = parseBlock(args.cidr);
  const zoneBits = args.zoneMask ?? vpc.bits + bitsFor(args.zones.length);
  const specs = given ?? defaults(zoneBits);
  const evenBits = zoneBits + bitsFor(specs.length);
  const needed = specs.reduce((sum, spec) => sum + size(spec.cidrMask ?? evenBits), 0);
  if (needed > size(zoneBits)) throw new Error(`The subnets of a zone need ${needed} addresses and have ${size(zoneBits)}; set a larger block or smaller subnets`);
  return args.zones.flatMap((_, zone) => {
    let last: Block | undefined;
    return specs.map((spec) => {
      const bits = spec.cidrMask ?? evenBits;
      last = last ? after(last, bits) : { base: nth({ base: start(vpc), bits: zoneBits }, zoneBits, zone).base, bits };
      return place(args, spec, zone, last);
    });
  });
}

/** Private and public of half and a quarter of a zone, never of more than a /16. */
function defaults(zoneBits: number): SubnetSpec[] {
  if (zoneBits > 26) throw new Error(`A zone has a /${zoneBits}; subnets by default need a /26 or larger`);
  const bits = Math.max(zoneBits, 16);
  return [{ type: "Private", cidrMask: bits + 1 }, { type: "Public", cidrMask: bits + 2 }];
}

/** Legacy: private first, then public, then isolated, each with a smallest mask of its own. */
function legacy(args: LayoutArgs, specs: SubnetSpec[] | undefined): Placed[] {
  const vpc = parseBlock(args.cidr);
  const zoneBits = vpc.bits + bitsFor(args.zones.length);
  return args.zones.flatMap((_, zone) => {
    const base = nth(vpc, zoneBits, zone);
    if (!specs) {
      const half = nth(base, zoneBits + 1, 0);
      return [place(args, { type: "Private" }, zone, half), place(args, { type: "Public" }, zone, nth(nth(half, half.bits, 1), zoneBits + 2, 0))];
    }
    return legacyZone(args, specs, zone, base);
  });
}

function legacyZone(args: LayoutArgs, specs: SubnetSpec[], zone: number, base: Block): Placed[] {
  const extra = specs.length === 1 ? 0 : 1;
  const placed: Placed[] = [];
  for (const [type, smallest] of [["private", 19], ["public", 20], ["isolated", 24]] as const) {
    const before = placed[placed.length - 1]?.block;
    const from = before ? nth(before, before.bits, 1) : base;
    specs.filter((spec) => spec.type.toLowerCase() === type).forEach((spec, index) => {
      const bits = spec.cidrMask ?? Math.max(base.bits + extra, smallest);
      const last = placed[placed.length - 1]?.block;
      const wanted = nth(from, bits, index);
      placed.push(place(args, spec, zone, last && overlaps(last, wanted) ? after(last, bits) : wanted));
    });
  }
  return placed;
}

function checkApart(placed: Placed[]): void {
  const clash = placed.find((one, i) => placed.some((other, j) => j > i && overlaps(one.block, other.block)));
  if (clash) throw new Error(`The subnet ${clash.name} (${clash.cidr}) overlaps another; set a larger block, smaller subnets or fewer zones`);
}

function checkFull(cidr: string, placed: Placed[]): void {
  const vpc = parseBlock(cidr);
  let next = start(vpc);
  for (const { name, block } of placed) {
    if (start(block) !== next) throw new Error(`There is a gap before the subnet ${name}; with the strategy Exact say what it is for with a spec of type Unused`);
    next = end(block) + 1;
  }
  if (next !== end(vpc) + 1) throw new Error(`The subnets end before ${cidr} does; with the strategy Exact say what the rest is for with a spec of type Unused`);
}
