/** sensorlake run: start the pipeline of a stack, and follow it. */
import { type DescribeExecutionCommandOutput, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { CliError } from "./error";
import { describe, reach, type Reached, resultOf, summaryOf, told, type Where, withMachine } from "./executions";
import { eventsAfter } from "../runs/history";
import { Watch } from "../runs/watch";
import { type Line, Progress } from "./run-progress";
import { Drawn, Printed, type Tree } from "./run-tree";

interface Options extends Where, Shown {
  input: string;
  name?: string;
}

/** How a started run is shown. */
export interface Shown {
  follow?: boolean;
  json?: boolean;
}

export function register(program: Command): void {
  withMachine(program.command("run"))
    .description("start the pipeline and follow it")
    .option("--input <json>", 'what to do whatever has changed, such as {"train":true}, {"from":"Curate"} or {"whenBusy":"wait"}', "{}")
    .option("--follow", "show its steps as they go, and wait for the end")
    .option("--name <name>", "name of the execution; the same name starts one execution only")
    .option("--json", "print the result as JSON")
    .action((options: Options) => told(run(options)));
}

async function run({ input, name, ...options }: Options): Promise<void> {
  const text = asJson(input);
  await startAndShow(await reach(options), text, name, options);
}

function asJson(input: string): string {
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return input;
  } catch { /* said below */ }
  throw new CliError(`--input ${input} is no JSON object; set one such as {"train":true}`);
}

export async function startAndShow(reached: Reached, input: string, name: string | undefined, options: Shown): Promise<void> {
  const { executionArn = "" } = await reached.sfn.send(new StartExecutionCommand({ stateMachineArn: reached.stateMachineArn, input, ...(name && { name }) }));
  if (!options.follow) return console.log(options.json ? JSON.stringify({ executionArn }) : executionArn);
  await show(reached, executionArn, options);
}

/** Follow it to its end; Ctrl-C ends the following only. */
export async function show(reached: Reached, executionArn: string, { json }: Shown): Promise<void> {
  process.once("SIGINT", () => {
    console.error(leaving(executionArn, reached.flags));
    process.exit(130);
  });
  const tree: Tree | undefined = json ? undefined : process.stdout.isTTY ? new Drawn(process.stdout) : new Printed((line) => console.log(line));
  const watch = new Watch(reached.sfn, executionArn);
  const ended = await untilEnded(reached.lookMs, async () => {
    const look = await watch.look();
    tree?.show(look);
    return look.execution;
  });
  const result = resultOf(ended);
  console.log(json ? JSON.stringify(result) : summaryOf(result));
  if (ended.status !== "SUCCEEDED") process.exitCode = 1;
}

export const leaving = (executionArn: string, flags: string): string => {
  const name = executionArn.split(":").at(-1);
  return `The run ${name} goes on; stop it with: sensorlake stop ${name}${flags}`;
};

/** Each step as it ends, without those of other executions, until this one has. */
export function follow(sfn: Pick<SFNClient, "send">, executionArn: string, everyMs: number, show: (line: Line) => void): Promise<DescribeExecutionCommandOutput> {
  const progress = new Progress();
  return untilEnded(everyMs, async () => {
    // The status first: what it knows is in the history that is read after it.
    const described = await describe({ sfn }, executionArn);
    for (const line of progress.add(await eventsAfter(sfn, executionArn, progress.known))) show(line);
    return described;
  });
}

/** Look, and again, until the execution has ended. */
async function untilEnded(everyMs: number, look: () => Promise<DescribeExecutionCommandOutput>): Promise<DescribeExecutionCommandOutput> {
  for (;;) {
    const execution = await look();
    if (execution.status !== "RUNNING") return execution;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

const marks = { done: "✓", skipped: "–", failed: "✗" };

export function textOf({ state, outcome, seconds, why }: Line): string {
  return `${seconds.toFixed(1).padStart(7)} s  ${marks[outcome]} ${state}${why ? `: ${why}` : ""}`;
}
