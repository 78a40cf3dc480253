/**
 * Kept: what a redriven execution does not do again. Developer Guide, "Restarting state machine executions with redrive":
 * states that were left keep their results; those that were entered and not left run again with the same input. The
 * interpreter starts at the outermost of these; inside it, tasks that had ended answer at once as they did before.
 */
import type { HistoryEvent } from "./history";
import type { JsonObject } from "./tasks/json";
import { TaskFault } from "./tasks/task";

interface Names {
  stateEnteredEventDetails?: { name: string; input: string };
  stateExitedEventDetails?: { name: string };
  mapRunStartedEventDetails?: { mapRunArn: string };
  mapRunRedrivenEventDetails?: { mapRunArn: string };
}

/** How a task had ended. */
export type Outcome = { result: unknown } | { fault: TaskFault };

export class Kept {
  /** The state to go on with, and its input; undefined when none was entered. */
  readonly from: { name: string; input: unknown } | undefined;
  private readonly told = new Map<string, number>();
  private readonly outcomes = new Map<string, Outcome[]>();
  /** Runs of distributed Maps that were begun and did not end well. */
  private readonly mapRuns = new Map<string, string>();

  constructor(events: HistoryEvent[]) {
    const open = openAtTop(events);
    if (!open) return;
    this.from = { name: open.name, input: JSON.parse(open.input) as unknown };
    this.count("entered", "", open.name);
    this.keepMapRuns(events.filter(({ id }) => id >= open.id));
    // What is in another lane and came after its entry is inside it.
    this.keep(events.filter(({ id, lane = "" }) => id > open.id && lane !== ""));
  }

  /** Whether this was told before the redrive; each is asked once. */
  wasTold(what: string, lane: string, name: string): boolean {
    const left = this.told.get(key(what, lane, name)) ?? 0;
    if (left) this.told.set(key(what, lane, name), left - 1);
    return left > 0;
  }

  /** How a task had ended, the first time first. */
  outcome(lane: string, name: string): Outcome | undefined {
    return this.outcomes.get(key(lane, name))?.shift();
  }

  /** The run of a distributed Map to go on with, the first time that it is asked for: a retry of the state begins a new one. */
  mapRun(lane: string, name: string): string | undefined {
    const found = this.mapRuns.get(key(lane, name));
    this.mapRuns.delete(key(lane, name));
    return found;
  }

  private keepMapRuns(since: HistoryEvent[]): void {
    /** The state that each lane is at. */
    const at = new Map<string, string>();
    for (const event of since) {
      const { lane = "", type } = event;
      const { stateEnteredEventDetails: entered, mapRunStartedEventDetails: started, mapRunRedrivenEventDetails: redriven } = event as Names;
      if (entered) at.set(lane, entered.name);
      const name = at.get(lane) ?? "";
      const run = started ?? redriven;
      if (run) this.mapRuns.set(key(lane, name), run.mapRunArn);
      if (type === "MapRunSucceeded") this.mapRuns.delete(key(lane, name));
    }
  }

  private keep(inside: HistoryEvent[]): void {
    const last = new Map<string, HistoryEvent>();
    for (const event of inside) {
      const { lane = "", type } = event;
      const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event as Names;
      if (entered) this.count("entered", lane, entered.name);
      if (exited) this.count("exited", lane, exited.name);
      if (/^MapIteration(Started|Succeeded)$/.test(type)) this.count(type, lane, "");
      const outcome = exited && outcomeOf(last.get(lane));
      if (outcome) this.outcomes.set(key(lane, exited.name), [...(this.outcomes.get(key(lane, exited.name)) ?? []), outcome]);
      last.set(lane, event);
    }
  }

  private count(what: string, lane: string, name: string): void {
    this.told.set(key(what, lane, name), (this.told.get(key(what, lane, name)) ?? 0) + 1);
  }
}

const key = (...parts: string[]): string => JSON.stringify(parts);

function outcomeOf(before: HistoryEvent | undefined): Outcome | undefined {
  const { type, taskSucceededEventDetails: good, taskFailedEventDetails: bad } = (before ?? {}) as { type?: string } & Record<string, JsonObject | undefined>;
  if (type === "TaskSucceeded") return { result: JSON.parse(String(good?.output ?? "null")) as unknown };
  if (type === "TaskFailed") return { fault: new TaskFault(String(bad?.error), String(bad?.cause), false) };
  if (type === "TaskTimedOut") return { fault: new TaskFault("States.Timeout", "", false) };
  return undefined;
}

/** The outermost state that was entered and not left. */
function openAtTop(events: HistoryEvent[]): { id: number; name: string; input: string } | undefined {
  const top = events.filter(({ lane = "" }) => lane === "") as (HistoryEvent & Names)[];
  const entry = top.findLast(({ stateEnteredEventDetails: entered }) => entered !== undefined);
  const entered = entry?.stateEnteredEventDetails;
  const left = top.some(({ id, stateExitedEventDetails: exited }) => exited?.name === entered?.name && id > (entry?.id ?? 0));
  return entry && entered && !left ? { id: entry.id, ...entered } : undefined;
}
