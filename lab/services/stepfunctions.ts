/**
 * Step Functions: machines and their executions (JSON 1.0, target AWSStepFunctions). Machines run on
 * `aws-local-stepfunctions`; what it does not have is refused when a machine is made: stepfunctions/support.ts.
 */
import { ApiFault, type Json, type JsonActions, jsonHandler, type Service } from "../gateway/service";
import type { Lab } from "../lab";
import type { Bus } from "./events/event";
import { statusChange } from "./stepfunctions/changed";
import { type Machine, MachineBook, type MachineInput } from "./stepfunctions/machines";
import { RunBook } from "./stepfunctions/runs";
import { type Resources, resources } from "./stepfunctions/tasks/resources";
import type { Described, Machines } from "./stepfunctions/tasks/states";

/** Most items on one page of any list. */
const mostItems = 1000;

export class StepFunctionsService implements Service {
  readonly names = ["states"];
  readonly handle: Service["handle"];
  /** The machines as a task starts them. */
  readonly machinesForTasks: Machines = {
    start: (arn, input, name) => this.runs.start(this.machines.get(arn), input, name),
    ended: (arn) => this.runs.ended(arn),
    stop: async (arn, cause) => void (await this.runs.stop(arn, undefined, cause)),
  };
  private readonly machines: MachineBook;
  private readonly runs: RunBook;

