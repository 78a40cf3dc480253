/** sensorlake preview: what a stack would be, and whether its policies allow it, without account or network. */
import type { Command } from "commander";
import { writeFileSync } from "node:fs";
import { drawings } from "../../components/reachability/journey";
import { stackOfPlan } from "../../policies/plan";
import { DOCS } from "../../policies/report/machine";
import { text } from "../../policies/report/text";
import { rules } from "../../policies/rules";
import { evaluate } from "../engine/plan";
import { summary } from "../engine/summary";
import { root } from "../home";
import { settings } from "./settings";

interface Options {
  stack: string;
  json?: string;
  config?: string[];
}

export function register(program: Command): void {
  program.command("preview")
    .description("evaluate a stack and its policies without account or network")
    .requiredOption("--stack <name>", "stack, as in Pulumi.<name>.yaml")
    .option("--json <file>", "write the whole plan to a file; - for standard output")
    .option("--config <key=value...>", "settings on top of those of the stack file")
    .action(preview);
}

async function preview({ stack, json, config }: Options): Promise<void> {
  const started = Date.now();
  const plan = await evaluate({ stack, root, configOverrides: settings(config) });
  const { resources, violations } = plan;
  const whole = JSON.stringify({ stack, resources, violations }, null, 2);
  if (json && json !== "-") writeFileSync(json, `${whole}\n`);
  if (json === "-") console.log(whole);
  else {
    const paths = drawings(stackOfPlan({ stack, resources, violations: [] }).resources);
    const found = violations.map((one) => ({ ...one, level: one.level === "mandatory" ? one.level : "advisory" as const }));
    const verdict = text(found, { stack, resources: resources.length, rules: rules.length, docs: DOCS });
    for (const line of [...summary(plan, (Date.now() - started) / 1000), ...paths, verdict]) console.log(line);
  }
  if (violations.some(({ level }) => level === "mandatory")) process.exitCode = 1;
}
