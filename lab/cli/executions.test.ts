import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { resultOf, summaryOf } from "./executions";
import { lineOf } from "./history";
import { resumeInput } from "./resume";
import { roomsTrained } from "./rooms-trained";
import { leaving } from "./run";
import { openStates } from "./status";

const events = (...steps: [type: string, name?: string, input?: object][]): HistoryEvent[] => steps.map(([type, name, input], at) => ({
  id: at + 1, previousEventId: at, timestamp: new Date(at * 1000), type,
  ...(type.endsWith("Entered") && { stateEnteredEventDetails: { name, input: JSON.stringify(input ?? {}) } }), ...(type.endsWith("Exited") && { stateExitedEventDetails: { name } }),
  ...(type === "TaskFailed" && { taskFailedEventDetails: { error: "Broken" } }),
})) as HistoryEvent[];
const did = (name: string, how = "TaskSucceeded", input?: object): [string, string?, object?][] => [["TaskStateEntered", name, input ?? {}], [how], ["TaskStateExited", name]];

describe("what a run had done", () => {
  it("is what was left with success, and goes into the input of the run that goes on", () => {
    const history = events(...did("Decide"), ...did("Import S3 Data"), ...did("Train and Score Room", "TaskSucceeded", { folder: "room_id=lab" }), ...did("Curate", "TaskFailed"));
    expect(resumeInput("one", { train: true }, history)).to.deep.equal({ train: true, of: "one", done: ["S3 Import"], rooms: ["room_id=lab"] });
  });

  it("is the training as well when all its rooms were trained, in either way, though the run was stopped before their scores", () => {
    const entered = (name: string) => ["MapStateEntered", name, { training: { count: 1 } }] as [string, string, object];
    const inline = events(...did("Decide"), entered("Train and Score"), ["MapStateStarted"], ...did("Train and Score Room", "TaskSucceeded", { folder: "room_id=lab" }), ["ExecutionAborted"]);
    expect(resumeInput("one", {}, inline)).to.deep.include({ done: ["Training"], rooms: ["room_id=lab"] });
    const many = events(...did("Decide"), entered("Train and Score Many"), ["MapStateStarted"], ["ExecutionAborted"]);
    expect(resumeInput("one", {}, many, ["room_id=lab"])).to.deep.include({ done: ["Training"], rooms: ["room_id=lab"] });
    expect(resumeInput("one", {}, many)).to.deep.include({ done: [], rooms: [] });
  });

  it("has a distributed Map that was left, whose exit AWS puts after its start and not after its end", () => {
    const history = events(...did("Decide"), ["MapStateEntered", "Train and Score Many"], ["MapStateStarted"], ["MapRunStarted"], ["MapRunSucceeded"], ["MapStateSucceeded"], ["MapStateExited", "Train and Score Many"]);
    history.at(-1)!.previousEventId = 6;
    expect(resumeInput("one", {}, history)).to.deep.include({ done: ["Training"] });
  });

  it("adds to what the run before it had done, and to what it was told to leave out", () => {
    const history = events(...did("Decide"), ...did("Curate"));
    expect(resumeInput("two", { of: "one", done: ["S3 Import"], rooms: ["room_id=lab"] }, history)).to.deep.equal({ of: "two", done: ["S3 Import", "Curate"], rooms: ["room_id=lab"] });
    expect(resumeInput("two", { from: "Curate" }, history)?.done).to.include.members(["History Crawl", "Database Import", "Lake Crawl", "Curate"]);
  });

  it("is nothing when the run never decided, or never had its turn", () => {
    expect(resumeInput("one", {}, events(["TaskStateEntered", "Decide"], ["TaskFailed"], ["TaskStateExited", "Decide"]))).to.equal(undefined);
    const waiting = events(...did("Decide"), ["WaitStateEntered", "Wait For Turn"]);
    Object.assign(waiting[2]!.stateExitedEventDetails!, { output: JSON.stringify({ decision: { mine: false } }) });
    expect(resumeInput("one", {}, waiting)).to.equal(undefined);
  });

  it("has the rooms that were trained in executions of their own, unless their names alone would fill the input", async () => {
    const history = events(...did("Decide"), ["MapStateEntered", "Train and Score Many"], ["MapRunStarted"]);
    Object.assign(history[4]!, { mapRunStartedEventDetails: { mapRunArn: "arn:map" } });
    const pages = [{ executions: [{ executionArn: "1" }], nextToken: "n" }, { executions: [{ executionArn: "2" }] }];
    const sfn = { send: async ({ input }: { input: Record<string, string> }) => (input.mapRunArn ? pages[input.nextToken ? 1 : 0] : { input: JSON.stringify({ folder: `room_id=${input.executionArn}` }) }) };
    const trained = await roomsTrained({ sfn: sfn as never }, history);
    expect(resumeInput("one", {}, history, trained)).to.deep.equal({ of: "one", done: [], rooms: ["room_id=1", "room_id=2"] });
    expect(resumeInput("one", {}, history, Array.from({ length: 20_000 }, (_, at) => `room_id=${at}`))?.rooms).to.deep.equal([]);
  });
});

describe("what the commands say", () => {
  const failed = resultOf({
    executionArn: "arn:e", name: "r1", status: "FAILED", startDate: new Date(0), stopDate: new Date(2500), error: "States.TaskFailed", cause: '{"JobName":"curate","ErrorMessage":"out of memory"}',
  });

  it("tells a failure by its innermost cause", () => {
    expect(summaryOf(failed)).to.equal("failed after 2.5 s: States.TaskFailed: curate: out of memory");
    expect(lineOf(failed)).to.equal("1970-01-01T00:00:00Z  FAILED         2.5 s  r1  States.TaskFailed: curate: out of memory");
  });

  it("tells a running run until now, and where it is", () => {
    expect(summaryOf(resultOf({ status: "RUNNING", startDate: new Date(0) }, new Date(4000)))).to.equal("running for 4.0 s");
    expect(openStates(events(...did("Decide"), ["ParallelStateEntered", "Import"], ["TaskStateEntered", "Import S3 Data"]))).to.deep.equal(["Import", "Import S3 Data"]);
  });

  it("says how to stop what Ctrl-C leaves running", () => {
    expect(leaving("arn:aws:states:eu-central-1:1:execution:p:r1", " --stack dev")).to.equal("The run r1 goes on; stop it with: sensorlake stop r1 --stack dev");
  });
});