  /**
   * @param tasks what stands behind the Resource of a Task; tests pass their own.
   * @param atOnce waits and pauses before a retry take no time: for tests.
   * @param bus hears of executions; left out: nobody does.
   */
  constructor(lab: Lab, { tasks, atOnce = false, bus }: { tasks?: Resources; atOnce?: boolean; bus?: Bus } = {}) {
    const behind = tasks ?? resources(lab, this.machinesForTasks);
    this.machines = new MachineBook(lab, behind);
    this.runs = new RunBook(lab, behind, atOnce, (run) => bus?.tell(statusChange(run)));
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

const machineActions = (machines: MachineBook): JsonActions => ({
  CreateStateMachine(input: MachineInput) {
    const { stateMachineArn, creationDate } = machines.create(input);
    return { stateMachineArn, creationDate: seconds(creationDate) };
  },
  UpdateStateMachine({ stateMachineArn, ...input }: MachineInput & { stateMachineArn: string }) {
    const { updateDate, revisionId } = machines.update(stateMachineArn, input);
    return { updateDate: seconds(updateDate), revisionId };
  },
  DescribeStateMachine: ({ stateMachineArn }: { stateMachineArn: string }) => describeMachine(machines.get(stateMachineArn)),
  DeleteStateMachine: ({ stateMachineArn }: { stateMachineArn: string }) => machines.delete(stateMachineArn),
  ListStateMachines: (input: Json) => page("stateMachines", machines.all().map(({ stateMachineArn, name, creationDate }) => ({
    stateMachineArn, name, type: "STANDARD", creationDate: seconds(creationDate),
  })), input),
  ListTagsForResource: ({ resourceArn }: { resourceArn: string }) => ({ tags: Object.entries(machines.get(resourceArn).tags).map(([key, value]) => ({ key, value })) }),
  TagResource: ({ resourceArn, tags }: { resourceArn: string; tags: { key: string; value: string }[] }) =>
    machines.tag(resourceArn, (old) => ({ ...old, ...Object.fromEntries(tags.map(({ key, value }) => [key, value])) })),
  UntagResource: ({ resourceArn, tagKeys }: { resourceArn: string; tagKeys: string[] }) =>
    machines.tag(resourceArn, (old) => Object.fromEntries(Object.entries(old).filter(([key]) => !tagKeys.includes(key)))),
});

const runActions = (machines: MachineBook, runs: RunBook): JsonActions => ({
  StartExecution({ stateMachineArn, input, name }: { stateMachineArn: string; input?: string; name?: string }) {
    const { executionArn, startDate } = runs.start(machines.get(stateMachineArn), input ?? "{}", name);
    return { executionArn, startDate: seconds(startDate) };
  },
  DescribeExecution: ({ executionArn }: { executionArn: string }) => describeRun(runs.get(executionArn), runs.notRedrivable(runs.get(executionArn))),
  RedriveExecution: ({ executionArn }: { executionArn: string }) => ({ redriveDate: seconds(runs.redrive(executionArn)) }),
  async StopExecution({ executionArn, error, cause }: { executionArn: string; error?: string; cause?: string }) {
    const { stopDate } = await runs.stop(executionArn, error, cause);
    return { stopDate: seconds(stopDate ?? Date.now()) };
  },
  ListMapRuns: ({ executionArn, ...input }: { executionArn: string } & Json) => page("mapRuns", runs.maps.of(executionArn).map(({ mapRunArn, stateMachineArn, startDate, stopDate }) => ({
    executionArn, mapRunArn, stateMachineArn, startDate: seconds(startDate), ...(stopDate !== undefined && { stopDate: seconds(stopDate) }),
  })), input),
  DescribeMapRun: ({ mapRunArn }: { mapRunArn: string }) => describeMapRun(runs.maps.get(mapRunArn)),
  ListExecutions(input: { stateMachineArn?: string; mapRunArn?: string; statusFilter?: string } & Json) {
    const all = input.mapRunArn ? runs.under(String(input.mapRunArn)) : runs.of(machines.get(String(input.stateMachineArn)).stateMachineArn);
    const found = all.filter((run) => !input.statusFilter || run.status === input.statusFilter);
    return page("executions", found.map((run) => {
      const { executionArn, stateMachineArn, name, status, startDate, stopDate, mapRunArn } = describeRun(run, undefined);
      return { executionArn, stateMachineArn, name, status, startDate, stopDate, ...(mapRunArn && { mapRunArn }) };
    }), input);
  },
  GetExecutionHistory(input: { executionArn: string; reverseOrder?: boolean; includeExecutionData?: boolean } & Json) {
    const events = runs.events(input.executionArn).map(({ lane: _, ...event }) => event);
    const shown = input.includeExecutionData === false ? events.map(withoutData) : events;
    return page("events", input.reverseOrder ? shown.toReversed() : shown, input);
  },
});

const seconds = (milliseconds: number): number => milliseconds / 1000;

const describeMachine = ({ creationDate, updateDate: _, tags: __, ...machine }: Machine) => ({ ...machine, status: "ACTIVE", type: "STANDARD", creationDate: seconds(creationDate) });

function describeRun({ startDate, stopDate, redriveDate, redriveCount = 0, ...run }: Described, notRedrivable: string | undefined) {
  return {
    ...run, startDate: seconds(startDate), ...(stopDate !== undefined && { stopDate: seconds(stopDate) }),
    inputDetails: { included: true }, ...(run.output !== undefined && { outputDetails: { included: true } }),
    redriveCount, ...(redriveDate !== undefined && { redriveDate: seconds(redriveDate) }),
    redriveStatus: notRedrivable ? "NOT_REDRIVABLE" : "REDRIVABLE", ...(notRedrivable && { redriveStatusReason: notRedrivable }),
  };
}

/** Counts of items are those of executions, as long as no batches are made of items. */
function describeMapRun({ counts, total, startDate, stopDate, ...run }: ReturnType<RunBook["maps"]["get"]>) {
  const { RUNNING: running = 0, SUCCEEDED: succeeded = 0, FAILED: failed = 0, TIMED_OUT: timedOut = 0, ABORTED: aborted = 0 } = counts;
  const of = { pending: total - running - succeeded - failed - timedOut - aborted, running, succeeded, failed, timedOut, aborted, total, resultsWritten: 0, failuresNotRedrivable: 0, pendingRedrive: 0 };
  return { ...run, startDate: seconds(startDate), ...(stopDate !== undefined && { stopDate: seconds(stopDate) }), toleratedFailurePercentage: 0, itemCounts: of, executionCounts: of, redriveCount: 0 };
}

/** A page of a list; the token is where the next one begins. */
function page<T>(key: string, all: T[], { maxResults, nextToken }: { maxResults?: number; nextToken?: string }): object {
  const from = Number(nextToken ?? 0);
  if (!Number.isInteger(from) || from < 0) throw new ApiFault("InvalidToken", `Invalid Token: '${nextToken}'`);
  const to = from + Math.min(maxResults || 100, mostItems);
  return { [key]: all.slice(from, to), ...(to < all.length && { nextToken: String(to) }) };
}

/** An event without what went in and out. */
const withoutData = (event: object): object => JSON.parse(JSON.stringify(event, (key, value: unknown) => (key === "input" || key === "output" || key === "parameters" ? undefined : value))) as object;
