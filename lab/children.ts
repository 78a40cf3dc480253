/** Children: every process that the lab starts, so that none is left when it stops. */
import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { createConnection } from "node:net";
import type { Log } from "./lab";

export class Children {
  private readonly running = new Map<ChildProcess, string>();

  constructor(private readonly log: Log) {}

  /** Start a process in a group of its own; each line it prints goes to the log of `name`. */
  start(name: string, command: string, args: string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], ...options, detached: true });
    this.running.set(child, name);
    child.once("exit", () => this.running.delete(child));
    child.on("error", (fault) => this.log(name, `could not be started: ${fault.message}`));
    for (const stream of [child.stdout, child.stderr]) if (stream) eachLine(stream, (line) => this.log(name, line));
    return child;
  }

  /** Ask all to end (or the one), then kill what has not ended after `graceMs`. */
  async stop(one?: ChildProcess, graceMs = 3000): Promise<void> {
    const targets = one ? [one] : [...this.running.keys()];
    await Promise.all(targets.map((child) => end(child, graceMs)));
  }
}

async function end(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  signal(child.pid, "SIGTERM");
  const late = setTimeout(() => signal(child.pid!, "SIGKILL"), graceMs);
  await gone;
  clearTimeout(late);
  signal(child.pid, "SIGKILL");
}

/** To the whole group; a group that is gone already is what was wanted. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "ESRCH") throw fault;
  }
}

/** Call `line` for each whole line of a stream, and for what is left at its end. */
export function eachLine(stream: NodeJS.ReadableStream, line: (text: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(line);
  });
  stream.on("end", () => rest && line(rest));
}

/** Wait until something listens on a loopback port; rejects with what to look at when it does not within `seconds`. */
export async function listening(port: number, what: string, seconds = 30): Promise<void> {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ host: "127.0.0.1", port }, () => { socket.destroy(); resolve(true); });
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not listen on port ${port} within ${seconds} s; see its log`);
}
