/** Actions: the API of Step Functions, from requests to machines and executions and back, in AWS's shapes. */
import { ApiFault, type Json, type JsonActions } from "../../gateway/service";
import type { Machine, MachineBook, MachineInput } from "./machines";
import type { RunBook } from "./runs";
import type { Described } from "./tasks/states";
import { split, type Version, versionArn } from "./versions";

/** Most items on one page of any list. */
const mostItems = 1000;

export const machineActions = (machines: MachineBook): JsonActions => ({
  CreateStateMachine(input: MachineInput) {
    const { stateMachineArn, creationDate } = machines.create(input);
    return { stateMachineArn, creationDate: seconds(creationDate), ...published(machines, stateMachineArn, input) };
  },
  UpdateStateMachine({ stateMachineArn, ...input }: MachineInput & { stateMachineArn: string }) {
    const { updateDate, revisionId } = machines.update(stateMachineArn, input);
    return { updateDate: seconds(updateDate), ...(revisionId && { revisionId }), ...published(machines, stateMachineArn, input) };
  },
  PublishStateMachineVersion({ stateMachineArn, description, revisionId }: { stateMachineArn: string; description?: string; revisionId?: string }) {
    const { number, creationDate } = machines.publish(stateMachineArn, { description, revisionId });
    return { stateMachineVersionArn: versionArn(stateMachineArn, number), creationDate: seconds(creationDate) };
  },
  ListStateMachineVersions: ({ stateMachineArn, ...input }: { stateMachineArn: string } & Json) => page("stateMachineVersions", machines.versions.of(machines.get(stateMachineArn).stateMachineArn).map(({ number, creationDate }) => ({
    stateMachineVersionArn: versionArn(stateMachineArn, number), creationDate: seconds(creationDate),
  })), input),
  DeleteStateMachineVersion: ({ stateMachineVersionArn }: { stateMachineVersionArn: string }) => machines.versions.delete(stateMachineVersionArn),
  DescribeStateMachine({ stateMachineArn }: { stateMachineArn: string }) {
    const { machine, version } = machines.found(stateMachineArn);
    return describeMachine(machine, version);
  },
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

export const runActions = (machines: MachineBook, runs: RunBook): JsonActions => ({
  StartExecution({ stateMachineArn, input, name }: { stateMachineArn: string; input?: string; name?: string }) {
    const { executionArn, startDate } = runs.start(machines.found(stateMachineArn), input ?? "{}", name);
    return { executionArn, startDate: seconds(startDate) };
  },
  DescribeExecution: ({ executionArn }: { executionArn: string }) => describeRun(told(runs, runs.past.get(executionArn)), runs.notRedrivable(runs.past.get(executionArn))),
  RedriveExecution: ({ executionArn }: { executionArn: string }) => ({ redriveDate: seconds(runs.redrive(executionArn)) }),
  async StopExecution({ executionArn, error, cause }: { executionArn: string; error?: string; cause?: string }) {
    const { stopDate } = await runs.stop(executionArn, error, cause);
    return { stopDate: seconds(stopDate ?? Date.now()) };
  },
  ListMapRuns: ({ executionArn, ...input }: { executionArn: string } & Json) => page("mapRuns", runs.maps.of(executionArn).map(({ mapRunArn, stateMachineArn, startDate, stopDate }) => ({
    executionArn, mapRunArn, stateMachineArn, startDate: seconds(startDate), ...(stopDate !== undefined && { stopDate: seconds(stopDate) }),
  })), input),
  DescribeMapRun: ({ mapRunArn }: { mapRunArn: string }) => describeMapRun(runs.maps.get(mapRunArn)),
  ListExecutions(input: { stateMachineArn?: string; mapRunArn?: string; statusFilter?: string; redriveFilter?: string } & Json) {
    if (!input.mapRunArn) machines.found(String(input.stateMachineArn));
    const { machineArn, number } = split(String(input.stateMachineArn));
    const all = input.mapRunArn ? runs.past.under(String(input.mapRunArn)) : runs.past.of(machineArn).filter((run) => number === undefined || run.stateMachineVersionArn === input.stateMachineArn);
    const wanted = all.map((run) => told(runs, run)).filter((run) => !input.statusFilter || run.status === input.statusFilter);
    const found = wanted.filter(({ redriveCount = 0 }) => !input.redriveFilter || (input.redriveFilter === "REDRIVEN") === redriveCount > 0);
    return page("executions", found.map((run) => {
      const { executionArn, stateMachineArn, stateMachineVersionArn, name, status, startDate, stopDate, mapRunArn, redriveCount, redriveDate } = describeRun(run, undefined);
      return { executionArn, stateMachineArn, ...(stateMachineVersionArn && { stateMachineVersionArn }), name, status, startDate, stopDate, redriveCount, ...(redriveDate && { redriveDate }), ...(mapRunArn && { mapRunArn }) };
    }), input);
  },
  GetExecutionHistory(input: { executionArn: string; reverseOrder?: boolean; includeExecutionData?: boolean } & Json) {
    const events = runs.past.events(input.executionArn).map(({ lane: _, ...event }) => event);
    const shown = input.includeExecutionData === false ? events.map(withoutData) : events;
    return page("events", input.reverseOrder ? shown.toReversed() : shown, input);
  },
});

const seconds = (milliseconds: number): number => milliseconds / 1000;

/** What is not configured is told as such, as AWS tells it. */
const describeMachine = ({ creationDate, updateDate: _, tags: __, ...machine }: Machine, version?: Version) => ({
  loggingConfiguration: { level: "OFF", includeExecutionData: false }, tracingConfiguration: { enabled: false }, ...machine, status: "ACTIVE", type: "STANDARD", creationDate: seconds(version?.creationDate ?? creationDate),
  ...(version && { stateMachineArn: versionArn(machine.stateMachineArn, version.number), ...(version.description && { description: version.description }) }),
});

/** The version that a request asks for at once. */
function published(machines: MachineBook, arn: string, { publish, versionDescription }: Partial<MachineInput>): { stateMachineVersionArn?: string } {
  return publish ? { stateMachineVersionArn: versionArn(arn, machines.publish(arn, { description: versionDescription }).number) } : {};
}

/** An item's execution may wait for its redrive. */
const told = (runs: RunBook, run: Described): Described => (run.mapRunArn ? { ...run, status: runs.maps.statusOf(run) } : run);

function describeRun({ startDate, stopDate, redriveDate, redriveCount = 0, item: _, ...run }: Described, notRedrivable: string | undefined) {
  return {
    ...run, startDate: seconds(startDate), ...(stopDate !== undefined && { stopDate: seconds(stopDate) }),
    inputDetails: { included: true }, ...(run.output !== undefined && { outputDetails: { included: true } }),
    redriveCount, ...(redriveDate !== undefined && { redriveDate: seconds(redriveDate) }),
    redriveStatus: notRedrivable ? "NOT_REDRIVABLE" : run.mapRunArn ? "REDRIVABLE_BY_MAP_RUN" : "REDRIVABLE", ...(notRedrivable && { redriveStatusReason: notRedrivable }),
  };
}

/** Counts of items are those of executions, as long as no batches are made of items. */
function describeMapRun({ counts, notRedrivable, error: _, total, startDate, stopDate, redriveDate, redriveCount = 0, ...run }: ReturnType<RunBook["maps"]["get"]>) {
  const { RUNNING: running = 0, SUCCEEDED: succeeded = 0, FAILED: failed = 0, TIMED_OUT: timedOut = 0, ABORTED: aborted = 0, PENDING_REDRIVE: pendingRedrive = 0 } = counts;
  const pending = total - running - succeeded - failed - timedOut - aborted - pendingRedrive;
  const of = { pending, running, succeeded, failed, timedOut, aborted, total, resultsWritten: 0, failuresNotRedrivable: notRedrivable, pendingRedrive };
  return {
    ...run, startDate: seconds(startDate), ...(stopDate !== undefined && { stopDate: seconds(stopDate) }), toleratedFailurePercentage: 0, itemCounts: of, executionCounts: of,
    redriveCount, ...(redriveDate !== undefined && { redriveDate: seconds(redriveDate) }),
  };
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
