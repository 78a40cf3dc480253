/** Histories as AWS records them: localstack/localstack, tests/aws/services/stepfunctions/v2/**.snapshot.json, each validated against AWS. */
import { HistoryEventType } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import ts from "typescript";
import type { HistoryEvent } from "./history";
import { TaskFault } from "./tasks/task";
import { bench, type Bench, type Fake } from "./testing";

const task = (FunctionName: string, more: object = {}) => ({ Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: { FunctionName }, TimeoutSeconds: 5, End: true, ...more });
const scope = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
const each = (state: object, more: object = {}, name = "Do") => ({ Type: "Map", ItemsPath: "$.items", MaxConcurrency: 1, End: true, ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...scope(name, state) }, ...more });
const twice = [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1 }];
const fail = { Type: "Fail", Error: "FailureType", Cause: "Cause description" };
const until = async (fits: () => boolean): Promise<void> => { while (!fits()) await new Promise((resolve) => setTimeout(resolve, 2)); };

/** Fails, waits until it is cut short, or answers; by the name of the function. */
const began: string[] = [];
const fakes: Record<string, Fake> = {
  "lambda:invoke": ({ FunctionName }, { signal }) => {
    began.push(String(FunctionName));
    if (FunctionName === "waits") return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new TaskFault("States.TaskFailed", "stopped"))));
    if (FunctionName === "fails") return until(() => began.filter((name) => name === "waits").length >= 1 || !began.includes("waits")).then(() => { throw new TaskFault("Exception", '{"errorType":"Exception"}'); });
    return { done: true };
  },
  "arn:aws:lambda:eu-central-1:000000000000:function:f": ({ fails }) => { if (fails) throw new TaskFault("Exception", "no"); return { done: true }; },
  "glue:startJobRun.sync": (_, { submitted }) => { submitted({ JobRunId: "jr_1" }); return { Id: "jr_1", JobRunState: "SUCCEEDED" }; },
};

