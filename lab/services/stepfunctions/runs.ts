/** Runs: executions of machines, kept on disk while they run and after. */
import { randomUUID } from "node:crypto";
import type { Definition } from "../../../components/state-machine/language";
import { ApiFault } from "../../gateway/service";
import type { Lab } from "../../lab";
import { type Ending, Execution } from "./execution";
import { Kept } from "./kept";
import type { MapRun, Parent } from "./map-run";
import { MapRuns } from "./map-runs";
import { notRedrivable } from "./redrive";
import { History, type HistoryEvent, mostBytes } from "./history";
import type { Machine } from "./machines";
import { type LogGroups, runLog } from "./run-log";
import { RunStore } from "./run-store";
import type { Resources } from "./tasks/resources";
import type { Described } from "./tasks/states";
import { type Version, versionArn } from "./versions";

/** What else there is. */
export interface Around {
  /** Waits and pauses before a retry take no time. */
  atOnce: boolean;
  groups: LogGroups | undefined;
  /** Hears of every execution that starts or ends. */
  changed: (run: Described) => void;
}

interface Live {
  execution: Execution;
  ended: Promise<Described>;
}

export class RunBook {
  readonly past: RunStore;
  private readonly live = new Map<string, Live>();
  readonly maps: MapRuns;

  constructor(private readonly lab: Lab, private readonly resources: Resources, private readonly around: Around) {
    this.past = new RunStore(lab);
    this.maps = new MapRuns(lab.store<MapRun>("states-map-runs"), lab.store<unknown[]>("states-map-items"), resources, {
      start: (...item) => this.startItem(...item), ended: (arn) => this.ended(arn), stop: (arn, cause) => this.stop(arn, undefined, cause), under: (mapRunArn) => this.past.under(mapRunArn),
      redrive: (arn) => (this.notRedrivable(this.past.get(arn)) === undefined ? this.redriven(arn) : undefined), redrivable: (child) => this.notRedrivable(child) === undefined,
    });
  }

