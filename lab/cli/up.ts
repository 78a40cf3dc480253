/** sensorlake up: bring the running lab to what the program says now. */
import type { Command } from "commander";
import { deploy, type Deployed } from "../engine/deploy";
import { attach, root } from "../home";
import { settings } from "./settings";

export function register(program: Command): void {
  program.command("up")
    .description("deploy the stack local to the running lab")
    .option("--config <key=value...>", "settings on top of those of Pulumi.local.yaml, instead of those of the last deployment")
    .option("--json", "print the result as JSON")
    .action(up);
}

async function up({ config, json }: { config?: string[]; json?: boolean }): Promise<void> {
  const started = Date.now();
  const deployed = await deploy(attach(), { root, ...(config ? { config: settings(config) } : {}) });
  const seconds = (Date.now() - started) / 1000;
  if (json) console.log(JSON.stringify({ ...deployed, seconds }, null, 2));
  else for (const line of report(deployed, seconds)) console.log(line);
}

/** A deployment in lines for people. */
export function report(deployed: Deployed, seconds: number): string[] {
  const counts = (["created", "updated", "replaced", "deleted", "same"] as const).filter((what) => deployed[what]).map((what) => `${deployed[what]} ${what}`);
  return [
    `Deployed in ${seconds.toFixed(1)} s: ${counts.join(", ") || "nothing"}; ${deployed.recorded} of them are recorded only.`,
    ...Object.entries(deployed.outputs).map(([name, value]) => `  ${name} = ${typeof value === "string" ? value : JSON.stringify(value)}`),
  ];
}
