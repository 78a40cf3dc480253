/**
 * Execution: one run of a machine on the interpreter. It turns the interpreter's events into AWS's, runs the tasks with
 * their time-outs, and stops the jobs of whatever is cut short.
 */
import { ExecutionAbortedError, type ExecutionError, ExecutionTimeoutError, StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import { type Definition, isDistributed, type MapState, scopes, type State, type Task } from "../../../components/state-machine/language";
import { bytesOf, failedIn, type History, mostBytes, said, tooLong } from "./history";
import type { Kept } from "./kept";
import { Lanes } from "./lanes";
import type { Given } from "./map-items";
import type { Began } from "./map-run";
import { longestSeconds } from "./support";
import { TaskEvents } from "./task-events";
import type { JsonObject } from "./tasks/json";
import type { Resources } from "./tasks/resources";
import { TaskFault } from "./tasks/task";
import { Told } from "./told";
import { forInterpreter, settling } from "./wording";

export interface Ending {
  status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  output?: unknown;
  error?: string;
  cause?: string;
}

/** The context object of an execution; `Lab` has what the interpreter would make up: wording.ts. */
export interface RunContext {
  Execution: { Id: string; Name: string; RoleArn: string; RedriveCount: number };
  StateMachine: { Id: string; Name: string };
  Lab: { Input: unknown; StartTime: string };
}

/** Runs a distributed Map to its end, or the one that is named goes on. */
export type RunMap = (state: MapState, given: Given, signal: AbortSignal, began: Began, before?: string) => Promise<unknown>;

/** Milliseconds that a stopped task has to stop its job. */
const stopMs = 5000;

type Json = Parameters<StateMachine["run"]>[0];

export class Execution {
  readonly ended: Promise<Ending>;
  private readonly lanes: Lanes;
  private readonly region: string;
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
  constructor(definition: Definition, input: unknown, context: RunContext, private readonly resources: Resources, private readonly history: History, private readonly runMap: RunMap, private readonly kept?: Kept, atOnce = false) {
    this.lanes = new Lanes(definition);
    this.region = context.StateMachine.Id.split(":")[3] ?? "";
    const states = new Map(scopes(definition).flatMap((scope) => Object.entries(scope.States)));
    this.told = new Told(states, this.lanes, history, kept);
    const machine = new StateMachine(forInterpreter(definition) as unknown as StateMachineDefinition, { validationOptions: { noValidate: true } });
    const handlers = [...states].flatMap(([name, state]) =>
      state.Type === "Task" ? [[name, (given: unknown) => this.task(name, state, given)]] : state.Type === "Map" && isDistributed(state) ? [[name, (given: unknown) => this.map(name, state, given as Omit<Given, "state">)]] : []);
    this.run = machine.run(input as Json, {
      context: context as unknown as Record<string, never>,
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
      // What ended it from outside was its end.
      if (this.cut) continue;
      const { failed, tooLong: large } = this.told.add(event);
      if (failed) this.stopWithin(failed);
      if (large) this.end({ status: "FAILED", error: "States.DataLimitExceeded", cause: tooLong(large) });
      if (this.history.full) this.end({ status: "FAILED", error: "States.Runtime", cause: "The execution reached the maximum number of history events (25000)." });
    }
  }

  private async close(result: Ending): Promise<Ending> {
    for (const tasks of this.running.values()) for (const task of tasks) task.abort();
    await Promise.race([Promise.allSettled(this.working), new Promise((resolve) => setTimeout(resolve, stopMs).unref())]);
    const ending = this.cut ?? this.explained(result);
    const { status, output, error, cause } = ending;
    const why = failedIn(error, cause);
    if (status === "SUCCEEDED") this.history.add("ExecutionSucceeded", "", { executionSucceededEventDetails: said("output", output) });
    if (status === "FAILED") this.history.add("ExecutionFailed", "", { executionFailedEventDetails: why });
    if (status === "TIMED_OUT") this.history.add("ExecutionTimedOut", "", { executionTimedOutEventDetails: why }, { after: 0 });
    if (status === "ABORTED") this.history.add("ExecutionAborted", "", { executionAbortedEventDetails: why }, { after: 0 });
    return { status, ...(output !== undefined && { output }), ...why };
  }

  /** A failure of the machine itself says at which state, as AWS does. */
  private explained(ending: Ending): Ending {
    const { stuck } = this.told;
    if (ending.status !== "FAILED" || !stuck || !/^States\.(Runtime|NoChoiceMatched|ResultPathMatchFailure|IntrinsicFailure)$/.test(ending.error ?? "")) return ending;
    const what = ending.cause === ending.error ? "Failed to transition out of the state." : ending.cause;
    return { ...ending, cause: `An error occurred while executing the state '${stuck.name}' (entered at the event id #${stuck.id}). ${what}` };
  }

  /** A branch or an iteration failed: the tasks beside it are given up. */
  private stopWithin(container: string): void {
    for (const [name, tasks] of this.running) if (this.lanes.within(name, container)) for (const task of tasks) task.abort();
  }

  private async task(name: string, state: Task, given: unknown): Promise<never> {
    const began = Date.now();
    await this.caughtUp();
    const integration = this.resources(state.Resource);
    if (!integration) throw new TaskFault("States.Runtime", `The lab does not have the resource ${state.Resource}.`, false, false);
    const lane = this.lanes.of(name, this.lanes.next(name)).own;
    const before = this.kept?.outcome(lane, name);
    if (before) {
      if ("fault" in before) throw before.fault;
      return before.result as never;
    }
    if (bytesOf(given) > mostBytes) throw new TaskFault("States.DataLimitExceeded", tooLong(name), false, false);
    const events = new TaskEvents(this.history, lane, integration, this.region);
    events.began(given, state.TimeoutSeconds);
    const ends = { late: false, stopped: false };
    try {
      const until = began + (state.TimeoutSeconds ?? longestSeconds) * 1000;
      const result = await this.bounded(name, until, (signal) => integration.run(given as JsonObject, { state: name, signal, submitted: (output) => events.submitted(output) }), ends);
      // Caught like any other failure, whatever the guide says of terminal errors; but asking again would answer as much again.
      if (bytesOf(result) > mostBytes) throw new TaskFault("States.DataLimitExceeded", tooLong(integration.resource.startsWith("arn:") ? integration.resource : integration.resourceType), false);
      events.succeeded(result);
      return result as never;
    } catch (fault) {
      if (ends.late) {
        events.timedOut();
        // Only the interpreter's own timer is no failure to its wildcard for tasks.
        if (JSON.stringify([state.Retry, state.Catch]).includes('"States.TaskFailed"')) return new Promise<never>(() => undefined);
        throw new TaskFault("States.Timeout", "");
      }
      const { name: error, message } = fault as Error;
      if (!ends.stopped) events.failed(error, message);
      throw fault;
    }
  }

  /** The events that led to a task come in before it begins; one that ended the execution keeps it from beginning. */
  private async caughtUp(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.cut) await new Promise<never>(() => undefined);
  }

  /** A distributed Map is a task to the interpreter: support.ts. */
  private async map(name: string, state: MapState, given: Omit<Given, "state">): Promise<never> {
    await this.caughtUp();
    const lane = this.lanes.of(name, this.lanes.next(name)).own;
    const ends = { late: false, stopped: false };
    const before = this.kept?.mapRun(lane, name);
    try {
      const outputs = await this.bounded(name, Infinity, (signal) => this.runMap(state, { ...given, state: name }, signal, (...began) => this.told.mapRunBegan(name, lane, ...began), before), ends);
      this.told.mapRunSucceeded(name, lane);
      return outputs as never;
    } catch (fault) {
      const { name: error, message } = fault as Error;
      if (!ends.stopped) this.history.add("MapRunFailed", lane, { mapRunFailedEventDetails: failedIn(error, message) });
      throw fault;
    }
  }

  /** Run it until then; what is still at work is stopped. */
  private async bounded(name: string, until: number, run: (signal: AbortSignal) => Promise<unknown>, ends: { late: boolean; stopped: boolean }): Promise<unknown> {
    const stop = new AbortController();
    this.running.set(name, (this.running.get(name) ?? new Set()).add(stop));
    const work = run(stop.signal);
    this.working.add(work);
    // A job that is stopped takes a while to end; what waits for it does not.
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => { ends.late = true; stop.abort(); reject(new Error("late")); }, Math.min(until - Date.now(), longestSeconds * 1000));
      work.catch(() => undefined).finally(() => { clearTimeout(timer); this.working.delete(work); }).catch(() => undefined);
    });
    stop.signal.addEventListener("abort", () => { ends.stopped = !ends.late; });
    try {
      return await Promise.race([work, late]);
    } finally {
      this.running.get(name)?.delete(stop);
    }
  }
}

const none = (states: Map<string, State>): Record<string, number> => Object.fromEntries([...states.keys()].map((name) => [name, 0]));

function endingOf(fault: unknown): Ending {
  if (fault instanceof ExecutionTimeoutError) return { status: "TIMED_OUT" };
  if (fault instanceof ExecutionAbortedError) return { status: "ABORTED" };
  const { name, message } = ((fault as ExecutionError).cause ?? fault) as Error;
  return { status: "FAILED", error: name, cause: name === "States.Timeout" && message === name ? "" : message };
}
