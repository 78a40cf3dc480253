import { expect } from "chai";
import { rootCause } from "./cause";
import { outcomeOf } from "./ended";
import type { Turn } from "../decide/turn";
import { message, type Outcome, recordOf, type RunRecord } from "./message";
import { publish, type World } from "./publish";

const outcome = (more: Partial<Outcome> = {}): Outcome => ({
  outcome: "succeeded", run_id: "r1", execution: "arn:aws:states:eu-central-1:1:execution:p:r1", machine: "sensorlake-dev-pipeline", started: "2024-01-01T00:00:00.000Z",
  state: {
    decision: { first: "sources", due: true, reason: "3 exports, 2 at the last success", crawl: { history: { due: false, reason: "as before" }, external: { due: true, reason: "old" } }, import: null },
    ParallelExecutionOutput: [{ step: "S3 Import", skipped: false, seconds: 12 }],
    curate: { step: "Curate", skipped: false, seconds: 30 },
  },
  ...more,
});
const failure = { Error: "States.TaskFailed", Cause: JSON.stringify({ Error: "CrawlFailed", Cause: "Access denied to s3://exports", Status: "FAILED" }) };

class FakeWorld implements World {
  readonly calls: string[] = [];
  readonly sent: [string, string][] = [];
  readonly kept: RunRecord[] = [];
  state: object = { history: "old", rooms: { a: "1" } };
  documents = async () => new Map<string, object>([
    ["covers-sources.json", { history: "new" }], ["covers-training.json", { rooms: { a: "2" } }], ["curate.json", { job: "curate", run_id: "r1", inserted: 7, rooms: [] }],
  ]);
  covered = async () => this.state;
  cover = async (state: object) => { this.calls.push("cover"); this.state = state; };
  keep = async (record: RunRecord) => { this.calls.push("keep"); this.kept.push(record); };
  held: { turn: Turn; etag: string } | undefined = { turn: { execution: outcome().execution }, etag: "0" };
  turn = async () => this.held;
  claim = async (turn: Turn) => { this.calls.push("give back"); this.held = { turn, etag: "1" }; return true; };
  follow = async () => { this.calls.push("follow"); };
  send = async (subject: string, body: string) => { this.calls.push("send"); this.sent.push([subject, body]); };
  now = () => "2024-01-01T00:01:40.000Z";
}

