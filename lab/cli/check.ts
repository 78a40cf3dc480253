/** sensorlake check: the rules on a saved plan. Exit 1 on a mandatory violation, 2 when nothing could be checked. */
import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePlan, PlanFault, stackOfPlan } from "../../policies/plan";
import { difference, differenceMarkdown } from "../../policies/report/difference";
import { DOCS, json, junit, sarif } from "../../policies/report/machine";
import { markdown, text } from "../../policies/report/text";
import { violations } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { settingsOf } from "../../policies/settings";
import { root } from "../home";

const formats = ["text", "md", "sarif", "junit", "json"] as const;

export function register(program: Command): void {
  program.command("check <plan>")
    .description("run the policy pack on a saved plan")
    .option("--format <format>", formats.join(" | "), "text")
    .option("--settings <folder>", "where config.<stack>.json stands", join(root, "policies"))
    .option("--docs <address>", "where reports link to for each rule", DOCS)
    .option("--against <plan>", "a plan of before: the report in md says what differs")
    .option("--undecided-fails", "what a mandatory rule can't decide counts as broken, unless the settings say otherwise")
    .option("--json", "the same as --format json")
    .action((file: string, options: Options) => check(file, options));
}

interface Options {
  format: string;
  settings: string;
  docs: string;
  against?: string;
  json?: boolean;
  undecidedFails?: boolean;
}

function check(file: string, options: Options): void {
  const format = options.json ? "json" : options.format;
  try {
    const plan = parsePlan(read(file), file);
    const before = options.against ? parsePlan(read(options.against), options.against) : undefined;
    const settings = settingsOf(plan.stack, options.settings);
    const found = violations(stackOfPlan(plan, { undecidedFails: options.undecidedFails === true, ...settings }), rules);
    const checked = { stack: plan.stack, resources: plan.resources.length, rules: rules.length, docs: options.docs };
    const write = {
      text: () => text(found, checked),
      md: () => [markdown(found, checked), ...(before ? [differenceMarkdown(difference(before, plan))] : [])].join("\n"),
      sarif: () => sarif(found, rules, options.docs, plan.stack),
      junit: () => junit(found, rules, checked),
      json: () => json(found, checked),
    }[format];
    if (!write) throw new PlanFault(`There is no format ${format}; name one of ${formats.join(", ")}`);
    console.log(write());
    process.exitCode = found.some(({ level }) => level === "mandatory") ? 1 : 0;
  } catch (fault) {
    console.error(fault instanceof Error ? fault.message : fault);
    process.exitCode = 2;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (fault) {
    throw new PlanFault(`${file} can't be read (${(fault as NodeJS.ErrnoException).code}); make it with sensorlake preview --stack S --json FILE`);
  }
}
