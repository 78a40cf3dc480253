/**
 * Visits: an execution's history as the states that it came to: when, for how long, inside what, with what end. Pure.
 *
 * Events are joined by previousEventId alone, which leads through branches and items in the lab as on AWS, though not
 * everywhere by the same event.
 */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { rootCause } from "../../functions/publish/cause";
import { skippedIn } from "./skips";

export interface Visit {
  /** Event of its entry. */
  id: number;
  name: string;
  /** `Task`, `Parallel`, `Map`, `Choice`, … */
  type: string;
  /** Visit of the Parallel or Map around it. */
  within?: number;
  /** Item of the Map around it. */
  item?: number;
  /** What the item is about: the first text of its input. */
  about?: string;
  entered: Date;
  left?: Date;
  /** `stopped`: its execution ended before it did. */
  status: "running" | "succeeded" | "failed" | "skipped" | "stopped";
  /** Why it failed or was skipped. */
  why?: string;
  /** Items of a Map. */
  items?: number;
  /** ARNs of the execution and of the Map Run that it started. */
  nested?: string;
  mapRun?: string;
}

/** Where an event stands: the visit that it belongs to, and the item of it where that is a Map. */
interface Spot {
  visit?: Visit | undefined;
  item?: number | undefined;
}

export class Visits {
  private readonly visits = new Map<number, Visit>();
  private readonly spots = new Map<number, Spot>();
  /** Visit → in what it failed last; what is tried again has that no more. */
  private readonly failures = new Map<number, string>();
  private last: HistoryEvent | undefined;

  /** Take what has happened since, in the order of the events. */
  add(events: HistoryEvent[]): this {
    for (const event of events) {
      this.spots.set(Number(event.id), this.spotOf(event, this.spots.get(Number(event.previousEventId)) ?? {}));
      this.last = event;
    }
    return this;
  }

  /** Number of the last event that it knows. */
  get known(): number {
    return Number(this.last?.id ?? 0);
  }

  /** Its execution has ended. */
  get over(): boolean {
    return /^Execution(Succeeded|Failed|Aborted|TimedOut)$/.test(String(this.last?.type));
  }

  /** All visits in the order of their entries. Once the execution has ended, what was open has, too. */
  all(): Visit[] {
    const over = this.over ? this.last?.timestamp : undefined;
    return [...this.visits.values()].map((visit) => (over && visit.status === "running" ? { ...visit, left: over, ...this.cutShort(visit) } : { ...visit }));
  }

  private spotOf(event: HistoryEvent, before: Spot): Spot {
    const type = String(event.type);
    const iteration = event.mapIterationStartedEventDetails ?? event.mapIterationSucceededEventDetails ?? event.mapIterationFailedEventDetails ?? event.mapIterationAbortedEventDetails;
    if (event.stateEnteredEventDetails) return this.entered(event, before);
    if (event.stateExitedEventDetails) return this.exited(event, this.around(before.visit, ({ name }) => name === event.stateExitedEventDetails?.name));
    if (iteration) return { visit: this.around(before.visit, ({ name }) => name === iteration.name), item: iteration.index };
    if (/^(Parallel|Map)State/.test(type)) return this.held(event, this.around(before.visit, (visit) => visit.type === type.replace(/State.*/, "")));
    if (before.visit) this.progressed(event, before.visit);
    const why = event.executionFailedEventDetails;
    if (why && before.visit?.type === "Fail") before.visit.why = words(why);
    return before;
  }

  private entered({ id, type, timestamp, stateEnteredEventDetails: details }: HistoryEvent, { visit: before, item }: Spot): Spot {
    const kind = String(type).replace("StateEntered", "");
    // The first state of a branch or an item comes after the start of what is around it, any other after the exit of the one before.
    const first = before && before.left === undefined;
    const within = first ? before.id : before?.within;
    const of = first ? item : before?.item;
    const about = of === undefined ? undefined : aboutOf(details?.input);
    const visit: Visit = {
      id: Number(id), name: details?.name ?? "", type: kind, entered: timestamp ?? new Date(0), status: "running",
      ...(within !== undefined && { within }), ...(of !== undefined && { item: of }), ...(about && { about }), ...(kind === "Fail" && { status: "failed", left: timestamp ?? new Date(0) }),
    };
    this.visits.set(visit.id, visit);
    return { visit };
  }

