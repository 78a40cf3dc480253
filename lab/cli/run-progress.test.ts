import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { Progress } from "./run-progress";

let id = 0;
const event = (type: string, second: number, previousEventId: number, details: object): HistoryEvent =>
  ({ id: (id += 1), previousEventId, timestamp: new Date(second * 1000), type, ...details }) as HistoryEvent;
const entered = (name: string, second: number, from = id) => event("TaskStateEntered", second, from, { stateEnteredEventDetails: { name } });
const exited = (name: string, second: number, from = id, output: object = {}, type = "TaskStateExited") => event(type, second, from, { stateExitedEventDetails: { name, output: JSON.stringify(output) } });

describe("the progress of a run", () => {
  beforeEach(() => { id = 0; });

  it("tells each step once, when it has ended, with its own time in parallel branches", () => {
    const start = event("ExecutionStarted", 0, 0, {});
    const [one, two] = [entered("One", 1, 1), entered("Two", 1, 1)];
    const history = [start, one, two, exited("Two", 3, 3), exited("One", 6, 2)];
    const progress = new Progress();
    expect(progress.add(history.slice(0, 3))).to.deep.equal([]);
    expect(progress.add(history.slice(3, 4))).to.deep.equal([{ state: "Two", outcome: "done", seconds: 2 }]);
    expect(progress.add(history.slice(4))).to.deep.equal([{ state: "One", outcome: "done", seconds: 5 }]);
  });

  it("tells why a step was skipped, whether the reason is the whole output or a part of it", () => {
    const skip = { skipped: true, reason: "as before" };
    const at = (name: string) => event("PassStateEntered", 1, 0, { stateEnteredEventDetails: { name } });
    const lines = [skip, { decision: {}, curate: skip }].flatMap((output) => {
      id = 0;
      return new Progress().add([at("Lake Skipped"), exited("Lake Skipped", 1, 1, output, "PassStateExited")]);
    });
    expect(lines).to.deep.equal(Array.from({ length: 2 }, () => ({ state: "Lake Skipped", outcome: "skipped", seconds: 0, why: "as before" })));
  });

  it("tells what failed, in the words of what failed", () => {
    const entry = entered("Curate", 1, 0);
    const failed = event("TaskFailed", 4, 1, { taskFailedEventDetails: { error: "States.TaskFailed", cause: '{"JobName":"curate","ErrorMessage":"out of memory"}' } });
    expect(new Progress().add([entry, failed, exited("Curate", 4)])).to.deep.equal([{ state: "Curate", outcome: "failed", seconds: 3, why: "States.TaskFailed: curate: out of memory" }]);
  });

  it("tells at the end of a run what it left out without a word, and why, each once", () => {
    const skip = (step: string) => ({ step, skipped: true, reason: "as before" });
    const at = event("PassStateEntered", 1, 0, { stateEnteredEventDetails: { name: "S3 Import Skipped" } });
    const done = exited("S3 Import Skipped", 1, 1, skip("S3 Import"), "PassStateExited");
    const over = event("ExecutionSucceeded", 1, 0, { executionSucceededEventDetails: { output: JSON.stringify({ steps: [skip("S3 Import"), skip("Lake"), { step: "Score", skipped: false }] }) } });
    expect(new Progress().add([at, done, over]).map(({ state }) => state)).to.deep.equal(["S3 Import Skipped", "Lake"]);
  });

  it("tells at the end of a run without work what it left out, and why", () => {
    const over = event("ExecutionSucceeded", 1, 0, { executionSucceededEventDetails: { output: JSON.stringify({ steps: [{ step: "S3 Import", skipped: true, reason: "as before" }] }) } });
    expect(new Progress().add([over])).to.deep.equal([{ state: "S3 Import", outcome: "skipped", seconds: 0, why: "as before" }]);
  });
});
