/**
 * Fault: one entry of the fault list, tried with each seed of this run.
 *
 *   seed ─▶ random(…) ─▶ data, order, place and moment of the fault ─▶ trial ─▶ evidence ─▶ invariants
 *
 * No trial looks at a clock to decide anything. What fails says `fault=F33 seed=2` and the command that tries just that again.
 */
import { random } from "../../../lab/simulate/random";
import { again, chosen } from "./chosen";
import type { Evidence } from "./evidence";
import { broken } from "./invariants";
import { type FaultName, faults } from "./list";

export interface Trial {
  seed: number;
  /** From 0 up to 1; the next number of this fault and seed. */
  random: () => number;
  /** A whole number from `least` up to `most`. */
  between(least: number, most: number): number;
  /** One of a list. */
  one<T>(of: readonly T[]): T;
  /** The same in another order. */
  shuffled<T>(of: readonly T[]): T[];
}

/** What a trial found, and the same without the fault. A trial on a system without records answers nothing and checks by itself. */
export interface Found {
  found: Evidence;
  reference: Evidence;
}

/** Declare the trial of a fault of the list: a test a seed. @param side which of its sides, where it has more than one trial */
export function fault(name: FaultName, trial: (trial: Trial) => Promise<Found | void>, side = ""): void {
  const { faults: wanted, seeds } = chosen();
  if (wanted.length && !wanted.includes(name)) return;
  for (const seed of seeds) {
    it(`${name} seed ${seed}: ${faults[name].title}${side && ` (${side})`}`, async () => {
      await tried(name, seed, () => trial(trialOf(name, seed)));
    });
  }
}

export function trialOf(name: string, seed: number): Trial {
  const next = random(`${name} ${seed}`);
  return {
    seed, random: next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    one: (of) => of[Math.floor(next() * of.length)] as (typeof of)[number],
    shuffled: (of) => of.map((each) => ({ each, at: next() })).sort((a, b) => a.at - b.at).map(({ each }) => each),
  };
}

/** Thrown for a trial that did not hold. */
export class Broken extends Error {
  override readonly name = "Broken";

  constructor(fault: string, seed: number, what: string) {
    super(`fault=${fault} seed=${seed}\n${what}\nAgain: ${again(fault, seed)}`);
  }
}

export async function tried(name: string, seed: number, trial: () => Promise<Found | void>): Promise<void> {
  const outcome = await trial().catch((thrown: unknown) => {
    throw new Broken(name, seed, thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  });
  const lines = outcome ? broken(outcome.found, outcome.reference) : [];
  if (lines.length) throw new Broken(name, seed, lines.join("\n"));
}