  private exited({ timestamp, type, stateExitedEventDetails: details }: HistoryEvent, visit: Visit | undefined): Spot {
    if (!visit) return {};
    const failure = this.failures.get(visit.id);
    const skip = failure === undefined && String(type).startsWith("Pass") ? skippedIn(details?.output) : undefined;
    const why = failure ?? skip;
    Object.assign(visit, { left: timestamp ?? visit.entered, status: failure !== undefined ? "failed" : skip !== undefined ? "skipped" : "succeeded", ...(why && { why }) });
    return { visit };
  }

  /** A Parallel or Map began, began again, or ended. */
  private held({ type, mapStateStartedEventDetails: started }: HistoryEvent, visit: Visit | undefined): Spot {
    if (!visit) return {};
    if (started?.length !== undefined) visit.items = started.length;
    if (/Failed$/.test(String(type))) this.failures.set(visit.id, this.failures.get(visit.id) ?? this.inner(visit)?.why ?? "");
    if (/Started$/.test(String(type))) this.failures.delete(visit.id);
    return { visit };
  }

  private progressed(event: HistoryEvent, visit: Visit): void {
    const failed = event.taskFailedEventDetails ?? event.taskTimedOutEventDetails ?? event.lambdaFunctionFailedEventDetails ?? event.lambdaFunctionTimedOutEventDetails ?? event.mapRunFailedEventDetails;
    if (failed) this.failures.set(visit.id, words(failed));
    else if (/^(Task|LambdaFunction)(Scheduled|Succeeded)$/.test(String(event.type))) this.failures.delete(visit.id);
    const { resourceType, output } = event.taskSubmittedEventDetails ?? {};
    if (resourceType === "states") visit.nested = (JSON.parse(output ?? "{}") as { ExecutionArn?: string }).ExecutionArn ?? "";
    if (event.mapRunStartedEventDetails?.mapRunArn) visit.mapRun = event.mapRunStartedEventDetails.mapRunArn;
  }

  /** What was still open when the execution ended failed in what it met last, or was stopped. */
  private cutShort(visit: Visit): Pick<Visit, "status" | "why"> {
    const own = this.failures.get(visit.id);
    const why = own ?? this.inner(visit)?.why;
    if (own === undefined && !this.inner(visit)) return { status: "stopped" };
    return { status: "failed", ...(why && { why }) };
  }

  /** The last visit inside another one that failed; one that says why goes first. */
  private inner({ id }: Visit): Visit | undefined {
    const failed = [...this.visits.values()].filter((visit) => visit.status === "failed" && this.around(visit, (other) => other.id === id));
    return failed.findLast(({ why }) => why) ?? failed.at(-1);
  }

  /** The visit itself or the nearest one around it that fits. */
  private around(visit: Visit | undefined, fits: (visit: Visit) => boolean): Visit | undefined {
    let at = visit;
    while (at && !fits(at)) at = at.within === undefined ? undefined : this.visits.get(at.within);
    return at;
  }
}

/** Of the room `office`, which is `{"room":"office",…}`: office. */
function aboutOf(input = "null"): string | undefined {
  const value = JSON.parse(input) as unknown;
  return [value, ...(typeof value === "object" && value !== null ? Object.values(value) : [])].find((each) => typeof each === "string") as string | undefined;
}

function words({ error, cause }: { error?: string | undefined; cause?: string | undefined }): string {
  const told = rootCause({ ...(error && { Error: error }), ...(cause && { Cause: cause }) });
  return cause ? `${told.error}: ${told.cause}` : told.error;
}
