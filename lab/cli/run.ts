/** sensorlake run: start the pipeline of a stack, and follow it. */
import { type DescribeExecutionCommandOutput, DescribeExecutionCommand, GetExecutionHistoryCommand, type HistoryEvent, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { rootCause } from "../../functions/publish/cause";
import { labStack, stackOutputs } from "../engine/outputs";
import { attach } from "../home";
import { CliError } from "./error";
import { type Line, Progress } from "./run-progress";

interface Options {
  stack: string;
  input: string;
  follow?: boolean;
  json?: boolean;
  stateMachine?: string;
  name?: string;
}

export function register(program: Command): void {
  program.command("run")
    .description("start the pipeline and follow it")
    .option("--stack <stack>", "stack whose pipeline to start", labStack)
    .option("--input <json>", 'what to do whatever has changed, such as {"train":true} or {"import":{"db":false}}', "{}")
    .option("--follow", "show each step as it ends, and wait for the end")
    .option("--name <name>", "name of the execution; the same name starts one execution only")
    .option("--state-machine <arn>", "the state machine itself, instead of the stack's")
    .option("--json", "print the result as JSON")
    .action(run);
}

/** Milliseconds between two looks at a running execution. */
const lookMs = { lab: 250, account: 2000 };

async function run(options: Options): Promise<void> {
  const inLab = options.stack === labStack;
  const sfn = new SFNClient(inLab ? attach().client() : {});
  const stateMachineArn = options.stateMachine ?? (await arnOf(options.stack));
  const { executionArn = "" } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: asJson(options.input), ...(options.name && { name: options.name }) }));
  if (!options.follow) return console.log(options.json ? JSON.stringify({ executionArn }) : executionArn);

  const show = (line: Line): void => { if (!options.json) console.log(textOf(line)); };
  const ended = await follow(sfn, executionArn, inLab ? lookMs.lab : lookMs.account, show);
  const result = resultOf(ended);
  console.log(options.json ? JSON.stringify(result) : summaryOf(result));
  if (ended.status !== "SUCCEEDED") process.exitCode = 1;
}

async function arnOf(stack: string): Promise<string> {
  const { stateMachine } = await stackOutputs(stack);
  if (typeof stateMachine !== "string") throw new CliError(`The stack ${stack} exports no stateMachine; name it with --state-machine ARN.`);
  return stateMachine;
}

function asJson(input: string): string {
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return input;
  } catch { /* said below */ }
  throw new CliError(`--input ${input} is no JSON object; set one such as {"train":true}`);
}

/** Show each step as it ends, until the execution has. */
export async function follow(sfn: Pick<SFNClient, "send">, executionArn: string, everyMs: number, show: (line: Line) => void): Promise<DescribeExecutionCommandOutput> {
  const progress = new Progress();
  for (;;) {
    // The status first: what it knows is in the history that is read after it.
    const described = (await sfn.send(new DescribeExecutionCommand({ executionArn }))) as DescribeExecutionCommandOutput;
    for (const line of progress.add(await eventsOf(sfn, executionArn))) show(line);
    if (described.status !== "RUNNING") return described;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

async function eventsOf(sfn: Pick<SFNClient, "send">, executionArn: string): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for (let nextToken: string | undefined, more = true; more;) {
    const page = (await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, ...(nextToken && { nextToken }) }))) as { events?: HistoryEvent[]; nextToken?: string };
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
    more = nextToken !== undefined;
  }
  return events;
}

function resultOf({ executionArn, status, startDate, stopDate, output, error, cause }: DescribeExecutionCommandOutput) {
  const seconds = startDate && stopDate ? (stopDate.getTime() - startDate.getTime()) / 1000 : 0;
  const why = status === "SUCCEEDED" ? undefined : rootCause({ ...(error && { Error: error }), ...(cause && { Cause: cause }) });
  return { executionArn, status: status as string, seconds, ...(output && { output: JSON.parse(output) as unknown }), ...(why ?? {}) };
}

function summaryOf({ status, seconds, error, cause }: ReturnType<typeof resultOf> & { error?: string; cause?: string }): string {
  const after = `${status.toLowerCase().replaceAll("_", " ")} after ${seconds.toFixed(1)} s`;
  return cause ? `${after}: ${error}: ${cause}` : after;
}

const marks = { done: "✓", skipped: "–", failed: "✗" };

export function textOf({ state, outcome, seconds, why }: Line): string {
  return `${seconds.toFixed(1).padStart(7)} s  ${marks[outcome]} ${state}${why ? `: ${why}` : ""}`;
}
