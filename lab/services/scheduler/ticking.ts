/**
 * Ticking: one schedule that is on. It wakes at each occurrence, hands it over once within its window, and tries again as its
 * policy says.
 *
 * What the lab was not there for is left out, but for the last minute (AWS hands over within 60 seconds of the time: User Guide,
 * "Schedule types"): a lab that was stopped, or slept, was like a schedule that was off, of which AWS makes up for nothing either.
 */
import { createHash } from "node:crypto";
import { parseSchedule } from "../../../components/schedule-expression";
import type { Clock } from "./clock";
import { nextAfter } from "./occurrence";
import type { Kept } from "./schedule";
import type { Invoke } from "./targets";

export interface Around {
  clock: Clock;
  invoke: Invoke;
  log: (line: string) => void;
  /** It has come for the last time, and that was handed over or given up. */
  completed: () => void;
}

const lateMs = 60_000;
/** Milliseconds before the second attempt, doubled with each, and the longest of them. */
const pauseMs = 1000;
const longestPauseMs = 300_000;

export class Ticking {
  /** What calls off what it waits for. */
  private readonly waits = new Set<() => void>();
  private stopped = false;
  /** Occurrences that are neither taken nor given up. */
  private open = 0;
  private over = false;

  constructor(private readonly schedule: Kept, private readonly around: Around) {
    const { LastModificationDate } = schedule;
    this.plan(Math.max(LastModificationDate - 1, around.clock.now() - this.windowMs - lateMs));
  }

  stop(): void {
    this.stopped = true;
    for (const callOff of this.waits) callOff();
    this.waits.clear();
  }

  private get windowMs(): number {
    return (this.schedule.FlexibleTimeWindow.MaximumWindowInMinutes ?? 0) * 60_000;
  }

  private plan(after: number): void {
    const { ScheduleExpression, ScheduleExpressionTimezone: zone, StartDate, EndDate, LastModificationDate } = this.schedule;
    const read = parseSchedule(ScheduleExpression);
    if ("faults" in read) return;
    // A rate without a start begins when it is made: User Guide, "Rate-based schedules".
    const from = StartDate ?? (read.schedule.kind === "rate" ? LastModificationDate : 0);
    const next = nextAfter(read.schedule, after, { zone, from, ...(EndDate !== undefined && { until: EndDate }) });
    if (next === undefined) this.over = true;
    else this.wake(next, () => this.come(next));
  }

  private come(occurrence: number): void {
    const missed = this.around.clock.now() - this.windowMs - lateMs;
    if (occurrence < missed) {
      this.around.log(`${this.schedule.Arn} left out what was to come from ${iso(occurrence)} on: nobody was there`);
      return this.plan(missed - 1);
    }
    const id = idOf(this.schedule.Arn, occurrence);
    this.open += 1;
    // Somewhere in its window, and at the same place after a restart.
    const due = occurrence + Math.floor((parseInt(id.slice(0, 8), 16) / 2 ** 32) * this.windowMs);
    this.wake(due, () => this.attempt(occurrence, { id, attempt: 1, until: due + this.schedule.Target.RetryPolicy.MaximumEventAgeInSeconds * 1000 }));
    this.plan(occurrence);
  }

  private attempt(occurrence: number, { id, attempt, until }: { id: string; attempt: number; until: number }): void {
    const { Arn, Target } = this.schedule;
    const what = `${Arn} of ${iso(occurrence)} to ${Target.Arn}`;
    const end = (how: string): void => {
      this.around.log(`${what}${how}`);
      this.open -= 1;
      if (this.over && !this.open && !this.stopped) this.around.completed();
    };
    this.around.invoke({ scheduleArn: Arn, target: Target, scheduled: occurrence, id, attempt }).then(() => end(""), ({ name, message }: Error) => {
      const again = this.around.clock.now() + Math.min(pauseMs * 2 ** (attempt - 1), longestPauseMs);
      if (this.stopped) return;
      if (attempt > Target.RetryPolicy.MaximumRetryAttempts || again > until) return end(` given up after ${attempt} attempts: ${name}: ${message}`);
      this.around.log(`${what} again at ${iso(again)}: ${name}: ${message}`);
      this.wake(again, () => this.attempt(occurrence, { id, attempt: attempt + 1, until }));
    });
  }

  private wake(time: number, act: () => void): void {
    if (this.stopped) return;
    const callOff = this.around.clock.at(time, () => {
      this.waits.delete(callOff);
      act();
    });
    this.waits.add(callOff);
  }
}

const iso = (time: number): string => new Date(time).toISOString();

/** In the form of a UUID, the same for the same occurrence. */
function idOf(arn: string, occurrence: number): string {
  const hex = createHash("sha256").update(`${arn} ${occurrence}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
