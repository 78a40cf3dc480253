/**
 * orchestrate: transitions (which are billed) and seconds of a run without work and of a full one, ours and the pattern of
 * plain-machine.ts, on the lab's Step Functions. Only the control flow is real: jobs are pauses (--job-seconds), and a crawl
 * has ended at the first look (--poll-seconds after its start).
 */
import { parseArgs } from "node:util";
import { FakeLake } from "../lab/services/stepfunctions/fake-lake";
import { plainMachine } from "./plain-machine";

interface Figures {
  idle_transitions: number;
  idle_seconds: number;
  full_transitions: number;
  full_seconds: number;
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const quickly = /^(decide|publish|watermark|crawl)/;

function lakeOf(pollSeconds: number, jobSeconds: number, rooms: number): FakeLake {
  const lake = new FakeLake(undefined, pollSeconds);
  lake.exports.set("temperature/a.csv", "1");
  lake.rooms = Array.from({ length: rooms }, (_, at) => `room${at}`);
  lake.before = (work) => (quickly.test(work) ? undefined : pause(jobSeconds));
  return lake;
}

/** States entered in all executions of all machines so far. */
async function transitions({ bench }: FakeLake): Promise<number> {
  const { stateMachines } = await bench.call("ListStateMachines", {});
  let count = 0;
  for (const { stateMachineArn } of stateMachines as { stateMachineArn: string }[]) {
    const { executions } = await bench.call("ListExecutions", { stateMachineArn, maxResults: 1000 });
    for (const { executionArn } of executions as { executionArn: string }[]) count += (await bench.path(executionArn)).length;
  }
  return count;
}

async function measured(lake: FakeLake, arn: string): Promise<{ transitions: number; seconds: number }> {
  const before = await transitions(lake);
  const began = performance.now();
  const { status, cause } = await lake.bench.run(arn);
  if (status !== "SUCCEEDED") throw new Error(`a run ended ${status}: ${cause}`);
  return { seconds: Number(((performance.now() - began) / 1000).toFixed(2)), transitions: (await transitions(lake)) - before };
}

/** A full run, then one with nothing new. */
async function figures(lake: FakeLake, arn: string): Promise<Figures> {
  const full = await measured(lake, arn);
  const idle = await measured(lake, arn);
  await lake.bench.close();
  return { idle_transitions: idle.transitions, idle_seconds: idle.seconds, full_transitions: full.transitions, full_seconds: full.seconds };
}

export async function run(argv: string[]): Promise<object> {
  const { values } = parseArgs({ args: argv, options: { rooms: { type: "string", default: "3" }, "job-seconds": { type: "string", default: "1" }, "poll-seconds": { type: "string", default: "1" } } });
  const args = { rooms: Number(values.rooms), job_seconds: Number(values["job-seconds"]), poll_seconds: Number(values["poll-seconds"]) };
  const fresh = (): FakeLake => lakeOf(args.poll_seconds, args.job_seconds, args.rooms);
  const lake = fresh();
  const ours = await figures(lake, await lake.pipeline());
  const other = fresh();
  const original = await figures(other, await other.bench.create("plain", plainMachine(args.poll_seconds, other.rooms)));
  const ratio = Object.fromEntries((Object.keys(ours) as (keyof Figures)[]).map((key) => [key, Number((original[key] / ours[key]).toFixed(2))]));
  return { bench: "orchestrate", args, ours, original, ratio };
}
