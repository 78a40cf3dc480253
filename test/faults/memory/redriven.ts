/** Redriven: an execution of the crawl or the train machine that breaks at a state and is redriven by Step Functions itself. */
import type { FakeLake } from "../../../lab/services/stepfunctions/fake-lake";
import { TaskFault } from "../../../lab/services/stepfunctions/tasks/task";
import { definitionOf } from "./broken";
import { lakeOf } from "./orchestrated";

export interface Break {
  machine: "crawl" | "train";
  state: string;
  way: "refused" | "stopped" | "late";
}

/** Seconds of a machine that is to be late: enough to come to any of its states. */
const lateSeconds = 3;
const ends = { refused: "FAILED", stopped: "ABORTED", late: "TIMED_OUT" };
const inputs = { crawl: { crawler: "lake" }, train: { room: "office", folder: "room_id=office", name: "lake-office-0123456789ab" } };
const waits = ({ state }: Break): boolean => state.startsWith("Wait");

/** Every way to break at every state that may take its time. */
export async function breaks(lake: FakeLake): Promise<Break[]> {
  const of = async (machine: Break["machine"]): Promise<Break[]> => {
    const { States } = await definitionOf(lake, (await lake.pipeline()).replace(/pipeline$/, machine));
    return Object.entries(States).flatMap(([state, { Type }]) => ({ Task: ["refused", "stopped", "late"] as const, Wait: ["stopped"] as const }[Type as string] ?? []).map((way) => ({ machine, state, way })));
  };
  return [...(await of("crawl")), ...(await of("train"))];
}

/** What is not as it should be after the redrive. */
export async function wrongAfterRedrive(broken: Break, seed: number): Promise<string[]> {
  const { machine, state, way } = broken;
  // A crawl that is seen at work at the first look, where that is what it is about.
  const lake = lakeOf(seed, way === "late" ? (definition) => ({ ...definition, TimeoutSeconds: lateSeconds }) : undefined, waits(broken) ? { crawl: 1.5, first: 1, poll: 1 } : undefined);
  const stateMachineArn = (await lake.pipeline()).replace(/pipeline$/, machine);
  const executionArn = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:broken`;
  breakAt(lake, broken, executionArn);
  const ended = lake.bench.run(stateMachineArn, inputs[machine], "broken");
  if (waits(broken)) await stopIn(lake, executionArn, state);
  const { status, error } = await ended;
  lake.around = (_, work) => work();
  const before = await lake.bench.path(executionArn);
  await lake.bench.call("RedriveExecution", { executionArn });
  const redriven = await lake.bench.service.machinesForTasks.ended(executionArn);
  const after = (await lake.bench.path(executionArn)).slice(before.length);
  // Where a failure was caught, Fail was entered and not left: the redrive goes on there, and fails as before.
  const good = way === "refused" ? redriven.error === error && !after.length : redriven.status === "SUCCEEDED" && !after.includes(state);
  const twice = lake.work.filter((name, at) => lake.work.indexOf(name) !== at);
  await lake.bench.close();
  return [
    ...(status === ends[way] && before.includes(state) ? [] : [`ended ${status} by ${before.join(", ")}`]),
    ...(good ? [] : [`redriven ${redriven.status} ${redriven.error} by ${after.join(", ")}`]),
    ...(twice.length ? [`did ${twice.join(", ")} again`] : []),
  ].map((what) => `${machine}, ${state}, ${way}: ${what}`);
}

/** Once the crawler is somebody else's, where that leads to the state. */
function breakAt(lake: FakeLake, { state, way }: Break, executionArn: string): void {
  let elsewhere = state === "Wait For Other Crawl";
  lake.around = async (at, work, { signal }) => {
    const taken = at === "Start Crawler" && elsewhere;
    if (taken) elsewhere = false;
    if (taken) throw new TaskFault("Glue.CrawlerRunningException", "Crawler with name lake has already started");
    if (at !== state) return work();
    if (way === "refused") throw new TaskFault("States.TaskFailed", `${state} broke`);
    if (way === "stopped") void lake.bench.call("StopExecution", { executionArn });
    await new Promise((resolve) => { signal.addEventListener("abort", resolve); });
    throw new TaskFault("States.TaskFailed", "stopped");
  };
}

/** Stop it as soon as it waits there. */
async function stopIn({ bench }: FakeLake, executionArn: string, state: string): Promise<void> {
  for (let look = 0; look < 500 && !(await bench.path(executionArn)).includes(state); look++) await new Promise((resolve) => setTimeout(resolve, 20));
  await bench.call("StopExecution", { executionArn });
}
