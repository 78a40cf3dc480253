/** Outputs: what a stack exports, whether it is deployed to the lab or to an account. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CliError } from "../cli/error";
import { attach } from "../home";
import type { Lab } from "../lab";
import { exportsOf } from "./state";

/** What infra/index.ts exports, by name; secrets are masked. */
export interface Outputs {
  buckets: Record<string, unknown>;
  databases: Record<string, unknown>;
  [name: string]: unknown;
}

/** Name of the stack that is the lab. */
export const labStack = "local";

/** Exports of what is deployed to a lab; undefined when nothing is. */
export const labOutputs = (lab: Lab): Outputs | undefined => exportsOf(lab) as Outputs | undefined;

/** Exports by name. The lab's are read from its own state; other stacks' are asked of the Pulumi CLI. */
export async function stackOutputs(stack: string): Promise<Outputs> {
  if (stack !== labStack) return ofAccount(stack);
  const exports = labOutputs(attach());
  if (!exports) throw new CliError("Nothing is deployed to the lab; deploy with: sensorlake up");
  return exports;
}

async function ofAccount(stack: string): Promise<Outputs> {
  try {
    const { stdout } = await promisify(execFile)("pulumi", ["stack", "output", "--json", "--stack", stack]);
    return JSON.parse(stdout) as Outputs;
  } catch (fault) {
    const { code, stderr } = fault as { code?: string; stderr?: string };
    if (code === "ENOENT") throw new CliError(`The outputs of ${stack} are asked of the Pulumi CLI, which is not installed; install it, or name what you want by its flag.`);
    throw new CliError(`pulumi stack output --stack ${stack}: ${(stderr ?? String(fault)).trim().replaceAll("\n", " ")}`);
  }
}
