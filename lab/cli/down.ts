/** sensorlake down: remove everything that is deployed from the running lab. */
import type { Command } from "commander";
import { destroy } from "../engine/deploy";
import { attach } from "../home";

export function register(program: Command): void {
  program.command("down")
    .description("remove the stack local from the running lab")
    .option("--json", "print the result as JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const { deleted } = await destroy(attach());
      console.log(json ? JSON.stringify({ deleted }) : `Removed ${deleted} resources.`);
    });
}
