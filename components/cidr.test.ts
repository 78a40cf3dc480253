import { expect } from "chai";
import fc from "fast-check";
import { overlap, rangeOf, vpcRangeFaults } from "./cidr";

const cidr = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 8, max: 30 })).map(([address, prefix]) => {
  const first = address - (address % 2 ** (32 - prefix));
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${prefix}`;
});

describe("ranges of addresses", () => {
  it("know their first and last address", () => {
    expect(rangeOf("10.0.1.0/24")).to.deep.equal({ first: 167772416, last: 167772671, prefix: 24 });
  });

  for (const text of ["10.0.0.1/24", "10.0.0.0/33", "256.0.0.0/8", "10.0.0.0", "10.0.0/8", ""]) {
    it(`refuse "${text}"`, () => expect(rangeOf(text)).to.equal(undefined));
  }

  it("overlap when one holds the other, and not when they only touch", () => {
    expect([overlap("10.0.0.0/16", "10.0.7.0/24"), overlap("10.0.0.0/24", "10.0.1.0/24")]).to.deep.equal([true, false]);
  });

  it("overlap both ways, and each with itself", () => {
    fc.assert(fc.property(cidr, cidr, (one, other) => overlap(one, other) === overlap(other, one) && overlap(one, one)));
  });

  it("never overlap half: one always holds the other", () => {
    fc.assert(fc.property(cidr, cidr, (one, other) => {
      const [a, b] = [rangeOf(one)!, rangeOf(other)!];
      const holds = (outer: typeof a, inner: typeof a) => outer.first <= inner.first && inner.last <= outer.last;
      return overlap(one, other) === (holds(a, b) || holds(b, a));
    }));
  });

  it("fit a VPC from /16 to /28", () => {
    expect(vpcRangeFaults("cidr", "10.0.0.0/8")).to.deep.equal(['cidr is "10.0.0.0/8"; set a prefix from /16 to /28']);
    expect(vpcRangeFaults("cidr", "10.0.0.0/28")).to.deep.equal([]);
  });
});
