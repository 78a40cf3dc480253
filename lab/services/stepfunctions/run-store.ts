/** Run store: executions with their histories, and the machines as they were when they started, on disk. */
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import type { History, HistoryEvent } from "./history";
import type { Machine } from "./machines";
import type { Described } from "./tasks/states";

/** Milliseconds between two times that the history of a running execution is put on disk. */
const keepMs = 1000;

export class RunStore {
  /** What the machine was when the execution started: a redrive goes on with that. */
  readonly machines: Store<Machine>;
  private readonly runs: Store<Described>;
  private readonly histories: Store<HistoryEvent[]>;
  /** Histories that are soon put on disk. */
  private readonly later = new Map<string, NodeJS.Timeout>();

  constructor(lab: Lab) {
    this.runs = lab.store("states-executions");
    this.histories = lab.store("states-histories");
    this.machines = lab.store("states-execution-machines");
  }

  all(): Described[] {
    return this.runs.entries().map(([, run]) => run);
  }

  /** Of a machine, newest first. */
  of(machineArn: string): Described[] {
    return newestFirst(this.all().filter((run) => run.stateMachineArn === machineArn));
  }

  /** The executions of a Map's items, newest first. */
  under(mapRunArn: string): Described[] {
    return newestFirst(this.all().filter((run) => run.mapRunArn === mapRunArn));
  }

  find(arn: string): Described | undefined {
    return this.runs.get(arn);
  }

  get(arn: string): Described {
    const run = this.find(arn);
    if (!run && !/^arn:/.test(arn)) throw new ApiFault("InvalidArn", `Invalid Arn: 'Invalid ARN prefix: ${arn}'`);
    if (!run) throw new ApiFault("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return run;
  }

  put(run: Described): void {
    this.runs.put(run.executionArn, run);
  }

  events(arn: string): HistoryEvent[] {
    this.get(arn);
    return this.histories.get(arn) ?? [];
  }

  /** Put a history on disk; readers see it grow. */
  keep(arn: string, history: History): void {
    clearTimeout(this.later.get(arn));
    this.later.delete(arn);
    this.histories.put(arn, history.events);
  }

  /** The same, a while later. */
  keepSoon(arn: string, history: History): void {
    if (!this.later.has(arn)) this.later.set(arn, setTimeout(() => this.keep(arn, history), keepMs));
  }
}

/** Items that began in the same millisecond began in their order. */
const newestFirst = (runs: Described[]): Described[] => runs.sort((one, other) => other.startDate - one.startDate || (other.item ?? 0) - (one.item ?? 0));
