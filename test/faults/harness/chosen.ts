/** Chosen: which faults and seeds this run is about: all with two seeds, or those that the environment names. */
import { CliError } from "../../../lab/cli/error";

export interface Chosen {
  /** Names such as F33; empty: every fault. */
  faults: string[];
  seeds: number[];
}

/** Seeds of a run that names none. */
const usual = [1, 2];

/**
 * `SENSORLAKE_FAULT` is one name or more, with commas; `SENSORLAKE_SEED` a number, more of them, or a range such as `1-60`.
 * `npm test faults -- F33 2` sets both.
 */
export function chosen(env: NodeJS.ProcessEnv = process.env): Chosen {
  const faults = (env.SENSORLAKE_FAULT ?? "").split(",").map((name) => name.trim().toUpperCase()).filter(Boolean);
  for (const name of faults) if (!/^F\d\d$/.test(name)) throw new CliError(`SENSORLAKE_FAULT has "${name}"; set names such as F33`);
  const seeds = (env.SENSORLAKE_SEED ?? "").split(",").filter(Boolean).flatMap(range);
  return { faults, seeds: seeds.length ? seeds : usual };
}

function range(text: string): number[] {
  const [, from = "", to = from] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(text) ?? [];
  if (!from || Number(to) < Number(from)) throw new CliError(`SENSORLAKE_SEED has "${text}"; set a number such as 2, or a range such as 1-60`);
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => Number(from) + at);
}

/** What to type to see one trial again. */
export const again = (fault: string, seed: number): string => `npm test faults -- ${fault} ${seed}`;
