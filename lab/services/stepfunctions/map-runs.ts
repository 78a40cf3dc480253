/**
 * Map runs: distributed Maps. Each item is an execution of its own, with a history of its own, listed under the run that it
 * belongs to (API_ListMapRuns, API_DescribeMapRun, ListExecutions by mapRunArn).
 */
import { randomUUID } from "node:crypto";
import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import type { Definition, MapState } from "../../../components/state-machine/language";
import { ApiFault } from "../../gateway/service";
import type { Store } from "../../store";
import { bytesOf, mostBytes } from "./history";
import type { JsonObject } from "./tasks/json";
import type { Resources } from "./tasks/resources";
import type { Described } from "./tasks/states";
import { TaskFault } from "./tasks/task";
import { inContext } from "./wording";

export interface MapRun {
  mapRunArn: string;
  executionArn: string;
  stateMachineArn: string;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  maxConcurrency: number;
  toleratedFailureCount: number;
  total: number;
  /** Milliseconds since 1970. */
  startDate: number;
  stopDate?: number;
}

/** The execution that a Map stands in. */
export interface Parent {
  executionArn: string;
  stateMachineArn: string;
  context: object;
}

/** What the state was handed over: its input, and where its items are. */
export interface Given {
  /** Name of the Map. */
  state: string;
  input: JsonObject;
  items?: unknown;
  reader?: JsonObject;
}

/** Executions of items. */
export interface Children {
  start(parent: Parent, label: string, mapRunArn: string, definition: Definition, input: unknown): Described;
  ended(executionArn: string): Promise<Described>;
  stop(executionArn: string, cause: string): Promise<unknown>;
  under(mapRunArn: string): Described[];
}

/** Executions at once where the Map does not say: Developer Guide, "Using Map state in Distributed mode". */
const mostAtOnce = 10_000;

export class MapRuns {
  constructor(private readonly kept: Store<MapRun>, private readonly resources: Resources, private readonly children: Children) {}

  /** Newest first. */
  of(executionArn: string): MapRun[] {
    return this.kept.entries().map(([, run]) => run).filter((run) => run.executionArn === executionArn).sort((one, other) => other.startDate - one.startDate);
  }

  get(mapRunArn: string): MapRun & { counts: Record<string, number> } {
    const run = this.kept.get(mapRunArn);
    if (!run) throw new ApiFault("ResourceNotFound", `Resource not found: '${mapRunArn}'`);
    const counts: Record<string, number> = {};
    for (const { status } of this.children.under(mapRunArn)) counts[status] = (counts[status] ?? 0) + 1;
    return { ...run, counts };
  }

  /** What ran when the lab broke off is over. */
  settleBroken(): void {
    for (const [arn, run] of this.kept.entries()) if (run.status === "RUNNING") this.kept.put(arn, { ...run, status: "ABORTED", stopDate: Date.now() });
  }

  /** Run one to its end; its result is the list of its items' outputs, in their order. */
  async run(parent: Parent, state: MapState, given: Given, signal: AbortSignal, started: (mapRunArn: string) => void): Promise<unknown[]> {
    const items = await this.itemsOf(state, given, signal);
    const inputs = await selected(state, items, given.input, parent.context);
    const run = this.opened(parent, state, inputs.length);
    started(run.mapRunArn);
    const end = (status: MapRun["status"]): void => this.kept.put(run.mapRunArn, { ...run, status, stopDate: Date.now() });
    try {
      const outputs = await this.all(parent, state, run, inputs, signal);
      if (bytesOf(outputs) > mostBytes) throw new TaskFault("States.DataLimitExceeded", "The results of the Map Run exceed the maximum number of bytes service limit; write them with ResultWriter.", false, false);
      end("SUCCEEDED");
      return outputs;
    } catch (fault) {
      end(signal.aborted ? "ABORTED" : "FAILED");
      throw fault;
    }
  }

