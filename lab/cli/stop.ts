/** sensorlake stop: stop a run, and with it the jobs that it waits for. What it had not covered is due again. */
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { CliError } from "./error";
import { describe, named, newest, reach, type Reached, resultOf, summaryOf, told, type Where, withMachine } from "./executions";

interface Options extends Where {
  cause: string;
  json?: boolean;
}

export function register(program: Command): void {
  withMachine(program.command("stop [run]"))
    .description("stop a run; left out: the one that is running")
    .option("--cause <text>", "why, for the others", "stopped by sensorlake stop")
    .option("--json", "print the result as JSON")
    .action((run: string | undefined, options: Options) => told(stop(run, options)));
}

async function stop(run: string | undefined, options: Options): Promise<void> {
  const reached = await reach(options);
  const found = run ? await named(reached, run) : await onlyRunning(reached);
  if (found.status !== "RUNNING") throw new CliError(`The run ${found.name} is not running: it ${summaryOf(resultOf(found))}`);
  await reached.sfn.send(new StopExecutionCommand({ executionArn: found.executionArn, error: "Stopped", cause: options.cause }));
  const ended = resultOf(await describe(reached, found.executionArn ?? ""));
  console.log(options.json ? JSON.stringify(ended) : `${ended.name} ${summaryOf(ended)}; go on with it: sensorlake redrive ${ended.name}${reached.flags}`);
}

async function onlyRunning(reached: Reached) {
  const running = (await newest(reached, 100)).filter(({ status }) => status === "RUNNING");
  const [one, ...others] = running;
  if (!one) throw new CliError("No run is running");
  if (others.length) throw new CliError(`${running.length} runs are running, some wait for their turn; name one: ${running.map(({ name }) => name).join(", ")}`);
  return describe(reached, one.executionArn ?? "");
}
