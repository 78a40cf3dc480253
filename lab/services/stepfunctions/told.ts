/** Told: the interpreter's events as AWS's. Tasks write their own; a retry shows as a task scheduled again. */
import type { StateMachine } from "aws-local-stepfunctions";
import { isDistributed, type State } from "../../../components/state-machine/language";
import { bytesOf, entered, exited, type History, mostBytes, said } from "./history";
import type { Kept } from "./kept";
import type { Lanes } from "./lanes";
import { settling } from "./support";
import type { JsonObject } from "./tasks/json";

export type EventLog = ReturnType<StateMachine["run"]>["eventLogs"] extends AsyncGenerator<infer Event> ? Event : never;

/** What follows from an event for the execution. */
export interface Follows {
  /** The Parallel or Map of which a branch or an iteration failed. */
  failed?: string;
  /** The state whose output is over the limit. */
  tooLong?: string;
}

export class Told {
  /** Parallel and Map states that failed; one that is caught is left, too. */
  private readonly broken = new Set<string>();

  constructor(private readonly states: Map<string, State>, private readonly lanes: Lanes, private readonly history: History, private readonly kept?: Kept) {}

  add(event: EventLog): Follows {
    switch (event.type) {
      case "StateEntered": return this.entered(event.state, event.index);
      case "StateExited": return this.exited(event.state, event.index);
      case "StateFailed":
        if (event.state.type === "Parallel" || event.state.type === "Map") {
          this.broken.add(event.state.name);
          this.history.add(`${event.state.type}StateFailed`, this.lanes.of(event.state.name, event.index).own);
        }
        return {};
      case "MapIterationStarted": case "MapIterationSucceeded": case "MapIterationFailed":
        this.iteration(event.type, event.parentState.name, event.index);
        return event.type === "MapIterationFailed" ? { failed: event.parentState.name } : {};
      case "ParallelBranchFailed": return { failed: event.parentState.name };
      default: return {};
    }
  }

  /** A distributed Map failed, which its interpreter takes for a task. */
  mapFailed(name: string, lane: string): void {
    this.broken.add(name);
    this.history.add("MapStateFailed", lane);
  }

  private entered({ name, type: its, input }: { name: string; type: string; input: unknown }, index: number | undefined): Follows {
    if (name === settling) return {};
    const type = this.states.get(name)?.Type ?? its;
    const { own, from } = this.lanes.enter(name, index);
    if (this.kept?.wasTold("entered", own, name)) return {};
    this.history.add(entered(type), own, { stateEnteredEventDetails: { name, ...said("input", input) } }, from);
    if (type === "Parallel") this.history.add("ParallelStateStarted", own);
    if (type === "Map") this.history.add("MapStateStarted", own, { mapStateStartedEventDetails: { length: this.itemsOf(name, input) } });
    return {};
  }

  private exited({ name, type: its, output }: { name: string; type: string; output?: unknown }, index: number | undefined): Follows {
    if (name === settling) return {};
    const type = this.states.get(name)?.Type ?? its;
    const { own } = this.lanes.of(name, index);
    if (this.kept?.wasTold("exited", own, name)) return {};
    if ((type === "Parallel" || type === "Map") && !this.broken.delete(name)) this.history.add(`${type}StateSucceeded`, own);
    this.history.add(exited(type), own, { stateExitedEventDetails: { name, ...said("output", output) } });
    return bytesOf(output) > mostBytes ? { tooLong: name } : {};
  }

  private iteration(type: string, name: string, index: number): void {
    const { own, from } = this.lanes.iteration(name, index);
    if (this.kept?.wasTold(type, own, "")) return;
    this.history.add(type, own, { [`${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`]: { name, index } }, from);
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
