/**
 * Execution: one run of a machine on the interpreter. It turns the interpreter's events into AWS's, runs the tasks with
 * their time-outs, and stops the jobs of whatever is cut short.
 */
import { ExecutionAbortedError, type ExecutionError, ExecutionTimeoutError, StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import { type Definition, isDistributed, type MapState, scopes, type State, type Task } from "../../../components/state-machine/language";
import { bytesOf, type History, mostBytes, said } from "./history";
import type { Kept } from "./kept";
import { Lanes } from "./lanes";
import type { Given } from "./map-runs";
import { forInterpreter, longestSeconds, settling } from "./support";
import type { JsonObject } from "./tasks/json";
import type { Resources } from "./tasks/resources";
import { TaskFault } from "./tasks/task";
import { Told } from "./told";

export interface Ending {
  status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  output?: unknown;
  error?: string;
  cause?: string;
}

/** Runs a distributed Map to its end. */
export type RunMap = (state: MapState, given: Given, signal: AbortSignal, started: (mapRunArn: string) => void) => Promise<unknown>;

/** Milliseconds that a stopped task has to stop its job. */
const stopMs = 5000;

type Json = Parameters<StateMachine["run"]>[0];

export class Execution {
  readonly ended: Promise<Ending>;
  private readonly lanes: Lanes;
  private readonly told: Told;
  /** State name → the tasks of it that are running. */
  private readonly running = new Map<string, Set<AbortController>>();
  /** The same, as promises that end when a task and its job have. */
  private readonly working = new Set<Promise<unknown>>();
  private readonly run: ReturnType<StateMachine["run"]>;
  /** Set when something other than the machine itself ends it. */
  private cut: Ending | undefined;

  /**
   * @param kept what a redriven execution had done; `definition` and `input` are then those to go on with.
   * @param atOnce waits and pauses before a retry take no time.
   */
  constructor(definition: Definition, input: unknown, context: object, private readonly resources: Resources, private readonly history: History, private readonly runMap: RunMap, private readonly kept?: Kept, atOnce = false) {
    this.lanes = new Lanes(definition);
    const states = new Map(scopes(definition).flatMap((scope) => Object.entries(scope.States)));
    this.told = new Told(states, this.lanes, history, kept);
    const machine = new StateMachine(forInterpreter(definition) as unknown as StateMachineDefinition, { validationOptions: { noValidate: true } });
    const handlers = [...states].flatMap(([name, state]) =>
      state.Type === "Task" ? [[name, (given: unknown) => this.task(name, state, given)]] : state.Type === "Map" && isDistributed(state) ? [[name, (given: unknown) => this.map(name, state, given as Given)]] : []);
    this.run = machine.run(input as Json, {
      context: context as Record<string, never>,
      overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) as never, waitTimeOverrides: { ...(atOnce && none(states)), [settling]: 1 }, ...(atOnce && { retryIntervalOverrides: none(states) }) },
    });
    // The interpreter's own promise is read below; nobody else hears of it.
    const result = this.run.result.then((output): Ending => ({ status: "SUCCEEDED", output }), endingOf);
    this.ended = this.follow().then(async () => this.close(await result));
  }

  /** Stop it and the jobs it waits for. */
  stop(error?: string, cause?: string): void {
    this.end({ status: "ABORTED", ...(error && { error }), ...(cause && { cause }) });
  }

  private end(ending: Ending): void {
    this.cut ??= ending;
    this.run.abort();
  }

  private async follow(): Promise<void> {
    for await (const event of this.run.eventLogs) {
      const { failed, tooLong } = this.told.add(event);
      if (failed) this.stopWithin(failed);
      if (tooLong) this.end({ status: "FAILED", error: "States.DataLimitExceeded", cause: tooLongCause(`The state "${tooLong}"`) });
      if (this.history.full) this.end({ status: "FAILED", error: "States.Runtime", cause: "The execution reached the maximum number of history events (25000)." });
    }
  }

  private async close(result: Ending): Promise<Ending> {
    for (const tasks of this.running.values()) for (const task of tasks) task.abort();
    await Promise.race([Promise.allSettled(this.working), new Promise((resolve) => setTimeout(resolve, stopMs).unref())]);
    const ending = this.cut ?? result;
    const { status, output, error, cause } = ending;
    const why = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    if (status === "SUCCEEDED") this.history.add("ExecutionSucceeded", "", { executionSucceededEventDetails: said("output", output) });
    if (status === "FAILED") this.history.add("ExecutionFailed", "", { executionFailedEventDetails: why });
    if (status === "TIMED_OUT") this.history.add("ExecutionTimedOut", "", { executionTimedOutEventDetails: why });
    if (status === "ABORTED") this.history.add("ExecutionAborted", "", { executionAbortedEventDetails: why });
    return ending;
  }

  /** A branch or an iteration failed: the tasks beside it are given up. */
  private stopWithin(container: string): void {
    for (const [name, tasks] of this.running) if (this.lanes.within(name, container)) for (const task of tasks) task.abort();
  }

  private async task(name: string, state: Task, given: unknown): Promise<never> {
    const began = Date.now();
    // The events that led here come in first.
    await new Promise((resolve) => setImmediate(resolve));
    const integration = this.resources(state.Resource);
    if (!integration) throw new TaskFault("States.Runtime", `The lab does not have the resource ${state.Resource}.`, false, false);
    const lane = this.lanes.of(name, this.lanes.next(name)).own;
    const before = this.kept?.outcome(lane, name);
    if (before) {
      if ("fault" in before) throw before.fault;
      return before.result as never;
    }
    const kind = { resourceType: integration.resourceType, resource: integration.resource };
    this.history.add("TaskScheduled", lane, { taskScheduledEventDetails: { ...kind, region: "", parameters: JSON.stringify(given), ...(state.TimeoutSeconds && { timeoutInSeconds: state.TimeoutSeconds }) } });
    this.history.add("TaskStarted", lane, { taskStartedEventDetails: kind });
    let late = false;
    const told = {
      submitted: (output: unknown) => void this.history.add("TaskSubmitted", lane, { taskSubmittedEventDetails: { ...kind, ...said("output", output) } }),
      late: () => {
        late = true;
        this.history.add("TaskTimedOut", lane, { taskTimedOutEventDetails: { ...kind, error: "States.Timeout" } });
      },
    };
    try {
      const result = await this.bounded(name, began + (state.TimeoutSeconds ?? longestSeconds) * 1000, (signal) => integration.run(given as JsonObject, { signal, submitted: told.submitted }), told.late);
      if (bytesOf(result) > mostBytes) throw dataLimit(`The result of the state "${name}"`);
      this.history.add("TaskSucceeded", lane, { taskSucceededEventDetails: { ...kind, ...said("output", result) } });
      return result as never;
    } catch (fault) {
      // The interpreter's own timer raises States.Timeout.
      if (late) return new Promise<never>(() => undefined);
      const { name: error, message } = fault as Error;
      this.history.add("TaskFailed", lane, { taskFailedEventDetails: { ...kind, error, cause: message } });
      throw fault;
    }
  }

  /** A distributed Map is a task to the interpreter: support.ts. */
  private async map(name: string, state: MapState, given: Given): Promise<never> {
    await new Promise((resolve) => setImmediate(resolve));
    const lane = this.lanes.of(name, this.lanes.next(name)).own;
    try {
      const outputs = await this.bounded(name, Infinity, (signal) => this.runMap(state, given, signal, (mapRunArn) => void this.history.add("MapRunStarted", lane, { mapRunStartedEventDetails: { mapRunArn } })), () => undefined);
      this.history.add("MapRunSucceeded", lane);
      return outputs as never;
    } catch (fault) {
      const { name: error, message: cause } = fault as Error;
      this.history.add("MapRunFailed", lane, { mapRunFailedEventDetails: { error, cause } });
      this.told.mapFailed(name, lane);
      throw fault;
    }
  }

  /** Run it until then; what is still at work is stopped, just before the interpreter calls it too late. */
  private async bounded(name: string, until: number, run: (signal: AbortSignal) => Promise<unknown>, late: () => void): Promise<unknown> {
    const stop = new AbortController();
    const timer = setTimeout(() => { late(); stop.abort(); }, Math.min(until - Date.now() - 2, longestSeconds * 1000));
    this.running.set(name, (this.running.get(name) ?? new Set()).add(stop));
    const work = run(stop.signal);
    this.working.add(work);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.working.delete(work);
      this.running.get(name)?.delete(stop);
    }
  }
}

const none = (states: Map<string, State>): Record<string, number> => Object.fromEntries([...states.keys()].map((name) => [name, 0]));

function endingOf(fault: unknown): Ending {
  if (fault instanceof ExecutionTimeoutError) return { status: "TIMED_OUT" };
  if (fault instanceof ExecutionAbortedError) return { status: "ABORTED" };
  const { name, message } = ((fault as ExecutionError).cause ?? fault) as Error;
  return { status: "FAILED", error: name, cause: message };
}

const tooLongCause = (what: string): string => `${what} returned a result with a size exceeding the maximum number of bytes service limit.`;
/** Neither retried nor caught, as on AWS. */
const dataLimit = (what: string): TaskFault => new TaskFault("States.DataLimitExceeded", tooLongCause(what), false, false);
