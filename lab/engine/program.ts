/**
 * Program: runs the project's own Pulumi program in a child process, through the SDK's entry point that the CLI uses too.
 *
 * TypeScript is loaded by tsx, which strips types without checking them; `npm run lint` checks them.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Monitor } from "./monitor";
import type { Project, StackConfig } from "./stack-file";

export interface Run {
  project: Project;
  stack: string;
  config: StackConfig;
  dryRun: boolean;
  /** Environment that the program sees on top of PATH and HOME: never keys of a real account. */
  env?: Record<string, string>;
}

export interface Ended {
  /** 0 when the program ran through; 32 when it failed and has said so in its log. */
  code: number;
  stdout: string;
  stderr: string;
}

/** Registrations that the program may have under way at once. */
const PARALLEL = 16;

export function programArgs({ project, stack, dryRun }: Run, address: string): string[] {
  return [
    "--require", require.resolve("tsx/cjs"),
    require.resolve("@pulumi/pulumi/cmd/run/index.js"),
    `--monitor=${address}`, `--engine=${address}`, "--organization=organization", `--project=${project.name}`, `--root-directory=${project.root}`,
    `--stack=${stack}`, `--pwd=${project.cwd}`, `--parallel=${PARALLEL}`, ...(dryRun ? ["--dry-run"] : []), project.program,
  ];
}

/** Settings of the stack as Pulumi's SDK reads them from the environment. */
export const configEnv = (config: StackConfig): Record<string, string> => ({
  PULUMI_CONFIG: JSON.stringify(config.values),
  PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(config.secretKeys),
});

/** Environment of a child process that must not find anybody's account. */
export const ownEnv = ({ root }: Project): Record<string, string> => ({
  PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...(process.env.TMPDIR ? { TMPDIR: process.env.TMPDIR } : {}),
  AWS_EC2_METADATA_DISABLED: "true",
  // Node keeps compiled code here: a third less time for the second run and all after it.
  NODE_COMPILE_CACHE: join(root, ".sensorlake", "compiled"),
});

/** Run the program against a monitor, to its end. */
export function runProgram(run: Run, { address }: Monitor): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, programArgs(run, address), {
      env: { ...ownEnv(run.project), ...ownEnv(run.project), ...configEnv(run.config), ...run.env }, stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), ...said }));
  });
}
