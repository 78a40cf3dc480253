/** Run progress: a line a step as its end shows up in an execution's history. Pure. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { rootCause } from "../../functions/publish/cause";

export interface Line {
  state: string;
  outcome: "done" | "skipped" | "failed";
  /** How long it took. */
  seconds: number;
  /** Why it was skipped, or what failed. */
  why?: string;
}

/** States that only lead on say nothing to people. */
const silent = /^(Choice|Wait|Succeed|Fail)State/;

export class Progress {
  private seen = 0;
  /** Steps that were shown as skipped. */
  private readonly skipped = new Set<string>();
  /** Event of the entry by its id, and each event's own predecessor: so an end finds its entry in any branch. */
  private readonly events = new Map<number, HistoryEvent>();

  /** Take the whole history as it is now; answers lines for what has ended since the last time. */
  add(history: HistoryEvent[]): Line[] {
    const fresh = history.slice(this.seen);
    this.seen = history.length;
    for (const event of fresh) this.events.set(Number(event.id), event);
    const lines = fresh.flatMap((event) => lineOf(event, this.entryOf(event), this.events.get(Number(event.previousEventId))));
    for (const { outcome, state } of lines) if (outcome === "skipped") this.skipped.add(state.replace(/ Skipped$/, ""));
    const over = fresh.find((event) => event.executionSucceededEventDetails);
    return [...lines, ...(over ? skippedBy(over.executionSucceededEventDetails?.output).filter(({ state }) => !this.skipped.has(state)) : [])];
  }

  /** The entry of the state that an event ends: the nearest one of its name on the way back. */
  private entryOf(event: HistoryEvent): HistoryEvent | undefined {
    const name = event.stateExitedEventDetails?.name;
    let at: HistoryEvent | undefined = event;
    while (at && !(at.stateEnteredEventDetails && (!name || at.stateEnteredEventDetails.name === name))) at = this.events.get(Number(at.previousEventId));
    return at;
  }
}

function lineOf(event: HistoryEvent, entry: HistoryEvent | undefined, before: HistoryEvent | undefined): Line[] {
  const type = String(event.type);
  const state = entry?.stateEnteredEventDetails?.name;
  if (!state || silent.test(type)) return [];
  const seconds = ((event.timestamp?.getTime() ?? 0) - (entry.timestamp?.getTime() ?? 0)) / 1000;
  const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails;
  if (failed) {
    const { error, cause } = rootCause({ ...(failed.error && { Error: failed.error }), ...(failed.cause && { Cause: failed.cause }) });
    return [{ state, outcome: "failed", seconds, why: `${error}: ${cause}` }];
  }
  // A failure that was caught leaves its state by the same door as a success.
  if (!event.stateExitedEventDetails || before?.taskFailedEventDetails || before?.taskTimedOutEventDetails) return [];
  const skipped = type.startsWith("PassState") ? skippedIn(event.stateExitedEventDetails.output) : undefined;
  if (type.startsWith("PassState") && skipped === undefined) return [];
  return [skipped === undefined ? { state, outcome: "done", seconds } : { state, outcome: "skipped", seconds, why: skipped }];
}

/** A run says in its output what it left out; one that left all says that. */
function skippedBy(output: string | undefined): Line[] {
  const value = JSON.parse(output ?? "null") as { steps?: { step: string; skipped: boolean; reason?: string }[]; skipped?: boolean; reason?: string } | null;
  const all = value?.skipped ? [{ step: "all", skipped: true, reason: value.reason }] : (value?.steps ?? []);
  return all.filter(({ skipped }) => skipped).map(({ step, reason }) => ({ state: step, outcome: "skipped", seconds: 0, ...(reason && { why: reason }) }));
}

/** The reason in the output of a skip; a skip that stays inside the run's state carries it one level down. */
function skippedIn(output: string | undefined): string | undefined {
  const value = JSON.parse(output ?? "null") as unknown;
  const own = reasonOf(value);
  if (own !== undefined) return own;
  const inner = typeof value === "object" && value !== null ? Object.values(value).map(reasonOf).filter((reason) => reason !== undefined) : [];
  return inner.at(-1);
}

function reasonOf(value: unknown): string | undefined {
  const { skipped, reason } = (typeof value === "object" && value !== null ? value : {}) as { skipped?: unknown; reason?: unknown };
  return skipped === true && typeof reason === "string" ? reason : undefined;
}
