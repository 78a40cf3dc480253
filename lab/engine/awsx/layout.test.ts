import { expect } from "chai";
import fc from "fast-check";
import { layout, type SubnetSpec } from "./layout";
import { overlaps, parseBlock } from "./cidr";

const zones = ["a", "b", "c"];
const cidrs = (strategy: string, specs?: SubnetSpec[], cidr = "10.0.0.0/16") =>
  layout({ vpcName: "v", cidr, zones, strategy, ...(specs ? { specs } : {}) }).map(({ name, cidr: block }) => `${name} ${block}`);

// Expected layouts: those that awsx's own tests and documentation give for these arguments.
describe("the subnets of awsx.ec2.Vpc", () => {
  it("by default (Legacy) are half of a zone private and a quarter public", () => {
    expect(cidrs("Legacy")).to.deep.equal([
      "v-public-1 10.0.32.0/20", "v-private-1 10.0.0.0/19", "v-public-2 10.0.96.0/20", "v-private-2 10.0.64.0/19", "v-public-3 10.0.160.0/20", "v-private-3 10.0.128.0/19",
    ]);
  });

  it("with Auto are placed one after another, as specified", () => {
    expect(cidrs("Auto", [{ type: "Public", cidrMask: 22 }, { type: "Isolated", name: "glue", cidrMask: 20 }]).slice(0, 2)).to.deep.equal(["v-public-1 10.0.0.0/22", "v-glue-1 10.0.16.0/20"]);
    expect(cidrs("Auto", [{ type: "Isolated" }], "10.64.0.0/24")).to.deep.equal(["v-isolated-1 10.64.0.0/26", "v-isolated-2 10.64.0.64/26", "v-isolated-3 10.64.0.128/26"]);
  });

  it("with Legacy and specs come private first, however specified", () => {
    expect(cidrs("Legacy", [{ type: "Isolated" }, { type: "Public" }, { type: "Private" }]).slice(0, 3)).to.deep.equal([
      "v-public-1 10.0.32.0/20", "v-private-1 10.0.0.0/19", "v-isolated-1 10.0.48.0/24",
    ]);
  });

  it("with blocks written out are those blocks", () => {
    const specs = [{ type: "Private", cidrBlocks: ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"] }];
    expect(cidrs("Auto", specs)).to.deep.equal(["v-private-1 10.0.1.0/24", "v-private-2 10.0.2.0/24", "v-private-3 10.0.3.0/24"]);
    expect(() => cidrs("Auto", [{ type: "Private", cidrBlocks: ["10.0.1.0/24"] }])).to.throw(/1 cidrBlocks for 3 zones; set one a zone/);
  });

  it("never overlap and never leave the block", () => {
    fc.assert(fc.property(fc.integer({ min: 16, max: 22 }), fc.integer({ min: 1, max: 3 }), fc.array(fc.constantFrom("Private", "Public", "Isolated"), { minLength: 1, maxLength: 4 }), (bits, count, types) => {
      const vpc = parseBlock(`10.9.0.0/${bits}`);
      const blocks = layout({ vpcName: "v", cidr: `10.9.0.0/${bits}`, zones: zones.slice(0, count), strategy: "Auto", specs: types.map((type, i) => ({ type, name: `s${i}` })) }).map(({ cidr }) => parseBlock(cidr));
      return blocks.length === count * types.length && blocks.every((one, i) => overlaps(one, vpc) && one.bits >= vpc.bits && blocks.every((other, j) => i === j || !overlaps(one, other)));
    }));
  });

  it("are refused where they don't fit, leave a gap under Exact, or go by a strategy that is not here", () => {
    expect(() => cidrs("Auto", [{ type: "Private", cidrMask: 17 }])).to.throw(/need 32768 addresses and have 16384/);
    expect(() => cidrs("Exact", [{ type: "Private", cidrMask: 18 }])).to.throw(/The subnets end before 10.0.0.0\/16 does/);
    expect(() => cidrs("AutoMerge")).to.throw(/does not have the subnet strategy AutoMerge/);
  });
});
