/** Runs: executions of machines, kept on disk while they run and after. */
import { randomUUID } from "node:crypto";
import type { Definition } from "../../../components/state-machine/language";
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { type Ending, Execution } from "./execution";
import { Kept } from "./kept";
import { type MapRun, MapRuns, type Parent } from "./map-runs";
import { notRedrivable } from "./redrive";
import { History, type HistoryEvent, mostBytes } from "./history";
import type { Machine } from "./machines";
import type { Resources } from "./tasks/resources";
import type { Described } from "./tasks/states";

interface Live {
  execution: Execution;
  ended: Promise<Described>;
}

/** Milliseconds between two times that the history of a running execution is put on disk. */
const keepMs = 1000;

export class RunBook {
  private readonly kept: Store<Described>;
  private readonly histories: Store<HistoryEvent[]>;
  /** What the machine was when the execution started: a redrive goes on with that. */
  private readonly definitions: Store<Machine>;
  private readonly live = new Map<string, Live>();
  /** Histories that are soon put on disk. */
  private readonly later = new Map<string, NodeJS.Timeout>();
  readonly maps: MapRuns;

  /** @param changed hears of every execution that starts or ends. */
  constructor(private readonly lab: Lab, private readonly resources: Resources, private readonly atOnce = false, private readonly changed: (run: Described) => void = () => undefined) {
    this.kept = lab.store("states-executions");
    this.histories = lab.store("states-histories");
    this.definitions = lab.store("states-execution-machines");
    this.maps = new MapRuns(lab.store<MapRun>("states-map-runs"), resources, {
      start: (...item) => this.startItem(...item), ended: (arn) => this.ended(arn), stop: (arn, cause) => this.stop(arn, undefined, cause), under: (mapRunArn) => this.under(mapRunArn),
    });
  }

  /** Newest first. */
  of(machineArn: string): Described[] {
    return this.kept.entries().map(([, run]) => run).filter((run) => run.stateMachineArn === machineArn).sort((one, other) => other.startDate - one.startDate);
  }

  /** The executions of a Map's items, newest first. */
  under(mapRunArn: string): Described[] {
    return this.kept.entries().map(([, run]) => run).filter((run) => run.mapRunArn === mapRunArn).sort((one, other) => other.startDate - one.startDate);
  }

  get(arn: string): Described {
    const run = this.kept.get(arn);
    if (!run) throw new ApiFault("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return run;
  }

  events(arn: string): HistoryEvent[] {
    this.get(arn);
    return this.histories.get(arn) ?? [];
  }

  /** The same name and input while it runs is the same execution; otherwise a name is used once (API_StartExecution). */
  start(machine: Machine, input: string, name: string = randomUUID()): Described {
    const value = inputOf(input);
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) throw new ApiFault("InvalidName", `Invalid Name: '${name}'`);
    const executionArn = executionOf(machine.stateMachineArn, name);
    const old = this.kept.get(executionArn);
    if (old?.status === "RUNNING" && old.input === input) return old;
    if (old) throw new ApiFault("ExecutionAlreadyExists", `Execution Already Exists: '${executionArn}'`);
    return this.begun(machine, { executionArn, stateMachineArn: machine.stateMachineArn, name, status: "RUNNING", input, startDate: Date.now() }, value);
  }

  /** The execution of one item, under the name of the machine and the Map's label. */
  private startItem(parent: Parent, label: string, mapRunArn: string, definition: Definition, value: unknown): Described {
    const name = randomUUID();
    const machine = this.definitions.get(parent.executionArn);
    if (!machine) throw new Error(`the machine of ${parent.executionArn} is not known`);
    const stateMachineArn = `${parent.stateMachineArn}/${label}`;
    const run: Described = { executionArn: executionOf(stateMachineArn, name), stateMachineArn, name, status: "RUNNING", input: JSON.stringify(value), startDate: Date.now(), mapRunArn };
    return this.begun({ ...machine, stateMachineArn, definition: JSON.stringify(definition) }, run, value);
  }

  private begun(machine: Machine, run: Described, value: unknown): Described {
    const { executionArn, input } = run;
    this.kept.put(executionArn, run);
    this.definitions.put(executionArn, machine);
    const history = this.historyOf(executionArn);
    history.add("ExecutionStarted", "", { executionStartedEventDetails: { input, inputDetails: { truncated: false }, roleArn: machine.roleArn } });
    this.launch(machine, run, history, JSON.parse(machine.definition) as Definition, value);
    return run;
  }

