/** Memory: how much of it a process and all that it started hold at most, by what the kernel counts. */
import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds between two looks; each process keeps its own peak, so that a look misses no height of one that lives on. */
const lookMs = 100;

/** The highest sum of what processes of this group had resident at their peaks, in bytes, while `work` went on. */
export async function peakOf<T>(leader: () => number | undefined, work: () => Promise<T>): Promise<{ bytes: number; answer: T }> {
  const peaks = new Map<number, number>();
  let bytes = 0;
  const look = (): void => {
    const group = leader();
    if (group === undefined) return;
    const now = membersOf(group);
    for (const pid of now) peaks.set(pid, Math.max(peaks.get(pid) ?? 0, peak(pid)));
    bytes = Math.max(bytes, now.reduce((sum, pid) => sum + (peaks.get(pid) ?? 0), 0));
  };
  const timer = setInterval(look, lookMs);
  try {
    const answer = await work();
    return { answer, bytes };
  } finally {
    clearInterval(timer);
  }
}

function membersOf(group: number): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    // After the name in brackets: state, parent, group.
    const [, , of] = read(`/proc/${pid}/stat`).split(") ").at(-1)?.split(" ") ?? [];
    return Number(of) === group;
  });
}

const peak = (pid: number): number => Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;

/** Empty when the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
