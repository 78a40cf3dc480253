/** Lock: one deployment of a lab at a time, whichever process it comes from. */
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { CliError } from "../cli/error";
import type { Lab } from "../lab";

/** Do `work` while no other deployment of this lab runs; refuses when one does. A lock whose process is gone is nobody's. */
export async function locked<T>(lab: Lab, work: () => Promise<T>): Promise<T> {
  const file = lab.folder("state", "deployment.lock");
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && !alive(Number(readFileSync(file, "utf8")))) rmSync(file);
  take(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file: string): void {
  try {
    const handle = openSync(file, "wx");
    writeSync(handle, String(process.pid));
    closeSync(handle);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "EEXIST") throw new CliError("Another deployment of this lab is running; wait until it ends.");
    throw fault;
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
