/** Lock: one process at a time; a file that says whose turn it is. One whose process is gone holds nothing. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Do it while no other process holds `file`. `held` is told once who does, and throws where it is not to be waited for. */
export async function locked<T>(file: string, held: (pid: number) => void, work: () => Promise<T>, pauseMs = 500): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  for (let holder = taken(file); holder !== undefined; holder = taken(file)) {
    if (!told) held(holder);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** Take the lock; the process that holds it instead. */
function taken(file: string): number | undefined {
  try {
    writeFileSync(file, `${process.pid}`, { flag: "wx" });
    return undefined;
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "EEXIST") throw fault;
  }
  const holder = Number(read(file));
  if (holder ? alive(holder) : justMade(file)) return holder;
  rmSync(file, { force: true });
  return taken(file);
}

/** The one who made it has not yet written who he is. */
function justMade(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > Date.now() - 1000;
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === "EPERM";
  }
}
