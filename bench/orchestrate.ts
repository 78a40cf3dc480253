/**
 * orchestrate: transitions (which are billed) and seconds of a run without work and of a full one, ours and the pattern of
 * plain-machine.ts, on the lab's Step Functions. Only the control flow is real: jobs are pauses (--job-seconds), and a crawl
 * takes --crawl-seconds. All of these, and the waits of both machines, pass --faster times as fast.
 *
 * The plain pattern looks every --poll-seconds: public pipelines wait 5, 10, 15, 30 or 60 s between two looks; 10 is the middle of
 * them. Ours looks first after as long as a crawl takes, then as often. `at_first_look` is the same with crawls that have ended
 * at the first look of either: there no look is wasted, and what is left is what deciding, telling and nesting cost.
 */
import { parseArgs } from "node:util";
import { FakeLake } from "../lab/services/stepfunctions/fake-lake";
import { plainMachine } from "./plain-machine";

interface Figures {
  idle_transitions: number;
  idle_seconds: number;
  full_transitions: number;
  full_seconds: number;
  /** Executions that were started for it, nested ones too. */
  full_executions: number;
}

/** Seconds as the lab lets them pass. */
interface Times {
  crawl: number;
  poll: number;
  job: number;
}

const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const quickly = /^(decide|publish|watermark|crawl)/;

function lakeOf({ crawl, poll, job }: Times, rooms: number): FakeLake {
  // A little after the crawl has ended: the clock of neither is the other's.
  const lake = new FakeLake(undefined, { crawl, first: crawl * 1.02, poll });
  lake.exports.set("temperature/a.csv", "1");
  lake.rooms = Array.from({ length: rooms }, (_, at) => `room${at}`);
  lake.before = (work) => (quickly.test(work) ? undefined : pause(job));
  return lake;
}

interface Count {
  transitions: number;
  executions: number;
}

/**
 * States entered in all executions of all machines so far: "each time a step of your workflow is executed" (AWS Step Functions
 * pricing). The executions are told beside them, for who counts their starts and ends, too.
 */
async function counted({ bench }: FakeLake): Promise<Count> {
  const { stateMachines } = await bench.call("ListStateMachines", {});
  const count = { transitions: 0, executions: 0 };
  for (const { stateMachineArn } of stateMachines as { stateMachineArn: string }[]) {
    const { executions } = await bench.call("ListExecutions", { stateMachineArn, maxResults: 1000 });
    count.executions += (executions as object[]).length;
    for (const { executionArn } of executions as { executionArn: string }[]) count.transitions += (await bench.path(executionArn)).length;
  }
  return count;
}

async function measured(lake: FakeLake, arn: string, faster: number): Promise<Count & { seconds: number }> {
  const before = await counted(lake);
  const began = performance.now();
  const { status, cause } = await lake.bench.run(arn);
  const seconds = Number((((performance.now() - began) / 1000) * faster).toFixed(3));
  if (status !== "SUCCEEDED") throw new Error(`a run ended ${status}: ${cause}`);
  const after = await counted(lake);
  return { seconds, transitions: after.transitions - before.transitions, executions: after.executions - before.executions };
}

/** A full run, then one with nothing new. Where that waits for nothing its seconds are the lab's own, and pass no faster. */
async function figures(lake: FakeLake, arn: string, faster: number, waits: boolean): Promise<Figures> {
  const full = await measured(lake, arn, faster);
  const idle = await measured(lake, arn, waits ? faster : 1);
  await lake.bench.close();
  return {
    idle_transitions: idle.transitions, idle_seconds: idle.seconds, full_transitions: full.transitions, full_seconds: full.seconds, full_executions: full.executions,
  };
}

async function compared(times: Times, rooms: number, faster: number): Promise<{ ours: Figures; original: Figures; ratio: Record<string, number> }> {
  const [mine, other] = [lakeOf(times, rooms), lakeOf(times, rooms)];
  const ours = await figures(mine, await mine.pipeline(), faster, false);
  const original = await figures(other, await other.bench.create("plain", plainMachine(times.poll, other.rooms)), faster, true);
  const ratio = Object.fromEntries((Object.keys(ours) as (keyof Figures)[]).map((key) => [key, Number((original[key] / ours[key]).toFixed(2))]));
  return { ours, original, ratio };
}

const option = (value: string) => ({ type: "string", default: value }) as const;

export async function run(argv: string[]): Promise<object> {
  const { values } = parseArgs({ args: argv, options: { rooms: option("3"), "crawl-seconds": option("60"), "poll-seconds": option("10"), "job-seconds": option("60"), faster: option("20") } });
  const args = { rooms: Number(values.rooms), crawl_seconds: Number(values["crawl-seconds"]), poll_seconds: Number(values["poll-seconds"]), job_seconds: Number(values["job-seconds"]), faster: Number(values.faster) };
  const times: Times = { crawl: args.crawl_seconds / args.faster, poll: args.poll_seconds / args.faster, job: args.job_seconds / args.faster };
  const { ratio, ...both } = await compared(times, args.rooms, args.faster);
  const quick = await compared({ ...times, crawl: 0, job: 0 }, args.rooms, args.faster);
  return { bench: "orchestrate", args, ...both, ratio, at_first_look: { ours: quick.ours.full_transitions, original: quick.original.full_transitions } };
}
