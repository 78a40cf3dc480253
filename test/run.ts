/**
 * All tests, quick ones first: `npm test`, or `npm test unit|python|lab|faults` for a part, `npm test faults -- F33 2` for one trial.
 * Sets up what is missing, runs each suite in a process of its own, and ends with the counts. A suite that ran nothing has failed.
 *
 *   unit ─▶ python ─▶ lab ─┐     those of the second row wait for each other's processes more than they compute,
 *       └─▶ faults ────────┴─▶   so they go side by side, each line under the name of its suite
 */
import { spawn } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { eachLine } from "../lab/children";
import { setup } from "../lab/setup/setup";
import { CliError } from "../lab/cli/error";
import { chosen } from "./faults/harness/chosen";

interface Counts { passed: number; failed: number; skipped: number }

const root = join(__dirname, "..");
const counts = join(root, ".sensorlake", "counts");

/** Run to the end; its lines are shown under `name`, or as they are where there is none. */
function run(name: string | undefined, command: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: name ? ["ignore", "pipe", "pipe"] : "inherit", env: { ...process.env, ...env } });
    for (const stream of [child.stdout, child.stderr]) if (stream) eachLine(stream, (line) => console.log(`${name!.padEnd(6)} │ ${line}`));
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
}

interface Shown {
  /** Under its own name, since another one is shown at the same time. */
  named: boolean;
}

/** Mocha on the test files of some folders. */
async function mocha(name: string, { named }: Shown, pattern: string, flags: string[] = [], exclude: string[] = []): Promise<Counts> {
  const files = globSync(pattern, { cwd: root, exclude }).sort();
  const file = join(counts, `${name}.json`);
  const status = await run(named ? name : undefined, process.execPath, [join(root, "node_modules/mocha/bin/mocha.js"), "--reporter", "test/reporter.js", ...flags, ...files], { SENSORLAKE_COUNTS: file });
  return orFailed(status, () => JSON.parse(readFileSync(file, "utf8")) as Counts);
}

async function pytest(python: string, { named }: Shown): Promise<Counts> {
  const file = join(counts, "python.xml");
  const status = await run(named ? "python" : undefined, python, ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${file}`, "glue", "lab"]);
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
function trials(shown: Shown, fault: string | undefined, seed: string | undefined): Promise<Counts> {
  if (fault) process.env.SENSORLAKE_FAULT = fault;
  if (seed) process.env.SENSORLAKE_SEED = seed;
  chosen();
  return mocha("faults", shown, "test/faults/**/*.test.ts", inLab("test/faults/lake/shared.ts"));
}

async function main(asked: string | undefined, fault?: string, seed?: string): Promise<void> {
  const suites = ["unit", "python", "lab", "faults"];
  if (asked && !suites.includes(asked)) throw new CliError(`There is no suite ${asked}; name one of ${suites.join(", ")} or none for all.`);
  const { python } = await setup();
  rmSync(counts, { recursive: true, force: true });
  mkdirSync(counts, { recursive: true });
  const shown = { named: !asked };
  const started = Date.now();
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const counted = async (name: string, suite: () => Promise<Counts>): Promise<void> => {
    if (asked && asked !== name) return;
    const before = Date.now();
    const result = await suite();
    console.log(`\n${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped in ${Math.round((Date.now() - before) / 1000)} s\n`);
    for (const key of Object.keys(total) as (keyof Counts)[]) total[key] += result[key];
  };
  await counted("unit", () => mocha("unit", { named: false }, "{infra,components,functions,policies,lab,dashboard,examples,bench}/**/*.test.ts", besideEachOther));
  await Promise.all([
    counted("faults", () => trials(shown, fault, seed)),
    (async () => {
      await counted("python", () => pytest(python, shown));
      await counted("lab", () => mocha("lab", shown, "test/**/*.test.ts", inLab("test/shared-lab.ts"), ["test/faults/**"]));
    })(),
  ]);
  console.log(`all suites in ${Math.round((Date.now() - started) / 1000)} s`);
  const skipped = total.skipped ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed ? 1 : 0;
}

main(...(process.argv.slice(2) as [string | undefined])).catch((fault: unknown) => {
  console.error(fault instanceof CliError ? fault.message : fault);
  process.exitCode = 1;
});
