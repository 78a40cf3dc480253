/** Cidr: arithmetic on IPv4 blocks. */

export interface Block {
  /** First address as a number; may stand inside its block, as some layouts write it. */
  base: number;
  bits: number;
}

export const size = (bits: number): number => 2 ** (32 - bits);

export function parseBlock(cidr: string): Block {
  const [, a, b, c, d, bits] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr) ?? [];
  const parts = [a, b, c, d].map(Number);
  if (bits === undefined || Number(bits) > 32 || parts.some((part) => part > 255)) throw new Error(`"${cidr}" is not an IPv4 block; set one such as 10.0.0.0/16`);
  return { base: parts.reduce((sum, part) => sum * 256 + part, 0), bits: Number(bits) };
}

export const writeBlock = ({ base, bits }: Block): string => `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${bits}`;

export const start = ({ base, bits }: Block): number => Math.floor(base / size(bits)) * size(bits);
export const end = (block: Block): number => start(block) + size(block.bits) - 1;

export const overlaps = (a: Block, b: Block): boolean => start(a) <= end(b) && start(b) <= end(a);

/** The first block of `bits` that begins after `previous` ends. */
export const after = (previous: Block, bits: number): Block => ({ base: end({ base: end(previous), bits }) + 1, bits });

/** The `index`th block of `bits` counted from the address of `from`. */
export const nth = (from: Block, bits: number, index: number): Block => ({ base: from.base + size(bits) * index, bits });

/** How many more bits it takes to tell `count` parts apart. */
export const bitsFor = (count: number): number => (count ? Math.ceil(Math.log2(count)) : 0);
