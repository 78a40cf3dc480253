/** Processes: those of one job run, and the memory that they held at most, as Linux tells it. */
import { readdirSync, readFileSync } from "node:fs";

/** Pids of the process group that a command belongs to whose line holds a text; none when there is none. */
export function groupOf(text: string): number[] {
  const all = pids();
  const one = all.find((pid) => read(`/proc/${pid}/cmdline`).includes(text));
  return one === undefined ? [] : all.filter((pid) => group(pid) === group(one));
}

/** Most that each held in memory so far, together. */
export const peakMegabytes = (processes: number[]): number =>
  Math.round(processes.reduce((sum, pid) => sum + Number(/VmHWM:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0), 0) / 1024);

const pids = (): number[] => readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);

/** Field 5 of stat; the command before it may hold spaces. */
const group = (pid: number): string | undefined => read(`/proc/${pid}/stat`).split(") ").pop()?.split(" ")[2];

/** Empty when the process has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
