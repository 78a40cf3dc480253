/**
 * Map runs: distributed Maps. Each item is an execution of its own, with a history of its own, listed under the run that it
 * belongs to (API_ListMapRuns, API_DescribeMapRun, ListExecutions by mapRunArn). Developer Guide, "Redriving Map Runs in Step Functions
 * executions": a redrive of the parent goes on with the same run: what succeeded stays, what did not is redriven, the rest is started.
 */
import { randomUUID } from "node:crypto";
import type { MapState } from "../../../components/state-machine/language";
import { ApiFault } from "../../gateway/service";
import type { Store } from "../../store";
import { bytesOf, mostBytes } from "./history";
import { type Given, inputsOf } from "./map-items";
import type { Began, Children, MapRun, Parent } from "./map-run";
import type { Resources } from "./tasks/resources";
import type { Described } from "./tasks/states";
import { TaskFault } from "./tasks/task";

/** Redrives of one Map Run; and what it failed of, for which a new one is started. */
const mostRedrives = 1000;
const begunAnew = /^States\.(DataLimitExceeded|Runtime)$/;

const unsuccessful = /^(FAILED|TIMED_OUT|ABORTED)$/;

/** Executions at once where the Map does not say: Developer Guide, "Using Map state in Distributed mode". */
const mostAtOnce = 10_000;

export class MapRuns {
  /** @param inputs of runs that did not succeed, for their redrive. */
  constructor(private readonly kept: Store<MapRun>, private readonly inputs: Store<unknown[]>, private readonly resources: Resources, private readonly children: Children) {}

  /** Newest first. */
  of(executionArn: string): MapRun[] {
    return this.kept.entries().map(([, run]) => run).filter((run) => run.executionArn === executionArn).sort((one, other) => other.startDate - one.startDate);
  }

  /** Executions by their status; those that can't be redriven are counted beside that. */
  get(mapRunArn: string): MapRun & { counts: Record<string, number>; notRedrivable: number } {
    const run = this.kept.get(mapRunArn);
    if (!run) throw new ApiFault("ResourceNotFound", `Resource not found: '${mapRunArn}'`);
    const counts: Record<string, number> = {};
    const children = this.children.under(mapRunArn);
    for (const child of children) counts[this.statusOf(child)] = (counts[this.statusOf(child)] ?? 0) + 1;
    const notRedrivable = children.filter((child) => unsuccessful.test(child.status) && !this.children.redrivable(child)).length;
    return { ...run, counts, notRedrivable };
  }

  /** One that did not succeed waits for its redrive while its run is being redriven. */
  statusOf(child: Described): string {
    const { status: running, redriveDate } = this.kept.get(child.mapRunArn ?? "") ?? {};
    const waits = running === "RUNNING" && redriveDate !== undefined && unsuccessful.test(child.status) && (child.redriveDate ?? 0) < redriveDate && this.children.redrivable(child);
    return waits ? "PENDING_REDRIVE" : child.status;
  }

  /** What ran when the lab broke off is over. */
  settleBroken(): void {
    for (const [arn, run] of this.kept.entries()) if (run.status === "RUNNING") this.kept.put(arn, { ...run, status: "ABORTED", stopDate: Date.now() });
  }

  /**
   * Run one to its end; its result is the list of its items' outputs, in their order.
   * @param before the run that a redriven parent had begun and not ended well.
   */
  async run(parent: Parent, state: MapState, given: Given, signal: AbortSignal, began: Began, before?: string): Promise<unknown[]> {
    const { run, inputs } = this.again(before) ?? await this.begun(parent, state, given, signal);
    began(run.mapRunArn, run.redriveCount);
    const end = (status: MapRun["status"], error?: string): void => this.kept.put(run.mapRunArn, { ...run, status, stopDate: Date.now(), ...(error && { error }) });
    try {
      const outputs = await this.all(parent, state, run, inputs, signal);
      if (bytesOf(outputs) > mostBytes) throw new TaskFault("States.DataLimitExceeded", "The results of the Map Run exceed the maximum number of bytes service limit; write them with ResultWriter.", false, false);
      end("SUCCEEDED");
      this.inputs.delete(run.mapRunArn);
      return outputs;
    } catch (fault) {
      end(signal.aborted ? "ABORTED" : "FAILED", (fault as Error).name);
      throw fault;
    }
  }

  private again(before: string | undefined): { run: MapRun; inputs: unknown[] } | undefined {
    const old = this.kept.get(before ?? "");
    const inputs = this.inputs.get(before ?? "");
    if (!old || !inputs || begunAnew.test(old.error ?? "")) return undefined;
    const redriveCount = (old.redriveCount ?? 0) + 1;
    if (redriveCount > mostRedrives) throw new TaskFault("States.Runtime", `The Map Run was redriven ${mostRedrives} times, which is the most there can be.`, false, false);
    const run: MapRun = { ...old, status: "RUNNING", redriveCount, redriveDate: Date.now() };
    for (const over of ["stopDate", "error"] as const) delete run[over];
    this.kept.put(run.mapRunArn, run);
    return { run, inputs };
  }

  private async begun(parent: Parent, state: MapState, given: Given, signal: AbortSignal): Promise<{ run: MapRun; inputs: unknown[] }> {
    const inputs = await inputsOf(state, given, parent.context, this.resources, signal);
    const run = this.opened(parent, state, inputs.length);
    this.inputs.put(run.mapRunArn, inputs);
    return { run, inputs };
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
    const before = new Map(this.children.under(mapRunArn).map((child) => [child.item, child]));
    const running = new Set<string>();
    let failed = 0;
    let next = 0;
    const over = (): boolean => signal.aborted || failed > toleratedFailureCount;
    const stopRest = (): void => { for (const arn of running) void this.children.stop(arn, "The Map Run was stopped."); };
    signal.addEventListener("abort", stopRest, { once: true });
    const worker = async (): Promise<void> => {
      while (next < inputs.length && !over()) {
        const at = next++;
        const old = before.get(at);
        // One that succeeded, or can't be redriven any more, stays as it is.
        const child = old ? this.children.redrive(old.executionArn) ?? old : this.children.start(parent, Label, mapRunArn, { StartAt, States }, { at, input: inputs[at] });
        running.add(child.executionArn);
        const { status, output } = await this.children.ended(child.executionArn);
        running.delete(child.executionArn);
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
