/** Executions: the runs of a stack's pipeline, in the lab or on AWS, as the commands about runs see them. */
import {
  DescribeExecutionCommand, type DescribeExecutionCommandOutput, type ExecutionListItem, ListExecutionsCommand, SFNClient,
} from "@aws-sdk/client-sfn";
import type { Command } from "commander";
import { type Cause, rootCause } from "../../functions/publish/cause";
import { labStack, stackOutputs } from "../engine/outputs";
import { attach } from "../home";
import { CliError } from "./error";

export interface Where {
  stack: string;
  stateMachine?: string;
}

/** A machine, and a client that reaches it. */
export interface Reached {
  sfn: Pick<SFNClient, "send">;
  stateMachineArn: string;
  /** Milliseconds between two looks at a running execution. */
  lookMs: number;
  /** What a person adds to a command to mean the same machine. */
  flags: string;
}

export const withMachine = (command: Command): Command => command
  .option("--stack <stack>", "stack whose pipeline is meant", labStack)
  .option("--state-machine <arn>", "the state machine itself, instead of the stack's");

export async function reach({ stack, stateMachine }: Where): Promise<Reached> {
  const inLab = stack === labStack;
  const sfn = new SFNClient(inLab ? attach().client() : regionOf(stateMachine));
  const flags = `${inLab ? "" : ` --stack ${stack}`}${stateMachine ? ` --state-machine ${stateMachine}` : ""}`;
  return { sfn, stateMachineArn: stateMachine ?? (await arnOf(stack)), lookMs: inLab ? 250 : 2000, flags };
}

/** The machine's own region, when the environment names none. */
const regionOf = (arn = ""): { region?: string } => {
  const region = arn.split(":")[3];
  return region ? { region } : {};
};

async function arnOf(stack: string): Promise<string> {
  const { stateMachine } = await stackOutputs(stack);
  if (typeof stateMachine !== "string") throw new CliError(`The stack ${stack} exports no stateMachine; name it with --state-machine ARN.`);
  return stateMachine;
}

/** What the service refuses, as one line. */
export async function told<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (fault) {
    const { name, message } = fault as Error;
    if (fault instanceof CliError) throw fault;
    const login = /^(CredentialsProviderError|ExpiredToken|UnrecognizedClient|AccessDenied)/.test(name) ? "; set credentials of the stack's account" : "";
    throw new CliError(`${name}: ${message.replace(/[\p{Cc}\p{Cf}]+/gu, " ")}${login}`);
  }
}

/** Newest first, at most `limit`. */
export async function newest({ sfn, stateMachineArn }: Reached, limit: number): Promise<ExecutionListItem[]> {
  const found: ExecutionListItem[] = [];
  for (let nextToken: string | undefined, more = true; more && found.length < limit;) {
    const page = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: Math.min(limit, 1000), ...(nextToken && { nextToken }) }));
    found.push(...(page.executions ?? []));
    nextToken = page.nextToken;
    more = nextToken !== undefined;
  }
  return found.slice(0, limit);
}

export const describe = ({ sfn }: Pick<Reached, "sfn">, executionArn: string): Promise<DescribeExecutionCommandOutput> =>
  sfn.send(new DescribeExecutionCommand({ executionArn }));

/** The execution of that name; it is told when there is none. */
export async function named(reached: Reached, name: string): Promise<DescribeExecutionCommandOutput> {
  const arn = name.startsWith("arn:") ? name : `${reached.stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
  try {
    return await describe(reached, arn);
  } catch (fault) {
    if ((fault as Error).name !== "ExecutionDoesNotExist") throw fault;
    throw new CliError(`There is no run ${name}; see sensorlake history${reached.flags}`);
  }
}

export interface Result extends Partial<Cause> {
  executionArn: string;
  name: string;
  status: string;
  started: string;
  /** Until its end, or until now. */
  seconds: number;
  output?: unknown;
}

export function resultOf({ executionArn = "", name = "", status, startDate, stopDate, output, error, cause }: Partial<DescribeExecutionCommandOutput>, now = new Date()): Result {
  const seconds = startDate ? ((stopDate ?? now).getTime() - startDate.getTime()) / 1000 : 0;
  const bad = status !== "SUCCEEDED" && status !== "RUNNING" && (error !== undefined || cause !== undefined);
  const why = bad ? rootCause({ ...(error && { Error: error }), ...(cause && { Cause: cause }) }) : {};
  return { executionArn, name, status: String(status), started: startDate?.toISOString() ?? "", seconds, ...(output && { output: JSON.parse(output) as unknown }), ...why };
}

export function summaryOf({ status, seconds, error, cause }: Result): string {
  const after = `${status.toLowerCase().replaceAll("_", " ")} ${status === "RUNNING" ? "for" : "after"} ${seconds.toFixed(1)} s`;
  return cause ? `${after}: ${error}: ${cause}` : after;
}

/** What a run says of itself in one phrase: its failure, why it left, or what was due. */
export function phraseOf({ error, cause, output }: Result): string {
  if (cause) return `${error}: ${cause}`;
  const { reason } = (typeof output === "object" && output !== null ? output : {}) as { reason?: unknown };
  return typeof reason === "string" ? reason : "";
}
