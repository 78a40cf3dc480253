/** sensorlake status: what the pipeline does now, or how its last run ended. Exit 1 when that was not well. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { CliError } from "./error";
import { describe, named, newest, phraseOf, reach, type Result, resultOf, summaryOf, told, type Where, withMachine } from "./executions";
import { eventsAfter } from "../runs/history";

interface Options extends Where {
  json?: boolean;
}

export function register(program: Command): void {
  withMachine(program.command("status [run]"))
    .description("what the pipeline does now, or how its last run ended")
    .option("--json", "print it as JSON")
    .action((run: string | undefined, options: Options) => told(status(run, options)));
}

async function status(run: string | undefined, options: Options): Promise<void> {
  const reached = await reach(options);
  const recent = run ? [] : await newest(reached, 100);
  // A run that leaves to another one is newer, and says less.
  const last = recent.find(({ status: state }) => state === "RUNNING") ?? recent[0];
  if (!run && !last?.executionArn) throw new CliError(`The pipeline has not run yet; start it with: sensorlake run${reached.flags}`);
  const found = run ? await named(reached, run) : await describe(reached, last?.executionArn ?? "");
  const at = found.status === "RUNNING" ? openStates(await eventsAfter(reached.sfn, found.executionArn ?? "", 0)) : [];
  const success = recent.find(({ status: state }) => state === "SUCCEEDED")?.stopDate?.toISOString();
  const result = { ...resultOf(found), at, ...(success && { lastSuccess: success }) };
  console.log(options.json ? JSON.stringify(result) : linesOf(result).join("\n"));
  if (found.status !== "RUNNING" && found.status !== "SUCCEEDED") process.exitCode = 1;
}

function linesOf(result: Result & { at: string[]; lastSuccess?: string }): string[] {
  const phrase = result.cause ? "" : phraseOf(result);
  return [
    `${result.name}  started ${result.started}  ${summaryOf(result)}`,
    ...(result.at.length ? [`at: ${result.at.join(", ")}`] : []),
    ...(phrase ? [phrase] : []),
    ...(result.lastSuccess ? [`last success: ${result.lastSuccess}`] : []),
  ];
}

/** States that were entered and not left, outermost first. */
export function openStates(events: HistoryEvent[]): string[] {
  const open: string[] = [];
  for (const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } of events) {
    if (entered?.name) open.push(entered.name);
    if (exited?.name && open.includes(exited.name)) open.splice(open.indexOf(exited.name), 1);
  }
  return [...new Set(open)];
}