  private async itemsOf({ ItemReader }: MapState, { state, items, reader }: Given, signal: AbortSignal): Promise<unknown[]> {
    const failed = (why: string): TaskFault => new TaskFault(ItemReader ? "States.ItemReaderFailed" : "States.Runtime", why);
    let found = items;
    if (ItemReader) {
      const get = this.resources("arn:aws:states:::aws-sdk:s3:getObject");
      if (!get) throw failed("there is nothing that reads from S3");
      const answer = await get.run(reader ?? {}, { state, signal, submitted: () => undefined }).catch((fault: Error) => { throw failed(fault.message); });
      try {
        found = JSON.parse(String((answer as { Body?: string }).Body)) as unknown;
      } catch {
        throw failed(`Attempting to map over the object ${String(reader?.Key)}, which is not JSON`);
      }
    }
    if (!Array.isArray(found)) throw failed("Attempting to map over non-iterable node.");
    return found;
  }

  private opened({ executionArn, stateMachineArn }: Parent, { Label, MaxConcurrency, ToleratedFailureCount = 0 }: MapState, total: number): MapRun {
    const mapRunArn = `${stateMachineArn.replace(":stateMachine:", ":mapRun:")}/${Label ?? randomUUID()}:${randomUUID()}`;
    const run: MapRun = { mapRunArn, executionArn, stateMachineArn, status: "RUNNING", maxConcurrency: MaxConcurrency, toleratedFailureCount: ToleratedFailureCount, total, startDate: Date.now() };
    this.kept.put(mapRunArn, run);
    return run;
  }

  /** So many at once; when more fail than may, the rest is stopped. */
  private async all(parent: Parent, { Label = "", MaxConcurrency, ItemProcessor }: MapState, { mapRunArn, toleratedFailureCount }: MapRun, inputs: unknown[], signal: AbortSignal): Promise<unknown[]> {
    const { StartAt, States } = ItemProcessor;
    const outputs: unknown[] = inputs.map(() => null);
    const running = new Set<string>();
    let failed = 0;
    let next = 0;
    const over = (): boolean => signal.aborted || failed > toleratedFailureCount;
    const stopRest = (): void => { for (const arn of running) void this.children.stop(arn, "The Map Run was stopped."); };
    signal.addEventListener("abort", stopRest, { once: true });
    const worker = async (): Promise<void> => {
      while (next < inputs.length && !over()) {
        const at = next++;
        const { executionArn } = this.children.start(parent, Label, mapRunArn, { StartAt, States }, inputs[at]);
        running.add(executionArn);
        const { status, output } = await this.children.ended(executionArn);
        running.delete(executionArn);
        if (status === "SUCCEEDED") outputs[at] = JSON.parse(output ?? "null");
        else if ((failed += 1) > toleratedFailureCount) stopRest();
      }
    };
    await Promise.all(Array.from({ length: Math.min(MaxConcurrency || mostAtOnce, inputs.length) }, worker));
    signal.removeEventListener("abort", stopRest);
    if (signal.aborted) throw new TaskFault("States.TaskFailed", "The Map Run was stopped.");
    if (failed > toleratedFailureCount) throw new TaskFault("States.ExceedToleratedFailureThreshold", "The specified tolerated failure threshold was exceeded");
    return outputs;
  }
}

/** The input of each item's execution: the item, or what ItemSelector makes of it, as the interpreter reads it. */
async function selected({ ItemSelector }: MapState, items: unknown[], input: object, context: object): Promise<unknown[]> {
  if (!ItemSelector || !items.length) return items;
  const Each = { Type: "Map", ItemsPath: "$.__items", ItemSelector: inContext(ItemSelector), ItemProcessor: { StartAt: "One", States: { One: { Type: "Pass", End: true } } }, End: true };
  const machine = new StateMachine({ StartAt: "Each", States: { Each } } as unknown as StateMachineDefinition, { validationOptions: { noValidate: true } });
  return (await machine.run({ ...input, __items: items } as never, { context: context as never }).result) as unknown[];
}
