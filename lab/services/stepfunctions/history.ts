/**
 * History: the events of an execution in AWS's shapes (API_HistoryEvent). Each is numbered, and points to the one before
 * it in its own lane: the execution, a branch, or an iteration.
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

export class History {
  private readonly lanes = new Map<string, number>();

  constructor(readonly events: HistoryEvent[] = [], private readonly changed: () => void = () => undefined) {
    for (const { id, lane = "" } of events) this.lanes.set(lane, id);
  }

  /** Add an event to a lane; a lane's first event follows the last one of the lane it came from. */
  add(type: string, lane: string, details: Record<string, unknown> = {}, from = ""): HistoryEvent {
    const previousEventId = this.lanes.get(lane) ?? this.lanes.get(from) ?? 0;
    const event = { id: this.events.length + 1, previousEventId, timestamp: Date.now() / 1000, type, lane, ...details };
    this.events.push(event);
    this.lanes.set(lane, event.id);
    this.changed();
    return event;
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

/** Most bytes of an input, an output or a result: Developer Guide, "Step Functions service quotas". */
export const mostBytes = 262_144;

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? "");
