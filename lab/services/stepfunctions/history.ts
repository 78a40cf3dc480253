/**
 * History: the events of an execution in AWS's shapes (API_HistoryEvent). Each is numbered, and points to the one before
 * it in its own lane: the execution, a branch, or an iteration. Which events others point to, and which they pass by, is as AWS has it.
 */
export interface HistoryEvent {
  id: number;
  previousEventId: number;
  /** Seconds since 1970, as the API sends it. */
  timestamp: number;
  type: string;
  /** Branch or iteration it belongs to; kept for a redrive, and not shown. */
  lane?: string;
  [details: string]: unknown;
}

/** Most events of a standard execution: Developer Guide, "Step Functions service quotas". */
export const mostEvents = 25_000;

/** The next event of a lane does not point to these, but to the one before them. */
const passedBy = /^(ExecutionStarted|MapIteration(Succeeded|Failed|Aborted)|(Map|Parallel)StateSucceeded|MapRunSucceeded|\w+StateAborted)$/;

export class History {
  private readonly lanes = new Map<string, number>();

  constructor(readonly events: HistoryEvent[] = [], private readonly changed: (event: HistoryEvent) => void = () => undefined) {
    for (const { id, type, lane = "" } of events) if (!passedBy.test(type)) this.lanes.set(lane, id);
  }

  /**
   * Add an event to a lane; a lane's first event follows the last one of the lane that it came from.
   * @param after the event that it follows, where that is another one.
   */
  add(type: string, lane: string, details: Record<string, unknown> = {}, { from = "", after }: { from?: string; after?: number | undefined } = {}): HistoryEvent {
    const event = { id: this.events.length + 1, previousEventId: after ?? this.last(lane, from), timestamp: Date.now() / 1000, type, lane, ...details };
    this.events.push(event);
    if (!passedBy.test(type)) this.lanes.set(lane, event.id);
    this.changed(event);
    return event;
  }

  /** What is inside these states begins anew: its first events follow theirs. */
  restart(holders: string[]): void {
    for (const lane of [...this.lanes.keys()]) if (holders.some((name) => lane.startsWith(`${name}/`))) this.lanes.delete(lane);
  }

  /** The event that the next one of a lane points to; 0 when there is none. */
  last(lane: string, from = ""): number {
    return this.lanes.get(lane) ?? this.lanes.get(from) ?? 0;
  }

  get full(): boolean {
    return this.events.length >= mostEvents;
  }
}

/** `taskStateEntered` … as AWS spells the type of a state's events. */
export const entered = (type: string): string => `${type}StateEntered`;
export const exited = (type: string): string => `${type}StateExited`;

/** `stateEnteredEventDetails` and its like: the text, and that it is whole. */
export const said = (key: "input" | "output", value: unknown): Record<string, unknown> => ({ [key]: JSON.stringify(value), [`${key}Details`]: { truncated: false } });

/** An error and its cause; what is empty is left out. */
export const failedIn = (error: string | undefined, cause: string | undefined): { error?: string; cause?: string } => ({ ...(error && { error }), ...(cause && { cause }) });

/** Most bytes of an input, an output or a result: Developer Guide, "Step Functions service quotas". */
export const mostBytes = 262_144;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? "");

/** What AWS says of a payload over the limit; `what` is a state, or what a task asked. */
export const tooLong = (what: string): string => `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`;
