/**
 * Program: runs the project's own Pulumi program in a child process, through the SDK's entry point that the CLI uses too.
 *
 * TypeScript is loaded by tsx, which strips types without checking them; `npm run lint` checks them.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Answers, monitor } from "./monitor";
import type { Project, StackConfig } from "./stack-file";

export interface Run {
  project: Project;
  stack: string;
  config: StackConfig;
  dryRun: boolean;
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
    "--require", require.resolve("tsx/cjs"), "--require", require.resolve("./quick"),
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

/** Runs a program to its end; what it registers and asks goes to `answers`. */
export type Runner = (run: Run, answers: Answers) => Promise<Ended>;

/** The project's own program, in a child process. */
export const runProgram: Runner = async (run, answers) => {
  const server = await monitor(answers);
  try {
    return await child(run, server.address);
  } finally {
    server.stop();
  }
};

function child(run: Run, address: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, programArgs(run, address), {
      env: { ...ownEnv(run.project), ...ownEnv(run.project), ...configEnv(run.config) }, stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { stdout: "", stderr: "" };
    program.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
    program.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
    program.once("error", reject);
    program.once("close", (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), ...said }));
  });
}
