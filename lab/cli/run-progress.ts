/** Run progress: a line a step as its end shows up in an execution's history. Pure. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { unsaidSkips } from "../runs/skips";
import { type Visit, Visits } from "../runs/visits";

export interface Line {
  state: string;
  outcome: "done" | "skipped" | "failed";
  /** How long it took. */
  seconds: number;
  /** Why it was skipped, or what failed. */
  why?: string;
}

export class Progress {
  private readonly visits = new Visits();
  /** Visits that were shown. */
  private readonly shown = new Set<number>();
  /** States that were shown as skipped. */
  private readonly skipped = new Set<string>();

  /** Number of the last event that it knows. */
  get known(): number {
    return this.visits.known;
  }

  /** Take what has happened since; answers lines for what has ended since. */
  add(events: HistoryEvent[]): Line[] {
    const ended = this.visits.add(events).all().filter(({ id, left, status }) => left && status !== "stopped" && !this.shown.has(id));
    for (const { id } of ended) this.shown.add(id);
    const lines = ended.filter(tells).sort((one, other) => Number(one.left) - Number(other.left)).map(lineOf);
    for (const { outcome, state } of lines) if (outcome === "skipped") this.skipped.add(state);
    const over = events.find(({ executionSucceededEventDetails: end }) => end)?.executionSucceededEventDetails;
    return [...lines, ...unsaidSkips(over?.output, this.skipped).map(({ step, why }): Line => ({ state: step, outcome: "skipped", seconds: 0, ...(why && { why }) }))];
  }
}

/** States that only lead on say nothing to people. */
export const tells = ({ type, status }: Pick<Visit, "type" | "status">): boolean => !/^(Choice|Wait|Succeed|Fail)$/.test(type) && (type !== "Pass" || status === "skipped");

const lineOf = ({ name, status, entered, left, why }: Visit): Line => ({
  state: name, outcome: status === "skipped" || status === "failed" ? status : "done", seconds: (Number(left) - Number(entered)) / 1000, ...(why && { why }),
});
