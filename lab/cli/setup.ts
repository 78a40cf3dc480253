/** sensorlake setup: put what the lab needs into the project's own folder. */
import type { Command } from "commander";
import { setup } from "../setup/setup";

export function register(program: Command): void {
  program.command("setup").description("install what the lab needs into the project's own folder")
    .option("--quiet", "say nothing unless there is something to do")
    .option("--json", "print where everything is as JSON")
    .action(async ({ quiet, json }: { quiet?: boolean; json?: boolean }) => {
      const tools = await setup({ quiet: Boolean(quiet ?? json) });
      if (json) process.stdout.write(`${JSON.stringify(tools)}\n`);
    });
}
