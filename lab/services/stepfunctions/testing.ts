/** Testing: machines run on fake resources, in a lab that is a folder. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Definition } from "../../../components/state-machine/language";
import type { HistoryEvent } from "./history";
import { Lab, portsFrom } from "../../lab";
import { StepFunctionsService } from "../stepfunctions";
import type { LogGroups } from "./run-log";
import type { JsonObject } from "./tasks/json";
import { type Machines, statesTasks } from "./tasks/states";
import type { Bus } from "../events/event";
import type { Resources } from "./tasks/resources";
import type { Running } from "./tasks/task";

/** Every put of a store is synced, which takes a disk milliseconds and this folder none. */
const quick = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** What a fake resource does; it may answer, throw, or look at its signal. */
export type Fake = (parameters: JsonObject, task: Running) => unknown;

/** Around the work of every task, nested machines included: the name of its state, and the work. */
export type AroundTask = (state: string, work: () => Promise<unknown>, task: Running) => Promise<unknown>;

export interface BenchSettings {
  home?: string;
  /** Waits and pauses before a retry take no time. */
  atOnce?: boolean;
  around?: AroundTask;
  bus?: Bus;
  groups?: LogGroups;
}

export interface Bench {
  create(name: string, definition: Definition | object): Promise<string>;
  /** Run to the end. */
  run(arn: string, input?: object, name?: string): Promise<{ status: string; output?: JsonObject; error?: string; cause?: string; arn: string }>;
  call(action: string, input: object): Promise<JsonObject>;
  events(arn: string): Promise<HistoryEvent[]>;
  /** Names of the states that were entered, in order. */
  path(arn: string): Promise<string[]>;
  service: StepFunctionsService;
  lab: Lab;
  close(): Promise<void>;
}

/** Fakes by the last part of their Resource: `lambda:invoke`, `glue:startJobRun.sync`, `aws-sdk:glue:getCrawler`, … Nested machines are real. */
export function bench(fakes: Record<string, Fake>, { home = mkdtempSync(join(quick, "states-")), atOnce = false, around = (_, work) => work(), bus, groups }: BenchSettings = {}): Bench {
  const tools = { python: "", java: "", javaHome: "", jars: "", sitePackages: "" };
  const lab = new Lab(home, portsFrom(20600), tools, () => undefined, { accessKeyId: "a", secretAccessKey: "b" });
  const call = async (action: string, input: object): Promise<JsonObject> => {
    const request = { service: "states", action, method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: Buffer.from(JSON.stringify(input)) };
    return ((await service.handle(request)).body ?? {}) as JsonObject;
  };
  const machines: Machines = {
    // Machines of a plan name each other in the plan's account.
    start: (arn, input, name) => service.machinesForTasks.start(arn.replace(/:\d{12}:/, `:${lab.account}:`), input, name),
    ended: (arn) => service.machinesForTasks.ended(arn),
    stop: (arn, cause) => service.machinesForTasks.stop(arn, cause),
  };
  const nested = new Map(statesTasks(machines).map((each) => [`${each.resourceType}:${each.resource}`, each]));
  const tasks: Resources = (resource) => {
    const name = resource.replace("arn:aws:states:::", "");
    const fake = fakes[name];
    const at = name.lastIndexOf(":");
    const [resourceType, own] = name.startsWith("arn:aws:lambda:") ? ["lambda", name] : [name.slice(0, at), name.slice(at + 1)];
    const found = fake ? { resourceType, resource: own, run: async (parameters: JsonObject, task: Running) => fake(parameters, task) } : nested.get(name);
    return found && { ...found, run: (parameters, task) => around(task.state, () => found.run(parameters, task), task) };
  };
  const service = new StepFunctionsService(lab, { tasks, atOnce, ...(bus && { bus }), ...(groups && { groups }) });
  return {
    lab, service, call,
    create: async (name, definition) => (await call("CreateStateMachine", { name, definition: JSON.stringify(definition), roleArn: "arn:aws:iam::000000000000:role/test" })).stateMachineArn as string,
    async run(stateMachineArn, input = {}, name) {
      const { executionArn } = await call("StartExecution", { stateMachineArn, input: JSON.stringify(input), ...(name && { name }) });
      const { status, output, error, cause } = await service.machinesForTasks.ended(executionArn as string);
      return { status, arn: executionArn as string, ...(output !== undefined && { output: JSON.parse(output) as JsonObject }), ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    },
    events: async (executionArn) => (await call("GetExecutionHistory", { executionArn, maxResults: 1000 })).events as HistoryEvent[],
    path: async (executionArn) => {
      const { events } = await call("GetExecutionHistory", { executionArn, maxResults: 1000 });
      return (events as HistoryEvent[]).filter(({ type }) => type.endsWith("StateEntered")).map((event) => (event.stateEnteredEventDetails as { name: string }).name);
    },
    async close() {
      await service.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
