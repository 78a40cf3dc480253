/** sensorlake history: the last runs, newest first. */
import type { Command } from "commander";
import { CliError } from "./error";
import { describe, newest, phraseOf, reach, type Result, resultOf, told, type Where, withMachine } from "./executions";

interface Options extends Where {
  limit: string;
  json?: boolean;
}

const mostRuns = 1000;

export function register(program: Command): void {
  withMachine(program.command("history"))
    .description("the last runs, newest first")
    .option("--limit <n>", "how many runs", "20")
    .option("--json", "print them as JSON")
    .action((options: Options) => told(history(options)));
}

async function history(options: Options): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostRuns) throw new CliError(`--limit is ${options.limit}; set a whole number from 1 to ${mostRuns}`);
  const reached = await reach(options);
  const runs: Result[] = [];
  // One after the other: a list does not carry causes, and Step Functions throttles many questions at once.
  for (const { executionArn = "" } of await newest(reached, limit)) runs.push(resultOf(await describe(reached, executionArn)));
  console.log(options.json ? JSON.stringify(runs) : runs.map(lineOf).join("\n") || "The pipeline has not run yet.");
}

export const lineOf = (run: Result): string =>
  `${run.started.slice(0, 19)}Z  ${run.status.padEnd(9)} ${run.seconds.toFixed(1).padStart(8)} s  ${run.name}  ${phraseOf(run)}`.trimEnd();
