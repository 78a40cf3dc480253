/** Told: the interpreter's events as AWS's. Tasks write their own; a retry of one shows as a task scheduled again. */
import type { StateMachine } from "aws-local-stepfunctions";
import { isDistributed, type MapState, type State } from "../../../components/state-machine/language";
import { bytesOf, entered, exited, type History, mostBytes, said } from "./history";
import { Holders } from "./holders";
import type { Kept } from "./kept";
import type { Lanes } from "./lanes";
import type { JsonObject } from "./tasks/json";
import { settling } from "./wording";

export type EventLog = ReturnType<StateMachine["run"]>["eventLogs"] extends AsyncGenerator<infer Event> ? Event : never;

/** What follows from an event for the execution. */
export interface Follows {
  /** The Parallel or Map of which a branch or an iteration failed. */
  failed?: string;
  /** The state whose output, or the Map whose item, is over the limit. */
  tooLong?: string;
}

/** Items of an inline Map at once: Developer Guide, "Map state processing modes". */
const mostItems = 40;

export class Told {
  /** The state that the interpreter could not go on with, and the event of its entry. */
  stuck: { name: string; id: number } | undefined;
  /** Parallel and Map states that failed; one that is caught is left, too. */
  private readonly broken = new Set<string>();
  private readonly holders: Holders;
  private readonly entries = new Map<string, number>();
  /** What a distributed Map started and ended with. */
  private readonly runs = new Map<string, { started: number; ended?: number }>();

  constructor(private readonly states: Map<string, State>, private readonly lanes: Lanes, private readonly history: History, private readonly kept?: Kept) {
    this.holders = new Holders(lanes, history, kept);
  }

  add(event: EventLog): Follows {
    switch (event.type) {
      case "StateEntered": return this.entered(event.state, event.index);
      case "StateExited": return this.exited(event.state, event.index);
      case "StateFailed": return this.failed(event.state, event.Error, event.index);
      case "StateCaught": return this.caught(event.state.name);
      case "StateRetried": return this.retried(event.state);
      case "MapIterationStarted": case "MapIterationSucceeded": case "MapIterationFailed": return this.item(event.type, event.parentState.name, event.index);
      case "ParallelBranchFailed":
        this.holders.branchFailed(event.parentState.name);
        return { failed: event.parentState.name };
      case "ExecutionFailed":
        this.holders.settleAll();
        return {};
      default: return {};
    }
  }

  mapRunBegan(name: string, lane: string, mapRunArn: string, redriveCount: number | undefined): void {
    const { id } = redriveCount === undefined ? this.history.add("MapRunStarted", lane, { mapRunStartedEventDetails: { mapRunArn } })
      : this.history.add("MapRunRedriven", lane, { mapRunRedrivenEventDetails: { mapRunArn, redriveCount } });
    this.runs.set(name, { started: id });
  }

  mapRunSucceeded(name: string, lane: string): void {
    const run = this.runs.get(name);
    if (run) run.ended = this.history.add("MapRunSucceeded", lane, {}, { after: run.started }).id;
  }

  /** The kind of a state by our own definition: the interpreter takes a distributed Map for a task. */
  private typeOf({ name, type }: { name: string; type: string }): string {
    return this.states.get(name)?.Type ?? type;
  }

  private entered(state: { name: string; type: string; input: unknown }, index: number | undefined): Follows {
    const { name, input } = state;
    if (name === settling) return {};
    const type = this.typeOf(state);
    const { own, from } = this.lanes.enter(name, index);
    this.holders.entered({ name, type, lane: own, index });
    if (this.kept?.wasTold("entered", own, name)) return {};
    this.entries.set(`${own} ${name}`, this.history.add(entered(type), own, { stateEnteredEventDetails: { name, ...said("input", input) } }, { from }).id);
    if (type === "Parallel" || type === "Map") this.history.add(`${type}StateStarted`, own, this.beginning(name, type, input));
    // What stands before it in its own scope was weighed when it was left; an item was not.
    return bytesOf(input) > mostBytes ? { tooLong: name } : {};
  }

  private exited(state: { name: string; type: string; output?: unknown }, index: number | undefined): Follows {
    const { name, output } = state;
    if (name === settling) return {};
    const type = this.typeOf(state);
    const { own } = this.lanes.of(name, index);
    if (this.kept?.wasTold("exited", own, name)) {
      this.holders.exited(name, own, this.history.last(own));
      return {};
    }
    if (bytesOf(output) > mostBytes) return { tooLong: name };
    const good = (type === "Parallel" || type === "Map") && !this.broken.delete(name);
    const run = this.runs.get(name);
    const after = good ? (run?.started ?? this.holders.endOf(name, type)) : undefined;
    if (good) this.history.add(`${type}StateSucceeded`, own, {}, { after: run?.ended ?? after });
    this.runs.delete(name);
    const { id } = this.history.add(exited(type), own, { stateExitedEventDetails: { name, ...said("output", output) } }, { after });
    this.holders.exited(name, own, id);
    return {};
  }

  private failed(state: { name: string; type: string; input: unknown }, error: string, index: number | undefined): Follows {
    const { name } = state;
    const type = this.typeOf(state);
    const { own } = this.lanes.of(name, index);
    if (/^States\.(Runtime|NoChoiceMatched|ResultPathMatchFailure|IntrinsicFailure)$/.test(error) && type !== "Fail") this.stuck ??= { name, id: this.entries.get(`${own} ${name}`) ?? 0 };
    if (type === "Parallel" || type === "Map") this.holders.failed(name, type, own);
    else this.holders.stateFailed(name, own);
    return {};
  }

  private caught(name: string): Follows {
    if (!this.holders.isPending(name)) return {};
    this.holders.settled(name);
    this.broken.add(name);
    return {};
  }

  private retried(state: { name: string; type: string; input: unknown }): Follows {
    const { name, input } = state;
    if (this.holders.isPending(name)) this.holders.retried(name, this.typeOf(state), this.beginning(name, this.typeOf(state), input));
    return {};
  }

  private item(type: "MapIterationStarted" | "MapIterationSucceeded" | "MapIterationFailed", name: string, index: number): Follows {
    if (type === "MapIterationStarted") this.holders.itemStarted(name, index, (this.states.get(name) as MapState | undefined)?.MaxConcurrency || mostItems);
    if (type === "MapIterationSucceeded") this.holders.itemSucceeded(name, index);
    if (type === "MapIterationFailed") this.holders.itemFailed(name, index);
    return type === "MapIterationFailed" ? { failed: name } : {};
  }

  private beginning(name: string, type: string, input: unknown): Record<string, unknown> {
    return type === "Map" ? { mapStateStartedEventDetails: { length: this.itemsOf(name, input) } } : {};
  }

  private itemsOf(name: string, input: unknown): number {
    const state = this.states.get(name);
    // Those that a distributed Map reads from S3 are not counted here: Developer Guide, "Viewing a Distributed Map Run execution".
    if (state?.Type !== "Map" || isDistributed(state)) return 0;
    const path = state.ItemsPath ?? "$";
    const items = path.split(".").slice(1).reduce((value, key) => (value as JsonObject | undefined)?.[key], input);
    return Array.isArray(items) ? items.length : 0;
  }
}
