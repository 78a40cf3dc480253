/**
 * policies: seconds that the rules take, on the plan of prod (--plan FILE for another one) and on stacks made by repeating it, and
 * what one resource takes there. The baseline is a check of a single resource that joins nothing (st-name-01) on every one:
 * as linear as a check of a stack can be. Then how long the pack takes to load, beside a pack of one rule that does nothing.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { evaluate } from "../lab/engine/plan";
import { root } from "../lab/home";
import { wordsOfQueries } from "../policies/names";
import { parsePlan, type Plan, stackOfPlan } from "../policies/plan";
import { publish } from "../policies/publish";
import { type Rule, violations } from "../policies/rule";
import { rules } from "../policies/rules";
import { type Settings, settingsOf } from "../policies/settings";
import { repeated } from "./repeated";

/** How often each figure is taken; the median counts. */
const RUNS = 5;

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** A check of every resource by itself. */
const alone: readonly Rule[] = [{ ...wordsOfQueries, types: ["*"] }];

/** Seconds from the plan to the verdict. */
function checkSeconds(plan: Plan, settings: Settings, asked: readonly Rule[]): number {
  return median(Array.from({ length: RUNS }, () => {
    const began = performance.now();
    violations(stackOfPlan(plan, settings), asked);
    return (performance.now() - began) / 1000;
  }));
}

interface Measured { resources: number; seconds: number; baselineSeconds: number }

function atSize(plan: Plan, settings: Settings, times: number): Measured {
  const big = repeated(plan, settings, times);
  const seconds = checkSeconds(big.plan, big.settings, rules);
  return { resources: big.plan.resources.length, seconds, baselineSeconds: checkSeconds(big.plan, { ...big.settings, exceptions: [] }, alone) };
}

/** Seconds until the host of a pack in a folder says its port. */
function loadSeconds(folder: string): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/run-policy-pack/index.js"), "127.0.0.1:0", folder], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the pack in ${folder} ended with ${code}`)));
    child.stdout.once("data", () => {
      resolve((performance.now() - began) / 1000);
      child.kill();
    });
  });
}

const EMPTY = `new (require("@pulumi/policy").PolicyPack)("empty", { policies: [{ name: "nothing", description: "Nothing", enforcementLevel: "advisory", validateStack: () => {} }] });`;

/** Medians of loads, one of each after the other: the pack as it is published, from this folder through tsx, and the empty one. */
async function loads(): Promise<{ ours: number; fromSource: number; empty: number }> {
  const folder = mkdtempSync(join(tmpdir(), "packs-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const [ours, empty] = ["ours", "empty"].map((name) => join(folder, name)) as [string, string];
  await publish(ours);
  mkdirSync(empty);
  writeFileSync(join(empty, "package.json"), JSON.stringify({ name: "empty", version: "0.1.0", main: "index.js" }));
  writeFileSync(join(empty, "index.js"), EMPTY);
  const found: [number, number, number][] = [];
  for (let run = 0; run < RUNS; run++) found.push([await loadSeconds(ours), await loadSeconds(join(root, "policies")), await loadSeconds(empty)]);
  rmSync(folder, { recursive: true });
  const of = (i: 0 | 1 | 2): number => rounded(median(found.map((one) => one[i])), 2);
  return { ours: of(0), fromSource: of(1), empty: of(2) };
}

export async function run(argv: string[]): Promise<object> {
  const { values } = parseArgs({ args: argv, options: { plan: { type: "string" }, resources: { type: "string", default: "5000" } } });
  const plan = values.plan ? parsePlan(readFileSync(values.plan, "utf8"), values.plan) : await planOfProd();
  const settings = settingsOf(plan.stack, join(root, "policies"));
  const most = Math.max(1, Math.round(Number(values.resources) / plan.resources.length));
  atSize(plan, settings, 1); // What is compiled and kept at first use is not what is measured.
  const sizes = [...new Set([1, 2, 4, 8, 16, most].filter((times) => times <= most))].map((times) => atSize(plan, settings, times));
  for (const { resources, seconds, baselineSeconds } of sizes) {
    console.log(`${String(resources).padStart(5)} resources: ${rounded(seconds)} s, ${rounded((seconds / resources) * 1e6, 0)} µs each; baseline ${rounded(baselineSeconds)} s, ${rounded((baselineSeconds / resources) * 1e6, 0)} µs each`);
  }
  const [first, last] = [sizes[0]!, sizes.at(-1)!];
  const growth = (of: "seconds" | "baselineSeconds"): number => (last[of] / last.resources) / (first[of] / first.resources);
  const load = await loads();
  return {
    bench: "policies", args: { plan: values.plan ?? "prod", resources: last.resources, rules: rules.length },
    ours: { seconds: rounded(first.seconds), seconds_at_most: rounded(last.seconds), growth_per_resource: rounded(growth("seconds"), 2), load_seconds: load.ours, load_seconds_from_source: load.fromSource },
    single_resource_rule: { seconds: rounded(first.baselineSeconds, 5), seconds_at_most: rounded(last.baselineSeconds, 5), growth_per_resource: rounded(growth("baselineSeconds"), 2) },
    empty_pack: { load_seconds: load.empty },
    ratio: { growth_per_resource: rounded(growth("seconds") / growth("baselineSeconds"), 2), load_seconds: rounded(load.ours / load.empty, 2) },
  };
}

async function planOfProd(): Promise<Plan> {
  const { stack, resources } = await evaluate({ stack: "prod", root, policies: false, once: true });
  return parsePlan(JSON.stringify({ stack, resources, violations: [] }), "prod");
}
