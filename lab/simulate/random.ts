/** Random: numbers that a seed decides, the same on every machine: digests of the seed and a count. */
import { createHash } from "node:crypto";

const numberBytes = 6;

/** From 0 up to but not with 1. */
export function random(seed: string): () => number {
  let block = Buffer.alloc(0);
  let count = 0;
  return () => {
    if (block.length < numberBytes) block = createHash("sha256").update(`${seed} ${count++}`).digest();
    const value = block.readUIntBE(0, numberBytes);
    block = block.subarray(numberBytes);
    return value / 2 ** (8 * numberBytes);
  };
}

/** Around 0 with a deviation of 1: twelve even numbers summed. */
export const bell = (next: () => number): number => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6);