  /** Go on where it failed, was stopped or took too long (API_RedriveExecution). */
  redrive(arn: string): number {
    const old = this.get(arn);
    const machine = this.definitions.get(arn);
    const events = this.events(arn);
    const why = notRedrivable(old, events.length, machine !== undefined);
    if (why || !machine) throw new ApiFault("ExecutionNotRedrivable", why ?? "");
    const { executionArn, stateMachineArn, name: named, input: given, startDate } = old;
    const redriven = { redriveCount: (old.redriveCount ?? 0) + 1, redriveDate: Date.now() };
    const run: Described = { executionArn, stateMachineArn, name: named, input: given, startDate, ...redriven, status: "RUNNING" };
    this.kept.put(arn, run);
    const definition = JSON.parse(machine.definition) as Definition;
    const kept = new Kept(events);
    const history = this.historyOf(arn, events);
    history.add("ExecutionRedriven", "", { executionRedrivenEventDetails: { redriveCount: run.redriveCount } });
    const { name = definition.StartAt, input } = kept.from ?? { input: JSON.parse(given) as unknown };
    this.launch(machine, run, history, { ...definition, StartAt: name }, input, kept);
    return redriven.redriveDate;
  }

  /** Why it can't be redriven; undefined when it can. */
  notRedrivable(run: Described): string | undefined {
    return notRedrivable(run, this.histories.get(run.executionArn)?.length ?? 0, this.definitions.has(run.executionArn));
  }

  async ended(arn: string): Promise<Described> {
    return (await this.live.get(arn)?.ended) ?? this.get(arn);
  }

  async stop(arn: string, error?: string, cause?: string): Promise<Described> {
    this.get(arn);
    this.live.get(arn)?.execution.stop(error, cause);
    return this.ended(arn);
  }

  async stopAll(cause: string): Promise<void> {
    await Promise.all([...this.live.keys()].map((arn) => this.stop(arn, "Lab.Stopped", cause)));
  }

  /** What was running when the lab broke off is over, and says so; it is never taken up half-done. */
  settleBroken(): void {
    this.maps.settleBroken();
    for (const [arn, run] of this.kept.entries()) {
      if (run.status !== "RUNNING") continue;
      const why = { error: "Lab.Ended", cause: "The lab ended while the execution was running." };
      const history = new History(this.histories.get(arn) ?? []);
      history.add("ExecutionAborted", "", { executionAbortedEventDetails: why });
      this.histories.put(arn, history.events);
      this.kept.put(arn, { ...run, status: "ABORTED", ...why, stopDate: Date.now() });
    }
  }

  /** A history that goes to disk a while after it grew; readers see it as it grows. */
  private historyOf(arn: string, events: HistoryEvent[] = []): History {
    const history = new History(events, () => {
      if (this.live.has(arn) && !this.later.has(arn)) this.later.set(arn, setTimeout(() => { this.later.delete(arn); this.histories.put(arn, history.events); }, keepMs));
    });
    this.histories.put(arn, history.events);
    return history;
  }

  private launch(machine: Machine, run: Described, history: History, definition: Definition, value: unknown, before?: Kept): void {
    const arn = run.executionArn;
    const context = {
      Execution: { Id: arn, Name: run.name, RoleArn: machine.roleArn, RedriveCount: run.redriveCount ?? 0 },
      StateMachine: { Id: machine.stateMachineArn, Name: machine.name },
      Lab: { Input: JSON.parse(run.input) as unknown, StartTime: new Date(run.startDate).toISOString() },
    };
    const parent = { executionArn: arn, stateMachineArn: machine.stateMachineArn, context };
    const execution = new Execution(definition, value, context, this.resources, history, (...map) => this.maps.run(parent, ...map), before, this.atOnce);
    const ended = execution.ended.then((ending) => {
      clearTimeout(this.later.get(arn));
      this.later.delete(arn);
      this.histories.put(arn, history.events);
      if (ending.status === "SUCCEEDED") this.definitions.delete(arn);
      const over = { ...run, ...told(ending), stopDate: Date.now() };
      this.kept.put(arn, over);
      this.live.delete(arn);
      this.changed(over);
      this.lab.log("states", `${machine.name} ${run.name} ${ending.status}${ending.error ? ` ${ending.error}: ${ending.cause ?? ""}` : ""}`);
      return over;
    });
    this.live.set(arn, { execution, ended });
    this.changed(run);
    this.lab.log("states", `${machine.name} ${run.name} RUNNING`);
  }
}

const executionOf = (stateMachineArn: string, name: string): string => `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;

const told = ({ output, ...ending }: Ending) => ({ ...ending, ...(output !== undefined && { output: JSON.stringify(output) }) });

function inputOf(input: string): unknown {
  if (Buffer.byteLength(input) > mostBytes) throw new ApiFault("ValidationException", `1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to ${mostBytes}`);
  try {
    return JSON.parse(input) as unknown;
  } catch {
    throw new ApiFault("InvalidExecutionInput", "Invalid State Machine Execution Input: it is not JSON");
  }
}
