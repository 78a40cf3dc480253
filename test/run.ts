/**
 * All tests, quick ones first: `npm test`, or `npm test unit|python|lab|faults` for a part, `npm test faults -- F33 2` for one trial.
 * Sets up what is missing, runs each suite in a process of its own, and ends with the counts. A suite that ran nothing has failed.
 */
import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setup } from "../lab/setup/setup";
import { CliError } from "../lab/cli/error";
import { chosen } from "./faults/harness/chosen";

interface Counts { passed: number; failed: number; skipped: number }

const root = join(__dirname, "..");
const counts = join(root, ".sensorlake", "counts");

function run(command: string, args: string[], env: Record<string, string> = {}): number {
  return spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } }).status ?? 1;
}

/** Mocha on the test files of some folders. */
function mocha(name: string, patterns: string[], flags: string[] = []): Counts {
  const files = globSync(patterns, { cwd: root }).sort();
  const file = join(counts, `${name}.json`);
  const status = run(process.execPath, [join(root, "node_modules/mocha/bin/mocha.js"), "--reporter", "test/reporter.js", ...flags, ...files], { SENSORLAKE_COUNTS: file });
  return orFailed(status, () => JSON.parse(readFileSync(file, "utf8")) as Counts);
}

function pytest(python: string): Counts {
  const file = join(counts, "python.xml");
  const status = run(python, ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${file}`, "glue", "lab"]);
  return orFailed(status, () => {
    const suite = /<testsuite [^>]*>/.exec(readFileSync(file, "utf8"))?.[0] ?? "";
    const of = (what: string): number => Number(new RegExp(`${what}="(\\d+)"`).exec(suite)?.[1] ?? 0);
    const failed = of("failures") + of("errors");
    return { passed: of("tests") - failed - of("skipped"), failed, skipped: of("skipped") };
  });
}

/** What a suite counted; at least one failure when it stopped with an error or ran nothing. */
function orFailed(status: number, read: () => Counts): Counts {
  let found: Counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    found = read();
  } catch {
    console.error("The suite stopped before it could count its tests.");
  }
  const silent = found.failed === 0 && (status !== 0 || found.passed === 0);
  return silent ? { ...found, failed: 1 } : found;
}

/** Unit tests share nothing, so files of them run in two processes. */
const besideEachOther = ["--parallel", "--jobs", "2"];

/** Root hooks and patience of what starts a lab. */
const inLab = (hooks: string): string[] => ["--timeout", "300000", "--file", hooks];

/** The trials of the fault list; two seeds of all, or what was asked for by name. */
function trials(fault: string | undefined, seed: string | undefined): Counts {
  if (fault) process.env.SENSORLAKE_FAULT = fault;
  if (seed) process.env.SENSORLAKE_SEED = seed;
  chosen();
  return mocha("faults", ["test/faults/**/*.test.ts"], inLab("test/faults/lake/shared.ts"));
}

async function main(asked: string | undefined, fault?: string, seed?: string): Promise<void> {
  const suites = ["unit", "python", "lab", "faults"];
  if (asked && !suites.includes(asked)) throw new CliError(`There is no suite ${asked}; name one of ${suites.join(", ")} or none for all.`);
  const tools = await setup();
  rmSync(counts, { recursive: true, force: true });
  mkdirSync(counts, { recursive: true });
  const started = Date.now();
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of suites.filter((name) => !asked || name === asked)) {
    const before = Date.now();
    const result = suite === "python" ? pytest(tools.python)
      : suite === "unit" ? mocha("unit", ["{infra,components,functions,policies,lab,dashboard,examples,bench}/**/*.test.ts"], besideEachOther)
      : suite === "lab" ? mocha("lab", ["test/*.test.ts", "test/services/**/*.test.ts"], inLab("test/shared-lab.ts"))
      : trials(fault, seed);
    console.log(`\n${suite}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped in ${Math.round((Date.now() - before) / 1000)} s`);
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += result[key];
  }
  console.log(`all suites in ${Math.round((Date.now() - started) / 1000)} s`);
  const skipped = total.skipped ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed ? 1 : 0;
}

main(...(process.argv.slice(2) as [string | undefined])).catch((fault: unknown) => {
  console.error(fault instanceof CliError ? fault.message : fault);
  process.exitCode = 1;
});