  /** The same name and input while it runs is the same execution; otherwise a name is used once (API_StartExecution). */
  start({ machine, version }: { machine: Machine; version?: Version }, input: string, name: string = randomUUID()): Described {
    const value = inputOf(input);
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) throw new ApiFault("InvalidName", `Invalid Name: '${name}'`);
    const executionArn = executionOf(machine.stateMachineArn, name);
    const old = this.past.find(executionArn);
    if (old?.status === "RUNNING" && old.input === input) return old;
    if (old) throw new ApiFault("ExecutionAlreadyExists", `Execution Already Exists: '${executionArn}'`);
    const of = version && { stateMachineVersionArn: versionArn(machine.stateMachineArn, version.number) };
    return this.begun(machine, { executionArn, stateMachineArn: machine.stateMachineArn, ...of, name, status: "RUNNING", input, startDate: Date.now() }, value);
  }

  /** The execution of one item, under the name of the machine and the Map's label. */
  private startItem(parent: Parent, label: string, mapRunArn: string, definition: Definition, { at, input: value }: { at: number; input: unknown }): Described {
    const name = randomUUID();
    const machine = this.past.machines.get(parent.executionArn);
    if (!machine) throw new Error(`the machine of ${parent.executionArn} is not known`);
    const stateMachineArn = `${parent.stateMachineArn}/${label}`;
    const run: Described = { executionArn: executionOf(stateMachineArn, name), stateMachineArn, name, status: "RUNNING", input: JSON.stringify(value), startDate: Date.now(), mapRunArn, item: at };
    return this.begun({ ...machine, stateMachineArn, definition: JSON.stringify(definition) }, run, value);
  }

  private begun(machine: Machine, run: Described, value: unknown): Described {
    const { executionArn, input } = run;
    this.past.put(run);
    this.past.machines.put(executionArn, machine);
    const history = this.historyOf(machine, run);
    history.add("ExecutionStarted", "", { executionStartedEventDetails: { input, inputDetails: { truncated: false }, roleArn: machine.roleArn, ...(run.stateMachineVersionArn && { stateMachineVersionArn: run.stateMachineVersionArn }) } });
    this.launch(machine, run, history, JSON.parse(machine.definition) as Definition, value);
    return run;
  }

  /** Go on where it failed, was stopped or took too long (API_RedriveExecution); an item's goes on with its Map Run. */
  redrive(arn: string): number {
    if (this.past.get(arn).mapRunArn) throw new ApiFault("ExecutionNotRedrivable", "Execution is a child of a Map Run; redrive its parent");
    return this.redriven(arn).redriveDate ?? 0;
  }

  private redriven(arn: string): Described {
    const old = this.past.get(arn);
    const machine = this.past.machines.get(arn);
    const events = this.past.events(arn);
    const why = notRedrivable(old, events.length, machine !== undefined);
    if (why || !machine) throw new ApiFault("ExecutionNotRedrivable", why ?? "");
    const { input: given, redriveCount = 0 } = old;
    const run: Described = { ...old, redriveCount: redriveCount + 1, redriveDate: Date.now(), status: "RUNNING" };
    for (const end of ["output", "error", "cause", "stopDate"] as const) delete run[end];
    this.past.put(run);
    const definition = JSON.parse(machine.definition) as Definition;
    const kept = new Kept(events);
    const history = this.historyOf(machine, run, events);
    history.add("ExecutionRedriven", "", { executionRedrivenEventDetails: { redriveCount: run.redriveCount } });
    const { name = definition.StartAt, input } = kept.from ?? { input: JSON.parse(given) as unknown };
    this.launch(machine, run, history, { ...definition, StartAt: name }, input, kept);
    return run;
  }

  /** Why it can't be redriven; undefined when it can. */
  notRedrivable(run: Described): string | undefined {
    return notRedrivable(run, this.past.events(run.executionArn).length, this.past.machines.has(run.executionArn));
  }

  async ended(arn: string): Promise<Described> {
    return (await this.live.get(arn)?.ended) ?? this.past.get(arn);
  }

  /** At most 256 characters of an error and 32,768 of a cause: API_StopExecution. */
  async stop(arn: string, error?: string, cause?: string): Promise<Described> {
    this.past.get(arn);
    for (const [what, text = "", most] of [["error", error, 256], ["cause", cause, 32_768]] as const) {
      if (text.length > most) throw new ApiFault("ValidationException", `1 validation error detected: Value at '${what}' failed to satisfy constraint: Member must have length less than or equal to ${most}`);
    }
    this.live.get(arn)?.execution.stop(error, cause);
    return this.ended(arn);
  }

  async stopAll(cause: string): Promise<void> {
    await Promise.all([...this.live.keys()].map((arn) => this.stop(arn, "Lab.Stopped", cause)));
  }

  /** What was running when the lab broke off is over, and says so; it is never taken up half-done. */
  settleBroken(): void {
    this.maps.settleBroken();
    for (const run of this.past.all().filter(({ status }) => status === "RUNNING")) {
      const arn = run.executionArn;
      const why = { error: "Lab.Ended", cause: "The lab ended while the execution was running." };
      const history = new History(this.past.events(arn));
      history.add("ExecutionAborted", "", { executionAbortedEventDetails: why }, { after: 0 });
      this.past.keep(arn, history);
      this.past.put({ ...run, status: "ABORTED", ...why, stopDate: Date.now() });
    }
  }

  /** A history that is logged, and goes to disk a while after it grew; readers see it as it grows. */
  private historyOf({ name, loggingConfiguration: logging }: Machine, run: Described, events: HistoryEvent[] = []): History {
    const arn = run.executionArn;
    const log = runLog({ name, logging }, run, this.around.groups);
    const history = new History(events, (event) => {
      log(event);
      if (this.live.has(arn)) this.past.keepSoon(arn, history);
    });
    this.past.keep(arn, history);
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
    const execution = new Execution(definition, value, context, this.resources, history, (...map) => this.maps.run(parent, ...map), before, this.around.atOnce);
    const ended = execution.ended.then((ending) => {
      this.past.keep(arn, history);
      if (ending.status === "SUCCEEDED") this.past.machines.delete(arn);
      const over = { ...run, ...told(ending), stopDate: Date.now() };
      this.past.put(over);
      this.live.delete(arn);
      this.around.changed(over);
      this.lab.log("states", `${machine.name} ${run.name} ${ending.status}${ending.error ? ` ${ending.error}: ${ending.cause ?? ""}` : ""}`);
      return over;
    });
    this.live.set(arn, { execution, ended });
    this.around.changed(run);
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
