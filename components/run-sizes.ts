/** Run sizes: what may be set of a pipeline's runs, and what is wrong with it. */
import { type orchestratorDefaults } from "./defaults";
import { scheduleFaults } from "./schedule";
import { crawl } from "./state-machine/crawl";
import { soundnessFaults } from "./state-machine/soundness";

export type Sizes = typeof orchestratorDefaults;

const ranges: Partial<Record<keyof Sizes, [low: number, high: number]>> = {
  overdueHours: [0, 168], slowMinutes: [0, 10_080], crawlSeconds: [1, 3600], pollSeconds: [1, 300], roomsAtOnce: [1, 40], inlineRooms: [1, 200], recrawlHours: [1, 8760],
  crawlMinutes: [1, 1440], jobMinutes: [1, 10_080], roomMinutes: [1, 10_080], runMinutes: [1, 100_000], turnMinutes: [1, 1440],
};

/** What is wrong, in words; nothing when all is well. */
export function runFaults(size: Sizes, schedule: string | undefined): string[] {
  const numbers = Object.entries(ranges).flatMap(([what, [low, high]]) => {
    const value = size[what as keyof Sizes] as number;
    return Number.isInteger(value) && value >= low && value <= high ? [] : [`${what} is ${value}; set a whole number from ${low} to ${high}`];
  });
  const words = [
    ...(["leave", "wait"].includes(size.whenBusy) ? [] : [`whenBusy is "${size.whenBusy}"; set leave or wait`]),
    ...(schedule === undefined ? [] : scheduleFaults(schedule, size.timezone)),
  ];
  return numbers.length || words.length ? [...numbers, ...words] : [...turnFaults(size), ...crawlFaults(size)];
}

/** A run's time counts from its start: one that waits to its end must have some left for its work. */
const turnFaults = ({ whenBusy, turnMinutes, runMinutes }: Sizes): string[] =>
  (whenBusy !== "wait" || turnMinutes < runMinutes ? [] : [`turnMinutes is ${turnMinutes}; set less than runMinutes (${runMinutes}), which counts the waiting`]);

function crawlFaults({ crawlSeconds, pollSeconds, crawlMinutes }: Sizes): string[] {
  const late = crawlSeconds >= crawlMinutes * 60 ? [`crawlSeconds is ${crawlSeconds}; set less than crawlMinutes (${crawlMinutes})`] : [];
  const faults = soundnessFaults(crawl({ crawlSeconds, pollSeconds, timeoutMinutes: crawlMinutes }), { given: ["crawler"] });
  return [...late, ...faults.map((fault) => `pollSeconds ${pollSeconds} and crawlMinutes ${crawlMinutes}: ${fault}`)];
}

/** Seconds between two questions whose turn it is: so that a run that waits to its very end leaves most of its history free. */
export const turnSeconds = (runMinutes: number): number => Math.max(5, Math.ceil((runMinutes * 60) / 1000));
