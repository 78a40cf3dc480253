/**
 * Step Functions: machines and their executions (JSON 1.0, target AWSStepFunctions). Machines run on
 * `aws-local-stepfunctions`; what it does not have is refused when a machine is made: stepfunctions/support.ts.
 */
import { jsonHandler, type Service } from "../gateway/service";
import type { Lab } from "../lab";
import type { Bus } from "./events/event";
import { machineActions, runActions } from "./stepfunctions/actions";
import { statusChange } from "./stepfunctions/changed";
import { MachineBook } from "./stepfunctions/machines";
import type { LogGroups } from "./stepfunctions/run-log";
import { RunBook } from "./stepfunctions/runs";
import { type Resources, resources } from "./stepfunctions/tasks/resources";
import type { Machines } from "./stepfunctions/tasks/states";

export class StepFunctionsService implements Service {
  readonly names = ["states"];
  readonly handle: Service["handle"];
  /** The machines as a task starts them. */
  readonly machinesForTasks: Machines = {
    start: (arn, input, name) => this.runs.start(this.machines.found(arn), input, name),
    ended: (arn) => this.runs.ended(arn),
    stop: async (arn, cause) => void (await this.runs.stop(arn, undefined, cause)),
  };
  private readonly machines: MachineBook;
  private readonly runs: RunBook;

  /**
   * @param tasks what stands behind the Resource of a Task; tests pass their own.
   * @param atOnce waits and pauses before a retry take no time: for tests.
   * @param bus hears of executions; left out: nobody does.
   * @param groups take what machines log; left out: nothing does.
   */
  constructor(lab: Lab, { tasks, atOnce = false, bus, groups }: { tasks?: Resources; atOnce?: boolean; bus?: Bus; groups?: LogGroups } = {}) {
    const behind = tasks ?? resources(lab, this.machinesForTasks);
    this.machines = new MachineBook(lab, behind, groups);
    this.runs = new RunBook(lab, behind, { atOnce, groups, changed: (run) => bus?.tell(statusChange(run)) });
    this.handle = jsonHandler("Step Functions", { ...machineActions(this.machines), ...runActions(this.machines, this.runs) });
  }

  async start(): Promise<void> {
    this.runs.settleBroken();
  }

  /** End what runs, and the jobs that it waits for. */
  async stop(): Promise<void> {
    await this.runs.stopAll("The lab was stopped while the execution was running.");
  }
}
