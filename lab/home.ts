/** Home: the folder that a lab keeps everything in, who runs it now, and the keys that its gateway accepts. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { CliError } from "./cli/error";
import { Lab, type Log, type Ports, portsFrom, type Tools } from "./lab";

export const root = join(__dirname, "..");

/** Where and on which ports: SENSORLAKE_HOME and SENSORLAKE_PORT, or .sensorlake/lab and 4566. */
export interface Place {
  home: string;
  ports: Ports;
}

export function place(env: NodeJS.ProcessEnv = process.env): Place {
  const port = Number(env.SENSORLAKE_PORT ?? 4566);
  if (!Number.isInteger(port) || port < 1024 || port > 65_000) throw new CliError(`SENSORLAKE_PORT is "${env.SENSORLAKE_PORT}"; set a whole number from 1024 to 65000.`);
  return { home: resolve(env.SENSORLAKE_HOME ?? join(root, ".sensorlake", "lab")), ports: portsFrom(port) };
}

interface Running {
  pid: number;
  ports: Ports;
}

const runningFile = (home: string): string => join(home, "running.json");

/** The process that runs a lab in this home now, if any. */
function running(home: string): Running | undefined {
  if (!existsSync(runningFile(home))) return undefined;
  const found = JSON.parse(readFileSync(runningFile(home), "utf8")) as Running;
  try {
    process.kill(found.pid, 0);
    return found;
  } catch {
    return undefined;
  }
}

/** Megabytes that a lab needs free to begin with: its data, Spark's temporary files, logs. */
const NEEDED_MB = 500;

/** Take a home for this process. Refuses a home in use, a port in use, and a disk that is nearly full. */
export async function take({ home, ports }: Place): Promise<void> {
  const other = running(home);
  if (other && other.pid !== process.pid) throw new CliError(`A lab is running in ${home} already (process ${other.pid}); stop it with Ctrl-C there, or set SENSORLAKE_HOME and SENSORLAKE_PORT for another.`);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = statfsSync(home);
  if (bavail * bsize < NEEDED_MB * 1e6) throw new CliError(`${home} has ${Math.round((bavail * bsize) / 1e6)} MB free; the lab needs ${NEEDED_MB}. Make room, or set SENSORLAKE_HOME to a folder on another disk.`);
  for (const [what, port] of Object.entries(ports)) {
    if (!(await free(port))) throw new CliError(`Port ${port} (${what}) is in use; stop what uses it, or set SENSORLAKE_PORT to the first of six free ports.`);
  }
  writeFileSync(runningFile(home), JSON.stringify({ pid: process.pid, ports }));
}

/** Let go of a home. */
export const leave = (home: string): void => rmSync(runningFile(home), { force: true });

async function free(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once("error", () => answer(false));
    probe.listen({ host: "127.0.0.1", port, exclusive: true }, () => probe.close(() => answer(true)));
  });
}

/** The lab's own AWS keys, made once a home. */
export function credentials(home: string): { accessKeyId: string; secretAccessKey: string } {
  const file = join(home, "credentials.json");
  if (!existsSync(file)) {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    const made = { accessKeyId: `LAB${randomBytes(8).toString("hex").toUpperCase()}`, secretAccessKey: randomBytes(20).toString("hex") };
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, "utf8")) as { accessKeyId: string; secretAccessKey: string };
}

const untold: Tools = { python: "", java: "", javaHome: "", jars: "", sitePackages: "" };

/** The lab that runs on this machine, for commands that talk to it from another process. */
export function attach(log: Log = () => undefined): Lab {
  const { home } = place();
  const found = running(home);
  if (!found) throw new CliError("No lab is running here; start one with npm start, and leave it open.");
  return new Lab(home, found.ports, untold, log, credentials(home));
}
