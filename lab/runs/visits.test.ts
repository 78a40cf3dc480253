import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { Visits } from "./visits";

/** Events by what they follow; the second of an event is its number. */
const events = (...told: [before: number, type: string, details?: object][]): HistoryEvent[] =>
  told.map(([previousEventId, type, details], at) => ({ id: at + 1, previousEventId, timestamp: new Date((at + 1) * 1000), type, ...details })) as HistoryEvent[];
const enter = (before: number, type: string, name: string): [number, string, object] => [before, `${type}StateEntered`, { stateEnteredEventDetails: { name } }];
const exit = (before: number, type: string, name: string, output: object = {}): [number, string, object] => [before, `${type}StateExited`, { stateExitedEventDetails: { name, output: JSON.stringify(output) } }];
const item = (before: number, what: string, name: string, index: number): [number, string, object] => [before, `MapIteration${what}`, { [`mapIteration${what}EventDetails`]: { name, index } }];
const bad = { taskFailedEventDetails: { error: "States.TaskFailed", cause: '{"JobName":"curate","ErrorMessage":"out of memory"}' } };
const seen = (...told: Parameters<typeof events>) => new Visits().add(events(...told)).all().map(({ name, status, within, item: of, why }) => [name, status, ...(within === undefined ? [] : [within]), ...(of === undefined ? [] : [of]), ...(why ? [why] : [])]);

describe("the states that an execution came to", () => {
  it("are those of branches, inside their Parallel, whichever ended first", () => {
    expect(seen([0, "ExecutionStarted"], enter(0, "Parallel", "Both"), [2, "ParallelStateStarted"], enter(3, "Task", "One"), enter(3, "Task", "Two"), [5, "TaskSucceeded"], exit(6, "Task", "Two"), enter(7, "Pass", "After Two")))
      .to.deep.equal([["Both", "running"], ["One", "running", 2], ["Two", "succeeded", 2], ["After Two", "running", 2]]);
  });

  it("are those of a Map, item by item, where one item follows the other as on AWS", () => {
    expect(seen([0, "ExecutionStarted"], enter(0, "Map", "Each"), [2, "MapStateStarted", { mapStateStartedEventDetails: { length: 2 } }], item(3, "Started", "Each", 0), enter(4, "Pass", "Do"), exit(5, "Pass", "Do"), item(6, "Succeeded", "Each", 0),
      item(6, "Started", "Each", 1), enter(8, "Pass", "Do"), exit(9, "Pass", "Do"), item(10, "Succeeded", "Each", 1), [11, "MapStateSucceeded"], exit(10, "Map", "Each"), enter(13, "Pass", "Next")))
      .to.deep.equal([["Each", "succeeded"], ["Do", "succeeded", 2, 0], ["Do", "succeeded", 2, 1], ["Next", "running"]]);
  });

  it("failed where that was caught, in the words of what failed innermost", () => {
    expect(seen([0, "ExecutionStarted"], enter(0, "Parallel", "Both"), [2, "ParallelStateStarted"], enter(3, "Task", "One"), enter(3, "Task", "Two"), [4, "TaskFailed", bad], exit(6, "Task", "One"), enter(7, "Fail", "One Failure"),
      [8, "ParallelStateFailed"], exit(9, "Parallel", "Both"), enter(10, "Task", "Tell")))
      .to.deep.equal([["Both", "failed", "States.TaskFailed: curate: out of memory"], ["One", "failed", 2, "States.TaskFailed: curate: out of memory"], ["Two", "running", 2], ["One Failure", "failed", 2], ["Tell", "running"]]);
  });

  it("did not fail where they were tried again and then went well, themselves or what is inside them", () => {
    expect(seen([0, "ExecutionStarted"], enter(0, "Task", "One"), [2, "TaskFailed", bad], [3, "TaskScheduled"], [4, "TaskSucceeded"], exit(5, "Task", "One"))).to.deep.equal([["One", "succeeded"]]);
    expect(seen([0, "ExecutionStarted"], enter(0, "Parallel", "Both"), [2, "ParallelStateStarted"], enter(3, "Fail", "One"), [4, "ParallelStateStarted"], enter(5, "Pass", "Two"), exit(6, "Pass", "Two"), [7, "ParallelStateSucceeded"], exit(7, "Parallel", "Both")))
      .to.deep.equal([["Both", "succeeded"], ["One", "failed", 2], ["Two", "succeeded", 2]]);
  });

  it("were skipped where a Pass says so, and why", () => {
    expect(seen([0, "ExecutionStarted"], enter(0, "Pass", "Lake Skipped"), exit(2, "Pass", "Lake Skipped", { decision: {}, curate: { skipped: true, reason: "as before" } }))).to.deep.equal([["Lake Skipped", "skipped", "as before"]]);
  });

  it("were stopped, or failed, when their execution ended before they did", () => {
    expect(seen([0, "ExecutionStarted"], enter(0, "Wait", "A While"), [0, "ExecutionAborted"])).to.deep.equal([["A While", "stopped"]]);
    expect(seen([0, "ExecutionStarted"], enter(0, "Task", "One"), [2, "TaskTimedOut", { taskTimedOutEventDetails: { error: "States.Timeout" } }], [3, "ExecutionFailed", { executionFailedEventDetails: { error: "States.Timeout" } }])).to.deep.equal([["One", "failed", "States.Timeout"]]);
  });

  it("say which execution or Map Run they started", () => {
    const all = new Visits().add(events([0, "ExecutionStarted"], enter(0, "Task", "One"), [2, "TaskSubmitted", { taskSubmittedEventDetails: { resourceType: "states", output: '{"ExecutionArn":"arn:e"}' } }], exit(3, "Task", "One"),
      enter(4, "Map", "Many"), [5, "MapStateStarted", { mapStateStartedEventDetails: { length: 7 } }], [6, "MapRunStarted", { mapRunStartedEventDetails: { mapRunArn: "arn:m" } }]));
    expect(all.all().map(({ nested, mapRun, items }) => [nested, mapRun, items])).to.deep.equal([["arn:e", undefined, undefined], [undefined, "arn:m", 7]]);
    expect(all.known).to.equal(7);
  });

  it("come out the same when the events come in bit by bit", () => {
    const all = events([0, "ExecutionStarted"], enter(0, "Task", "One"), [2, "TaskSucceeded"], exit(3, "Task", "One"), [4, "ExecutionSucceeded"]);
    const bit = new Visits();
    for (const event of all) bit.add([event]);
    expect(bit.all()).to.deep.equal(new Visits().add(all).all());
  });
});