describe("publish", () => {
  it("notes what a success covered, then gives the turn back, then tells", async () => {
    const world = new FakeWorld();
    const published = await publish(world)(outcome());
    expect(world.calls).to.deep.equal(["keep", "cover", "give back", "send"]);
    expect(world.state).to.deep.equal({ history: "new", rooms: { a: "2" }, run_id: "r1" });
    expect(published).to.deep.include({ outcome: "succeeded", run_id: "r1", seconds: 100 });
    expect(world.kept[0]?.reports).to.deep.equal([{ job: "curate", run_id: "r1", inserted: 7, rooms: [] }]);
  });

  it("leaves the state alone after a failure, and gives the turn back all the same", async () => {
    const world = new FakeWorld();
    await publish(world)(outcome({ outcome: "failed", state: { failure } }));
    expect(world.calls).to.deep.equal(["keep", "give back", "send"]);
    expect(world.state).to.deep.equal({ history: "old", rooms: { a: "1" } });
  });

  it("starts the next run when someone came in vain, also after a failure, but not after a stop", async () => {
    for (const [how, follows] of [["succeeded", true], ["failed", true], ["timed out", true], ["stopped", false]] as const) {
      const world = new FakeWorld();
      world.held = { turn: { execution: outcome().execution, again: true }, etag: "0" };
      await publish(world)(outcome({ outcome: how }));
      expect(world.calls.includes("follow"), how).to.equal(follows);
    }
  });

  it("neither gives back nor follows a turn that the run did not have", async () => {
    const world = new FakeWorld();
    world.held = { turn: { execution: "another", again: true }, etag: "0" };
    await publish(world)(outcome({ outcome: "failed", state: { failure } }));
    expect(world.calls).to.deep.equal(["keep", "send"]);
  });

  it("says what was done, what was skipped and why, and where to look", () => {
    const record = recordOf(outcome(), [{ job: "curate", inserted: 7, late_rows: 2 }], "2024-01-01T00:01:40.000Z");
    expect(message(record, "p").body.split("\n")).to.deep.equal([
      "Run r1 succeeded after 100 s.", "Due: 3 exports, 2 at the last success.",
      "- History Crawl: skipped, as before", "- External Crawl: done", "- S3 Import: done in 12 s", "- Curate: done in 30 s", "- curate: 7 inserted, 2 late rows",
      "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/arn:aws:states:eu-central-1:1:execution:p:r1",
    ]);
  });

  it("tells of a run that had nothing to do why each part was left out", () => {
    const no = (reason: string) => ({ due: false, reason });
    const decision = { first: "nothing", due: false, reason: "nothing has changed", crawl: { history: no("a"), external: no("b") }, import: { s3: no("c"), db: no("d") }, lake: no("e"), training: no("f") };
    const { steps } = recordOf(outcome({ state: { decision } }), [], "2024-01-01T00:01:40.000Z");
    expect(steps.map(({ step, skipped, reason }) => [step, skipped, reason])).to.deep.equal([
      ["History Crawl", true, "a"], ["External Crawl", true, "b"], ["S3 Import", true, "c"], ["Database Import", true, "d"], ["Lake", true, "e"], ["Training", true, "f"],
    ]);
  });

  it("keeps the reason of every skip in the record, as a text to ask for", () => {
    expect(recordOf(outcome(), [], "2024-01-01T00:01:40.000Z").skips).to.equal("History Crawl: as before");
  });

  it("tells of a run that was stopped or took too long, gives its turn back, and covers nothing", async () => {
    const detail = { executionArn: outcome().execution, stateMachineArn: "arn:aws:states:eu-central-1:1:stateMachine:p", name: "r1", startDate: Date.parse("2024-01-01T00:00:00Z") };
    const world = new FakeWorld();
    await publish(world)(outcomeOf({ detail: { ...detail, status: "ABORTED", error: "Stopped", cause: "wrong input" } }));
    expect(world.calls).to.deep.equal(["keep", "give back", "send"]);
    expect(world.sent[0]?.[0]).to.equal("p stopped: wrong input");
    expect(outcomeOf({ detail: { ...detail, status: "TIMED_OUT", error: null, cause: null } })).to.deep.include({ outcome: "timed out", state: { failure: { Error: "TIMED_OUT", Cause: "the run took longer than runMinutes" } } });
  });

  it("puts the crawler's own words into the subject of a failure, in 100 plain characters", () => {
    const record = recordOf(outcome({ outcome: "failed", state: { failure } }), [], "2024-01-01T00:01:40.000Z");
    expect(message(record, "p").subject).to.equal("p failed: Access denied to s3://exports");
    const long = recordOf(outcome({ outcome: "failed", state: { failure: { Error: "E", Cause: `é\n${"x".repeat(200)}` } } }), [], "2024-01-01T00:01:40.000Z");
    expect(message(long, "p").subject).to.match(/^p failed: {2}x+$/).and.to.have.length(100);
  });
});

describe("the cause of a failure", () => {
  const causes: [string, { Error?: string; Cause?: string }, { error: string; cause: string }][] = [
    ["a nested execution's", failure, { error: "CrawlFailed", cause: "Access denied to s3://exports" }],
    ["a job's", { Error: "States.TaskFailed", Cause: JSON.stringify({ JobName: "curate", JobRunState: "FAILED", ErrorMessage: "out of memory" }) }, { error: "States.TaskFailed", cause: "curate: out of memory" }],
    ["a function's", { Error: "InputFault", Cause: JSON.stringify({ errorType: "InputFault", errorMessage: "trane is not known" }) }, { error: "InputFault", cause: "trane is not known" }],
    ["SageMaker's", { Error: "States.TaskFailed", Cause: JSON.stringify({ TrainingJobName: "t", FailureReason: "no data" }) }, { error: "States.TaskFailed", cause: "t: no data" }],
    ["a distributed Map", { Error: "States.ExceedToleratedFailureThreshold", Cause: "The specified tolerated failure threshold was exceeded" }, { error: "States.ExceedToleratedFailureThreshold", cause: "a room among many was not trained; the executions of the Map run say which, and why" }],
    ["plain text", { Error: "States.Timeout" }, { error: "States.Timeout", cause: "no cause given" }],
  ];
  for (const [name, given, expected] of causes) it(`is found in ${name}`, () => expect(rootCause(given)).to.deep.equal(expected));
});
