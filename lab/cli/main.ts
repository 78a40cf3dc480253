/** sensorlake: one command for people and for CI. Each subcommand is one file beside this one. */
import { Command } from "commander";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "./error";

/** Subcommands by the file that registers them; each file is loaded only when it is asked for, so that starting stays quick. */
const commands: [name: string, summary: string][] = [
  ["lab", "set up, deploy the stack local, feed the sample rooms, run the pipeline, open the dashboard"],
  ["setup", "install what the lab needs into the project's own folder"],
  ["preview", "evaluate a stack and its policies without account or network"],
  ["check", "run the policy pack on a saved plan"],
  ["up", "deploy the stack local to the running lab"],
  ["down", "remove the stack local from the running lab"],
  ["run", "start the pipeline and follow it"],
  ["status", "what the pipeline does now, or how its last run ended"],
  ["history", "the last runs, newest first"],
  ["stop", "stop a run"],
  ["redrive", "go on with a run that failed or was stopped"],
  ["query", "ask Athena"],
  ["device", "make things and their certificates"],
  ["send", "publish messages over MQTT"],
  ["detect", "find anomalies in any series"],
];

async function main(argv: string[]): Promise<void> {
  const program = new Command("sensorlake").description("A sensor data lake on AWS, and the lab that runs it on one machine.");
  program.configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, "")) });
  const asked = argv[2];
  for (const [name, summary] of commands) {
    if (name === asked) register(program, name);
    else program.command(name).description(summary);
  }
  await program.parseAsync(argv);
}

function register(program: Command, name: string): void {
  if (!existsSync(join(__dirname, `${name}.ts`))) throw new CliError(`sensorlake ${name} is not there yet`);
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const file = require(`./${name}`) as { register: (program: Command) => void };
  file.register(program);
}

main(process.argv).catch((fault: unknown) => {
  if (fault instanceof CliError) console.error(fault.message);
  else console.error(process.env.SENSORLAKE_DEBUG ? fault : `${fault instanceof Error ? fault.message : String(fault)} (set SENSORLAKE_DEBUG=1 for where it happened)`);
  // 1 of these two is a verdict.
  process.exitCode = ["preview", "check"].includes(process.argv[2] ?? "") ? 2 : 1;
});