describe("the history of an execution", () => {
  let lab: Bench;
  beforeEach(() => { began.length = 0; lab = bench(fakes, { atOnce: true }); });
  afterEach(() => lab.close());

  /** Each event as `number<previous type`. */
  const told = (events: HistoryEvent[]): string[] => events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);
  async function history(definition: object, input: object = {}): Promise<HistoryEvent[]> {
    const { arn } = await lab.run(await lab.create("m", definition), input);
    return lab.events(arn);
  }

  it("of a branch that fails has no exit of the Parallel, and the error as it was", async () => {
    const events = await history(scope("Both", { Type: "Parallel", End: true, Branches: [scope("Branch1", { Type: "Fail", Error: "FailureType" })] }));
    expect(told(events)).to.deep.equal(["1<0 ExecutionStarted", "2<0 ParallelStateEntered", "3<2 ParallelStateStarted", "4<3 FailStateEntered", "5<4 ParallelStateFailed", "6<5 ExecutionFailed"]);
    expect(events.at(-1)?.executionFailedEventDetails).to.deep.equal({ error: "FailureType" });
  });

  it("of a Parallel that is caught leaves it after its failure", async () => {
    const events = await history({ StartAt: "Both", States: { Both: { Type: "Parallel", Branches: [scope("Branch1", fail)], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }], Next: "Caught" }, Caught: { Type: "Pass", End: true } } });
    expect(told(events).slice(3)).to.deep.equal(["4<3 FailStateEntered", "5<4 ParallelStateFailed", "6<5 ParallelStateExited", "7<6 PassStateEntered", "8<7 PassStateExited", "9<8 ExecutionSucceeded"]);
    expect(events[5]?.stateExitedEventDetails).to.deep.include({ output: '{"Error":"FailureType","Cause":"Cause description"}' });
  });

  it("of a Parallel that is tried again says only that it starts again", async () => {
    const events = await history(scope("Both", { Type: "Parallel", End: true, Retry: twice, Branches: [scope("Branch1", fail)] }));
    expect(told(events).slice(2)).to.deep.equal(["3<2 ParallelStateStarted", "4<3 FailStateEntered", "5<4 ParallelStateStarted", "6<5 FailStateEntered", "7<6 ParallelStateFailed", "8<7 ExecutionFailed"]);
  });

  it("of a task that fails in a branch says that it was cut short, and so of the one beside it", async () => {
    const events = await history(scope("Both", { Type: "Parallel", End: true, Branches: [scope("One", task("fails")), scope("Two", task("waits"))] }));
    const failed = events.find(({ type }) => type === "TaskFailed")?.id ?? 0;
    expect(told(events).slice(-4)).to.deep.equal([`${failed + 1}<${failed} TaskStateAborted`, `${failed + 2}<${failed} TaskStateAborted`, `${failed + 3}<${failed} ParallelStateFailed`, `${failed + 4}<${failed + 3} ExecutionFailed`]);
  });

  it("of items one after the other joins each to the end of the one before it", async () => {
    expect(told(await history(scope("Each", each({ Type: "Pass", End: true })), { items: [1, 2] }))).to.deep.equal([
      "1<0 ExecutionStarted", "2<0 MapStateEntered", "3<2 MapStateStarted", "4<3 MapIterationStarted", "5<4 PassStateEntered", "6<5 PassStateExited", "7<6 MapIterationSucceeded",
      "8<6 MapIterationStarted", "9<8 PassStateEntered", "10<9 PassStateExited", "11<10 MapIterationSucceeded", "12<11 MapStateSucceeded", "13<11 MapStateExited", "14<13 ExecutionSucceeded",
    ]);
  });

  it("of items that are tried again starts the Map again after the last event of the one that failed", async () => {
    expect(told(await history(scope("Each", each(fail, { Retry: twice })), { items: [1] })).slice(3)).to.deep.equal([
      "4<3 MapIterationStarted", "5<4 FailStateEntered", "6<5 MapIterationFailed", "7<5 MapStateStarted", "8<7 MapIterationStarted", "9<8 FailStateEntered", "10<9 MapIterationFailed", "11<9 MapStateFailed", "12<11 ExecutionFailed",
    ]);
  });

  it("of an item that fails cuts short all others, each told after what failed", async () => {
    const events = await history(scope("Each", each({ ...task("x"), Parameters: { "FunctionName.$": "$" } }, { MaxConcurrency: 0 })), { items: ["waits", "fails", "waits"] });
    const failed = events.find(({ type }) => type === "TaskFailed")?.id ?? 0;
    expect(events.filter(({ type }) => type === "MapIterationStarted").map(({ previousEventId }) => previousEventId)).to.deep.equal([3, 3, 3]);
    expect(events.slice(failed).map(({ type, previousEventId }) => `${previousEventId === failed ? "failed" : previousEventId} ${type}`)).to.deep.equal([
      "failed MapIterationFailed", "failed TaskStateAborted", "failed MapIterationAborted", "failed TaskStateAborted", "failed MapIterationAborted", "failed TaskStateAborted", "failed MapStateFailed", `${failed + 7} ExecutionFailed`,
    ]);
  });

  it("of a task that is tried again and then caught schedules it anew, and leaves it by its exit", async () => {
    const events = await history({ StartAt: "Ask", States: { Ask: { ...task("fails"), End: undefined, Next: "Over", Retry: twice, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Over" }] }, Over: { Type: "Succeed" } } });
    expect(told(events).slice(1, 9)).to.deep.equal(["2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted", "5<4 TaskFailed", "6<5 TaskScheduled", "7<6 TaskStarted", "8<7 TaskFailed", "9<8 TaskStateExited"]);
    expect(events[2]?.taskScheduledEventDetails).to.include({ region: "eu-central-1", resource: "invoke", resourceType: "lambda", timeoutInSeconds: 5 });
  });

  it("of a task that takes too long has its time-out without a cause", async () => {
    const events = await history(scope("Ask", task("waits", { TimeoutSeconds: 1 })));
    expect(told(events).slice(3)).to.deep.equal(["4<3 TaskStarted", "5<4 TaskTimedOut", "6<5 ExecutionFailed"]);
    expect(events.slice(4).map((event) => event.taskTimedOutEventDetails ?? event.executionFailedEventDetails)).to.deep.equal([{ resourceType: "lambda", resource: "invoke", error: "States.Timeout" }, { error: "States.Timeout" }]);
  });

  it("of a function that is the resource itself has its own events", async () => {
    const ask = { Type: "Task", Resource: "arn:aws:lambda:eu-central-1:000000000000:function:f", End: true };
    expect(told(await history(scope("Ask", ask)))).to.deep.equal(["1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 LambdaFunctionScheduled", "4<3 LambdaFunctionStarted", "5<4 LambdaFunctionSucceeded", "6<5 TaskStateExited", "7<6 ExecutionSucceeded"]);
    const failed = await lab.run(await lab.create("f", scope("Ask", ask)), { fails: true });
    expect((await lab.events(failed.arn))[4]).to.deep.include({ type: "LambdaFunctionFailed", lambdaFunctionFailedEventDetails: { error: "Exception", cause: "no" } });
  });

  it("of an execution that was stopped has nothing but that", async () => {
    const { executionArn } = await lab.call("StartExecution", { stateMachineArn: await lab.create("stopped", scope("Ask", task("waits"))) });
    await until(() => began.includes("waits"));
    await lab.call("StopExecution", { executionArn });
    expect(told(await lab.events(String(executionArn)))).to.deep.equal(["1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted", "5<0 ExecutionAborted"]);
  });

  it("of a machine that can't go on names the state and the event of its entry", async () => {
    const events = await history({ StartAt: "First", States: { First: { Type: "Pass", Next: "Which" }, Which: { Type: "Choice", Choices: [{ Variable: "$.gone", StringEquals: "x", Next: "First" }], Default: "End" }, End: { Type: "Succeed" } } });
    expect(told(events).slice(-2)).to.deep.equal(["4<3 ChoiceStateEntered", "5<4 ExecutionFailed"]);
    expect((events[4]?.executionFailedEventDetails as { cause: string }).cause).to.match(/^An error occurred while executing the state 'Which' \(entered at the event id #4\)\. .*\$\.gone/);
    const none = await lab.run(await lab.create("none", { StartAt: "Which", States: { Which: { Type: "Choice", Choices: [{ Variable: "$.a", IsPresent: true, Next: "Fine" }] }, Fine: { Type: "Succeed" } } }));
    expect(none).to.include({ error: "States.NoChoiceMatched", cause: "An error occurred while executing the state 'Which' (entered at the event id #2). Failed to transition out of the state." });
  });

  it("has no field that AWS's own types don't have, of every event that a machine of ours makes", async () => {
    const inner = await lab.create("inner", scope("Do", { Type: "Pass", End: true }));
    const all = await history({
      StartAt: "Job",
      States: {
        Job: { Type: "Task", Resource: "arn:aws:states:::glue:startJobRun.sync", ResultPath: null, Next: "Nested" },
        Nested: { Type: "Task", Resource: "arn:aws:states:::states:startExecution.sync:2", Parameters: { StateMachineArn: inner }, ResultPath: null, Next: "Which" },
        Which: { Type: "Choice", Choices: [{ Variable: "$.items", IsPresent: true, Next: "Pause" }] }, Pause: { Type: "Wait", Seconds: 1, Next: "Both" },
        Both: { Type: "Parallel", ResultPath: null, Next: "Each", Branches: [scope("Fine", task("fine")), scope("Skip", { Type: "Pass", End: true })] },
        Each: each({ ...task("fine"), ResultPath: null }, { End: undefined, ResultPath: null, Next: "Many" }),
        Many: { Type: "Map", ItemsPath: "$.items", MaxConcurrency: 2, Label: "many", ResultPath: null, Next: "Fails", ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...scope("One", { Type: "Pass", End: true }) } },
        Fails: { ...task("fails"), End: undefined, ResultPath: null, Next: "Over", Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "Last" }] },
        Last: each({ ...task("fails"), ResultPath: null }, { End: undefined, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Over" }], Next: "Over" }, "Fail"), Over: { Type: "Succeed" },
      },
    }, { items: [1, 2] });
    expect(all.at(-1)?.type).to.equal("ExecutionSucceeded");
    const model = modelOf("HistoryEvent");
    for (const event of all) {
      expect(Object.values(HistoryEventType)).to.include(event.type);
      expect(strays(event, "HistoryEvent", model), event.type).to.deep.equal([]);
    }
    const types = new Set(all.map(({ type }) => type));
    for (const type of ["TaskSubmitted", "TaskFailed", "MapRunStarted", "MapRunSucceeded", "MapIterationFailed", "MapStateFailed", "TaskStateAborted", "WaitStateExited", "ChoiceStateEntered", "ParallelStateSucceeded", "SucceedStateExited"]) expect(types).to.include(type);
  });
});

type Model = Record<string, Record<string, string>>;

/** The interfaces of client-sfn that a name leads to: field → its type in words. */
function modelOf(name: string, model: Model = {}): Model {
  const file = require.resolve("@aws-sdk/client-sfn/package.json").replace("package.json", "dist-types/models/models_0.d.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022);
  const interfaces = new Map(source.statements.filter(ts.isInterfaceDeclaration).map((each) => [each.name.text, each]));
  const walk = (of: string): void => {
    if (model[of] || !interfaces.has(of)) return;
    model[of] = {};
    for (const member of interfaces.get(of)!.members.filter(ts.isPropertySignature)) {
      const type = (member.type?.getText(source) ?? "").replace(/ \| undefined/, "");
      model[of][member.name.getText(source)] = type;
      walk(type);
    }
  };
  walk(name);
  return model;
}

/** Fields that the model lacks, or has with another type. */
function strays(value: Record<string, unknown>, of: string, model: Model, at = ""): string[] {
  return Object.entries(value).flatMap(([key, each]) => {
    const type = model[of]?.[key];
    if (!type) return [`${at}${key}`];
    if (model[type]) return typeof each === "object" && each !== null ? strays(each as Record<string, unknown>, type, model, `${at}${key}.`) : [`${at}${key} is no ${type}`];
    const simple = { string: "string", number: "number", boolean: "boolean", Date: "number" }[type];
    return simple && typeof each !== simple ? [`${at}${key} is no ${type}`] : [];
  });
}
