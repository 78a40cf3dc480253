/** Broken: a run of the pipeline that breaks at a state of one of its machines, on a lake of maps. */
import type { SFNClient } from "@aws-sdk/client-sfn";
import { type Definition, scopes, type State } from "../../../components/state-machine/language";
import { type FakeLake, impatient } from "../../../lab/services/stepfunctions/fake-lake";
import { TaskFault } from "../../../lab/services/stepfunctions/tasks/task";
import { lakeOf } from "./orchestrated";

/** Refused; done, but the answer was lost; stopped by somebody while it was at it. */
export const ways = ["refused", "lost", "stopped"] as const;
export type Way = (typeof ways)[number];

/** Break a run at the tasks of this state, until `around` is set back. */
export async function breakAt(lake: FakeLake, state: string, way: Way, name: string): Promise<void> {
  const executionArn = `${(await lake.pipeline()).replace(":stateMachine:", ":execution:")}:${name}`;
  lake.around = async (at, work, { signal }) => {
    if (at === "Curate" && state === "Data Pipeline Failure") throw new TaskFault("States.TaskFailed", "Curate broke");
    if (at !== state) return work();
    if (way === "lost") await work();
    if (way !== "stopped") throw new TaskFault("States.TaskFailed", `${state} broke`);
    void lake.bench.call("StopExecution", { executionArn });
    await new Promise((resolve) => { signal.addEventListener("abort", resolve); });
    throw new TaskFault("States.TaskFailed", "stopped");
  };
}

/** A place to break: a state, the state of the pipeline that it works for, and the run that comes by. */
export interface Place {
  state: string;
  top: string;
  run: "with all work" | "of many rooms" | "of crawls only";
}

/** A lake whose next run, with that input, comes by this place. */
export async function lakeThrough({ run }: Place, seed: number): Promise<[FakeLake, input: object]> {
  const lake = lakeOf(seed, impatient, undefined, run === "of many rooms" ? 1 : 40);
  if (run !== "of crawls only") return [lake, {}];
  await lake.run();
  lake.work.length = 0;
  return [lake, { crawl: true, import: { s3: false, db: false } }];
}

/** Every Task of all machines, and every Map that reads its list by itself; and what comes after the work that few runs have. */
export async function placesOf(lake: FakeLake): Promise<Place[]> {
  const states = async (machine: string) => Object.entries((await definitionOf(lake, (await lake.pipeline()).replace(/pipeline$/, machine))).States);
  const place = (state: string, top: string): Place => ({ state, top, run: / Many$/.test(state) ? "of many rooms" : / Only$/.test(state) ? "of crawls only" : "with all work" });
  const all = (of: [string, State][], top?: string) => of.flatMap(([name, state]) => working({ StartAt: name, States: { [name]: state } }).map((each) => place(each, top ?? name)));
  return [
    ...all(await states("pipeline")), ...all(await states("crawl"), "Import"), ...all(await states("train"), "Train and Score"),
    { state: "Decide Lake", top: "Decide Lake", run: "of crawls only" }, { state: "Score", top: "Score", run: "of many rooms" },
  ];
}

const working = (definition: Definition): string[] =>
  scopes(definition).flatMap(({ States }) => Object.entries(States)).filter(([, state]) => state.Type === "Task" || (state.Type === "Map" && state.ItemReader)).map(([name]) => name);

export async function definitionOf(lake: FakeLake, stateMachineArn: string): Promise<Definition> {
  return JSON.parse(String((await lake.bench.call("DescribeStateMachine", { stateMachineArn })).definition)) as Definition;
}

/** Work that may be done twice: what the state was at, and what ran beside it and was cut short before it could be told. */
export function mayRepeat(top: string, way: Way): RegExp {
  if (top === "Import") return /^(crawl (history|external)|import_)/;
  if (top.startsWith("Train and Score")) return /^(train|transform) /;
  return way === "lost" ? ({ "Start LAKE_DATA Crawler": /^crawl lake$/, Curate: /^curate$/, Score: /^score$/ }[top] ?? /(?!)/) : /(?!)/;
}

/** Step Functions' client, as far as the commands ask it for executions. */
export const clientOf = ({ bench }: FakeLake): SFNClient =>
  ({ send: (command: { constructor: { name: string }; input: object }) => bench.call(command.constructor.name.replace(/Command$/, ""), command.input) }) as unknown as SFNClient;
