/** Holders: Parallel and Map states that are under way, and what is told when one of their branches or items fails. */
import type { History } from "./history";
import type { Kept } from "./kept";
import type { Lanes } from "./lanes";

interface Open {
  name: string;
  type: string;
  lane: string;
  index: number | undefined;
}

/** A Map whose items are under way. */
interface Items {
  started: number;
  /** Index → the lane of an item that is not over. */
  running: Map<number, string>;
  /** Last event of the item that was over last, and the event that said so. */
  over?: { last: number; told: number };
  failed: boolean;
}

export class Holders {
  /** Lane → the state that it stands in. */
  private readonly open = new Map<string, Open>();
  private readonly items = new Map<string, Items>();
  /** Holder → the last event of the branch or item that failed, and of the branch that ended last. */
  private readonly fell = new Map<string, number>();
  private readonly ended = new Map<string, number>();
  /** Holders that failed, until it is known whether they are tried again. */
  private readonly pending = new Map<string, { type: string; lane: string }>();

  constructor(private readonly lanes: Lanes, private readonly history: History, private readonly kept?: Kept) {}

  entered(open: Open): void {
    this.open.set(open.lane, open);
    if (open.type === "Map" || open.type === "Parallel") this.started(open.name);
  }

  /** It begins, or begins again. */
  private started(name: string): void {
    this.items.set(name, { started: 0, running: new Map(), failed: false });
    this.ended.delete(name);
  }

  /** A state was left by this event. */
  exited(name: string, lane: string, id: number): void {
    this.open.delete(lane);
    const [holder] = this.lanes.around(name);
    if (holder !== undefined) this.ended.set(holder, id);
  }

  /** The event that a holder's good end follows. */
  endOf(name: string, type: string): number | undefined {
    return type === "Map" ? this.items.get(name)?.over?.told : this.ended.get(name);
  }

  /** An item begins: the first ones after the Map's own start, any other after the end of the one whose place it takes. */
  itemStarted(map: string, index: number, atOnce: number): void {
    const { own, from } = this.lanes.iteration(map, index);
    const items = this.items.get(map)!;
    // The interpreter lets the next one begin before it tells that another one has ended.
    const done = items.running.size >= atOnce ? [...items.running].find(([, lane]) => !this.open.has(lane)) : undefined;
    if (done) this.itemSucceeded(map, done[0]);
    const after = items.started >= atOnce ? items.over?.last : undefined;
    items.started += 1;
    items.running.set(index, own);
    if (!this.kept?.wasTold("MapIterationStarted", own, "")) this.history.add("MapIterationStarted", own, { mapIterationStartedEventDetails: { name: map, index } }, { from, after });
  }

  itemSucceeded(map: string, index: number): void {
    const { own } = this.lanes.iteration(map, index);
    const items = this.items.get(map)!;
    if (!items.running.delete(index)) return;
    const last = this.history.last(own);
    const known = this.kept?.wasTold("MapIterationSucceeded", own, "");
    items.over = { last, told: known ? last : this.history.add("MapIterationSucceeded", own, { mapIterationSucceededEventDetails: { name: map, index } }).id };
  }

  /** An item failed: it, what it stood in, then every other item that was under way. */
  itemFailed(map: string, index: number): void {
    const items = this.items.get(map)!;
    if (items.failed) return;
    items.failed = true;
    this.settleIn(map);
    const { own } = this.lanes.iteration(map, index);
    const after = this.history.last(own);
    this.fell.set(map, after);
    this.history.add("MapIterationFailed", own, { mapIterationFailedEventDetails: { name: map, index } }, { after });
    items.running.delete(index);
    this.abort(map, after, index);
    for (const [other, lane] of items.running) {
      this.history.add("MapIterationAborted", lane, { mapIterationAbortedEventDetails: { name: map, index: other } }, { after });
      this.abort(map, after, other);
    }
    items.running.clear();
  }

  /** Something in a branch failed, perhaps for good. */
  stateFailed(name: string, lane: string): void {
    const [holder] = this.lanes.around(name);
    if (holder !== undefined) this.fell.set(holder, this.history.last(lane));
  }

  branchFailed(parallel: string): void {
    const inner = this.settleIn(parallel);
    if (inner !== undefined) this.fell.set(parallel, inner);
    this.abort(parallel, this.fell.get(parallel));
  }

  /** What failed directly inside a holder failed for good, when that does. */
  private settleIn(holder: string): number | undefined {
    return [...this.pending.keys()].filter((name) => this.lanes.around(name)[0] === holder).map((name) => this.settled(name)).at(-1);
  }

  /** What stood open inside a holder, or inside one item of it, was cut short; a Fail never stands open. */
  private abort(holder: string, after: number | undefined, index?: number): void {
    for (const { name, type, lane, index: of } of [...this.open.values()]) {
      if (!this.lanes.within(name, holder) || (index !== undefined && of !== index)) continue;
      if (type !== "Fail") this.history.add(`${type}StateAborted`, lane, {}, { after });
      this.open.delete(lane);
    }
  }

  /** A holder failed; whether that is its end shows in what comes next. */
  failed(name: string, type: string, lane: string): void {
    this.pending.set(name, { type, lane });
  }

  /** It is tried again: nothing is said but that it starts anew. */
  retried(name: string, type: string, details: Record<string, unknown>): void {
    const lane = this.pending.get(name)?.lane ?? "";
    this.pending.delete(name);
    this.started(name);
    this.history.restart(this.lanes.inside(name));
    this.history.add(`${type}StateStarted`, lane, details, { after: this.fell.get(name) });
  }

  /** That was its end; answers the event that says so. */
  settled(name: string): number {
    const { type, lane } = this.pending.get(name)!;
    this.pending.delete(name);
    return this.history.add(`${type}StateFailed`, lane, {}, { after: this.fell.get(name) }).id;
  }

  /** Everything that failed and was not caught. */
  settleAll(): void {
    for (const name of [...this.pending.keys()].sort((one, other) => this.lanes.around(other).length - this.lanes.around(one).length)) this.settled(name);
  }

  isPending(name: string): boolean {
    return this.pending.has(name);
  }
}
