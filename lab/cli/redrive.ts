/**
 * sensorlake redrive: go on with a run that failed, was stopped or took too long. A new run takes its turn and leaves out
 * what the old one had done. Step Functions' own redrive would pass by the turn, and go on at the Fail state of a failure
 * that was caught; it serves the machines that have no turn: `--state-machine` with the crawl or the train machine.
 */
import { RedriveExecutionCommand } from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { CliError } from "./error";
import { describe, named, newest, reach, type Reached, resultOf, summaryOf, told, type Where, withMachine } from "./executions";
import { eventsAfter } from "../runs/history";
import { beginning, resumeInput } from "./resume";
import { roomsTrained } from "./rooms-trained";
import { show, type Shown, startAndShow } from "./run";

interface Options extends Where, Shown {}

export function register(program: Command): void {
  withMachine(program.command("redrive [run]"))
    .description("go on with a run that failed or was stopped; left out: the last one")
    .option("--follow", "show each step as it ends, and wait for the end")
    .option("--json", "print the result as JSON")
    .action((run: string | undefined, options: Options) => told(redrive(run, options)));
}

async function redrive(run: string | undefined, options: Options): Promise<void> {
  const reached = await reach(options);
  const found = run ? await named(reached, run) : await last(reached);
  const result = resultOf(found);
  if (found.status === "RUNNING") throw new CliError(`The run ${result.name} is still running; stop it first, or wait for its end`);
  if (found.status === "SUCCEEDED") throw new CliError(`The run ${result.name} ${summaryOf(result)}: there is nothing to go on with; start a new one with: sensorlake run${reached.flags}`);
  const events = await eventsAfter(reached.sfn, result.executionArn, 0);
  if (!events.some(({ stateEnteredEventDetails: entered }) => entered?.name === beginning)) return itself(reached, result.executionArn, options);
  const later = await successSince(reached, Number(found.startDate));
  if (later) throw new CliError(`The run ${later} has succeeded since; what ${result.name} left is done. Start a new one with: sensorlake run${reached.flags}`);
  const input = JSON.parse(found.input ?? "{}") as object;
  await startAndShow(reached, JSON.stringify(resumeInput(result.name, input, events, await roomsTrained(reached, events)) ?? input), undefined, options);
}

async function last(reached: Reached) {
  const one = (await newest(reached, 100)).find(({ status }) => status !== "SUCCEEDED");
  if (!one) throw new CliError(`None of the last runs failed: there is nothing to go on with; start a new one with: sensorlake run${reached.flags}`);
  return describe(reached, one.executionArn ?? "");
}

/** Name of a later run that succeeded, and did not just leave to another one. */
async function successSince(reached: Reached, start: number): Promise<string | undefined> {
  for (const { status, startDate, name, executionArn = "" } of await newest(reached, 1000)) {
    if (Number(startDate) <= start) return undefined;
    if (status === "SUCCEEDED" && (JSON.parse((await describe(reached, executionArn)).output ?? "{}") as { skipped?: boolean }).skipped !== true) return name;
  }
  return undefined;
}

async function itself(reached: Reached, executionArn: string, options: Shown): Promise<void> {
  await reached.sfn.send(new RedriveExecutionCommand({ executionArn }));
  if (options.follow) return show(reached, executionArn, options);
  console.log(options.json ? JSON.stringify({ executionArn }) : executionArn);
}
