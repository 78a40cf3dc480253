import { expect } from "chai";
import { History } from "./stepfunctions/history";
import { unsupported } from "./stepfunctions/support";
import { bench, type Bench, type Fake } from "./stepfunctions/testing";
import type { JsonObject } from "./stepfunctions/tasks/json";
import { TaskFault } from "./stepfunctions/tasks/task";

const task = (more: object = {}) => ({ Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 5, End: true, ...more });
const single = (more: object = {}) => ({ StartAt: "Ask", States: { Ask: task(more) } });
const faultOf = (act: Promise<unknown>): Promise<{ code?: string; message?: string }> => act.then(() => ({}), (fault: { code: string; message: string }) => fault);
/** A job that never ends by itself. */
const endless = (stopped: string[], name: string): Fake => (_, { signal }) => new Promise((_resolve, reject) => {
  signal.addEventListener("abort", () => { stopped.push(name); reject(new TaskFault("States.TaskFailed", "stopped")); });
});

describe("Step Functions in the lab", () => {
  let open: Bench[] = [];
  const opened = (fakes: Record<string, Fake> = {}): Bench => {
    const made = bench(fakes);
    open.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(open.map((each) => each.close()));
    open = [];
  });

  it("runs a machine and tells its history in AWS's shapes", async () => {
    const { create, run, events } = opened({ "lambda:invoke": ({ Payload }) => ({ Payload: { got: Payload as unknown } }) });
    const arn = await create("one", single({ Parameters: { FunctionName: "f", "Payload.$": "$" } }));
    const ended = await run(arn, { a: 1 }, "first");
    expect(ended).to.deep.include({ status: "SUCCEEDED", output: { Payload: { got: { a: 1 } } }, arn: "arn:aws:states:eu-central-1:000000000000:execution:one:first" });
    const all = await events(ended.arn);
    expect(all.map(({ type }) => type)).to.deep.equal(["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"]);
    expect(all.map(({ id, previousEventId }) => [id, previousEventId])).to.deep.equal([[1, 0], [2, 0], [3, 2], [4, 3], [5, 4], [6, 5], [7, 6]]);
    expect(all[2]?.taskScheduledEventDetails).to.deep.include({ resourceType: "lambda", resource: "invoke", timeoutInSeconds: 5, parameters: '{"FunctionName":"f","Payload":{"a":1}}' });
    expect(all[1]?.stateEnteredEventDetails).to.deep.equal({ name: "Ask", input: '{"a":1}', inputDetails: { truncated: false } });
  });

  it("retries what Retry names, as often as it says, then catches", async () => {
    let asked = 0;
    const { create, run, events } = opened({ "lambda:invoke": () => { asked += 1; throw new TaskFault("Lambda.TooManyRequestsException", "slow down"); } });
    const arn = await create("retry", {
      StartAt: "Ask",
      States: {
        Ask: task({ Retry: [{ ErrorEquals: ["Lambda.TooManyRequestsException"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1, MaxDelaySeconds: 1, JitterStrategy: "FULL" }], Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Over" }] }),
        Over: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
      },
    });
    const ended = await run(arn);
    expect(ended).to.include({ status: "FAILED", error: "Lambda.TooManyRequestsException", cause: "slow down" });
    expect(asked).to.equal(2);
    expect((await events(ended.arn)).filter(({ type }) => type === "TaskFailed")).to.have.length(2);
  });

  it("stops the job beside a failing branch, and the jobs of an execution that is stopped", async () => {
    const stopped: string[] = [];
    const { create, run, call } = opened({ "glue:startJobRun.sync": endless(stopped, "job"), "lambda:invoke": () => { throw new TaskFault("Broken", "no"); } });
    const job = { StartAt: "Job", States: { Job: task({ Resource: "arn:aws:states:::glue:startJobRun.sync" }) } };
    const both = await create("both", { StartAt: "Both", States: { Both: { Type: "Parallel", End: true, Branches: [job, single()] } } });
    expect(await run(both)).to.include({ status: "FAILED", error: "Broken", cause: "no" });
    expect(stopped).to.deep.equal(["job"]);

    const { executionArn } = await call("StartExecution", { stateMachineArn: await create("alone", job) });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await call("StopExecution", { executionArn, error: "Enough", cause: "said so" });
    expect(await call("DescribeExecution", { executionArn })).to.include({ status: "ABORTED", error: "Enough", cause: "said so" });
    expect(stopped).to.deep.equal(["job", "job"]);
  });

  it("times a task out as States.Timeout, and stops its job", async () => {
    const stopped: string[] = [];
    const { create, run, events } = opened({ "glue:startJobRun.sync": endless(stopped, "job") });
    const ended = await run(await create("late", { StartAt: "Job", States: { Job: task({ Resource: "arn:aws:states:::glue:startJobRun.sync", TimeoutSeconds: 1 }) } }));
    expect(ended).to.include({ status: "FAILED", error: "States.Timeout" });
    expect(stopped).to.deep.equal(["job"]);
    expect((await events(ended.arn)).map(({ type }) => type)).to.include("TaskTimedOut");
  });

  it("runs nested machines to their end, with the inner cause in the outer one's", async () => {
    const { create, run } = opened({ "lambda:invoke": ({ n }) => { if (n) return { n: n as number }; throw new TaskFault("Empty", "nothing there"); } });
    const inner = await create("inner", single());
    const outer = await create("outer", { StartAt: "Inner", States: { Inner: task({ Resource: "arn:aws:states:::states:startExecution.sync:2", Parameters: { StateMachineArn: inner, "Input.$": "$" } }) } });
    expect((await run(outer, { n: 7 })).output).to.deep.include({ Status: "SUCCEEDED", Output: { n: 7 }, Input: { n: 7 } });
    const failed = await run(outer, {});
    expect(failed.error).to.equal("States.TaskFailed");
    expect(JSON.parse(failed.cause ?? "{}")).to.include({ Status: "FAILED", Error: "Empty", Cause: "nothing there" });
  });

  it("runs a Map in order of its items, and tells its iterations", async () => {
    const { create, run, events } = opened({ "lambda:invoke": ({ n }) => (n as number) * 2 });
    const arn = await create("map", {
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map", ItemsPath: "$.items", MaxConcurrency: 2, End: true, ItemSelector: { "n.$": "$$.Map.Item.Value" },
          ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...single() },
        },
      },
    });
    const ended = await run(arn, { items: [1, 2, 3] });
    expect(ended.output).to.deep.equal([2, 4, 6]);
    const types = (await events(ended.arn)).map(({ type }) => type);
    expect(types.filter((type) => type === "MapIterationSucceeded")).to.have.length(3);
    expect(types.slice(-3)).to.deep.equal(["MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"]);
  });

  describe("with a distributed Map", () => {
    const many = (more: object = {}, processor: object = single({ Parameters: { "n.$": "$.n" } })) => ({
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map", Label: "items", MaxConcurrency: 2, End: true, ItemsPath: "$.items", ItemSelector: { "n.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index", "of.$": "$.name", "run.$": "$$.Execution.Name" },
          ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...processor }, ...more,
        },
      },
    });
    const asked = { name: "x", items: [1, 2, 3, 4, 5] };

    it("runs each item in an execution of its own, so many at once, listed under the run of the Map", async () => {
      let running = 0;
      let most = 0;
      const { create, run, call, events } = opened({ "lambda:invoke": async ({ n }) => {
        most = Math.max(most, running += 1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return (n as number) * 2;
      } });
      const arn = await create("many", many());
      const ended = await run(arn, asked, "r");
      expect(ended.output).to.deep.equal([2, 4, 6, 8, 10]);
      expect(most).to.equal(2);
      const told = await events(ended.arn);
      expect(told.map(({ type }) => type)).to.deep.equal(["ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"]);
      const { mapRuns } = await call("ListMapRuns", { executionArn: ended.arn });
      const [{ mapRunArn }] = mapRuns as [{ mapRunArn: string }];
      expect(mapRunArn).to.match(/^arn:aws:states:eu-central-1:000000000000:mapRun:many\/items:[0-9a-f-]{36}$/);
      expect(told[3]?.mapRunStartedEventDetails).to.deep.equal({ mapRunArn });
      expect(await call("DescribeMapRun", { mapRunArn })).to.deep.include({ status: "SUCCEEDED", maxConcurrency: 2, toleratedFailureCount: 0, executionArn: ended.arn });
      const { executions } = await call("ListExecutions", { mapRunArn });
      expect(executions).to.have.length(5);
      const one = await call("DescribeExecution", { executionArn: (executions as { executionArn: string }[])[4]?.executionArn ?? "" });
      expect(one.executionArn).to.match(/:execution:many\/items:/);
      expect(one).to.include({ mapRunArn, input: '{"n":1,"at":0,"of":"x","run":"r"}' });
      expect((await call("ListExecutions", { stateMachineArn: arn })).executions).to.have.length(1);
    });

    it("reads its items from S3, and fails as a reader when there are none", async () => {
      const reader = { ItemsPath: undefined, ItemReader: { Resource: "arn:aws:states:::s3:getObject", ReaderConfig: { InputType: "JSON" }, Parameters: { Bucket: "b", "Key.$": "States.Format('runs/{}/items', $$.Execution.Name)" } } };
      const objects: Record<string, string> = { "runs/good/items": "[7,8]", "runs/bad/items": "{}" };
      const { create, run } = opened({ "lambda:invoke": ({ n }) => n, "aws-sdk:s3:getObject": ({ Key }) => ({ Body: objects[String(Key)] ?? "" }) });
      const arn = await create("read", many(reader));
      expect((await run(arn, { name: "x" }, "good")).output).to.deep.equal([7, 8]);
      expect(await run(arn, { name: "x" }, "bad")).to.include({ status: "FAILED", error: "States.ItemReaderFailed" });
      expect(await run(arn, { name: "x" }, "none")).to.include({ status: "FAILED", error: "States.ItemReaderFailed" });
    });

    it("fails with the first failure beyond the tolerated ones, stops the others, and can be caught", async () => {
      const stopped: string[] = [];
      const fails = (given: JsonObject, task: Parameters<Fake>[1]): unknown => { if (given.n === 2) throw new TaskFault("Broken", "no"); return given.n === 1 ? endless(stopped, "one")(given, task) : given.n; };
      const { create, run, call, events } = opened({ "lambda:invoke": fails });
      const caught = { End: undefined, Next: "Fine", Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "Over" }] };
      const definition = many(caught);
      const arn = await create("few", { ...definition, States: { ...definition.States, Fine: { Type: "Succeed" }, Over: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" } } });
      const ended = await run(arn, asked);
      expect(ended).to.include({ status: "FAILED", error: "States.ExceedToleratedFailureThreshold" });
      expect(stopped).to.deep.equal(["one"]);
      expect((await events(ended.arn)).map(({ type }) => type).filter((type) => type.startsWith("Map"))).to.deep.equal(["MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunFailed", "MapStateFailed", "MapStateExited"]);
      const { mapRuns } = await call("ListMapRuns", { executionArn: ended.arn });
      expect((await call("DescribeMapRun", { mapRunArn: (mapRuns as { mapRunArn: string }[])[0]?.mapRunArn ?? "" })).executionCounts).to.include({ failed: 1, aborted: 1, pending: 3 });
      const patient = await create("patient", many({ ToleratedFailureCount: 1 }));
      expect((await run(patient, { name: "x", items: [2, 3] })).output).to.deep.equal([null, 3]);
    });

    it("stops the executions of its items when it is stopped itself", async () => {
      const stopped: string[] = [];
      let began = 0;
      const { create, call } = opened({ "lambda:invoke": (given, running) => { began += 1; return endless(stopped, "item")(given, running); } });
      const { executionArn } = await call("StartExecution", { stateMachineArn: await create("stopped", many()), input: JSON.stringify(asked) });
      while (began < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      await call("StopExecution", { executionArn });
      expect(stopped).to.deep.equal(["item", "item"]);
      const { mapRuns } = await call("ListMapRuns", { executionArn });
      expect(await call("DescribeMapRun", { mapRunArn: (mapRuns as { mapRunArn: string }[])[0]?.mapRunArn ?? "" })).to.include({ status: "ABORTED" });
    });

    it("goes on with what did not succeed when its parent is redriven, in the same executions, and starts what had not begun", async () => {
      const asks: number[] = [];
      let broken = true;
      let hold = Promise.resolve();
      const { create, run, call, events, service } = opened({ "lambda:invoke": async ({ n }) => {
        asks.push(n as number);
        if (n === 2 && broken) throw new TaskFault("Broken", "no");
        await hold;
        return (n as number) * 2;
      } });
      const items = [1, 2, 3, 4, 5];
      const before = { StartAt: "Before", States: { Before: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", TimeoutSeconds: 5, Parameters: { n: 9 }, ResultPath: null, Next: "Each" }, ...many({ MaxConcurrency: 1 }).States } };
      const ended = await run(await create("again", before), { name: "x", items }, "r");
      expect([ended.status, ended.error, asks]).to.deep.equal(["FAILED", "States.ExceedToleratedFailureThreshold", [9, 1, 2]]);
      const [{ mapRunArn }] = (await call("ListMapRuns", { executionArn: ended.arn })).mapRuns as [{ mapRunArn: string }];
      const listed = async (more: object = {}) => ((await call("ListExecutions", { mapRunArn, ...more })).executions as { executionArn: string; status: string; redriveCount: number }[]);
      const [failed] = await listed({ statusFilter: "FAILED" });
      const child = failed?.executionArn ?? "";
      expect(await call("DescribeExecution", { executionArn: child })).to.include({ redriveStatus: "REDRIVABLE_BY_MAP_RUN" }).and.not.to.have.property("item");
      expect((await faultOf(call("RedriveExecution", { executionArn: child }))).code).to.equal("ExecutionNotRedrivable");

      // It fails once more, then is held while it works.
      await call("RedriveExecution", { executionArn: ended.arn });
      expect((await service.machinesForTasks.ended(ended.arn)).status).to.equal("FAILED");
      expect(await call("DescribeMapRun", { mapRunArn })).to.deep.include({ status: "FAILED", redriveCount: 1 });
      broken = false;
      let go = (): void => undefined;
      hold = new Promise((resolve) => { go = resolve; });
      await call("RedriveExecution", { executionArn: ended.arn });
      while (asks.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
      expect((await call("DescribeMapRun", { mapRunArn })).itemCounts).to.include({ succeeded: 1, running: 1, failed: 0, pending: 3, pendingRedrive: 0, total: 5 });
      go();
      const { status, output } = await service.machinesForTasks.ended(ended.arn);
      expect([status, output]).to.deep.equal(["SUCCEEDED", "[2,4,6,8,10]"]);
      expect(asks).to.deep.equal([9, 1, 2, 2, 2, 3, 4, 5]);
      expect(await listed()).to.have.length(5);
      expect((await listed({ redriveFilter: "REDRIVEN" })).map(({ executionArn, redriveCount }) => [executionArn, redriveCount])).to.deep.equal([[child, 2]]);
      expect((await call("DescribeMapRun", { mapRunArn })).executionCounts).to.include({ succeeded: 5, failed: 0, failuresNotRedrivable: 0 });
      const told = await events(ended.arn);
      expect(told.map(({ type }) => type).filter((type) => /^(Execution|Map)/.test(type))).to.deep.equal([
        "ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed",
        "ExecutionRedriven", "MapRunRedriven", "MapRunFailed", "MapStateFailed", "ExecutionFailed", "ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded",
      ]);
      expect(told.findLast(({ type }) => type === "MapRunRedriven")?.mapRunRedrivenEventDetails).to.deep.equal({ mapRunArn, redriveCount: 2 });
    });

    it("lets what did not succeed wait its turn in a redrive, after a restart of the lab, too", async () => {
      const asks: number[] = [];
      let broken = true;
      let go = (): void => undefined;
      const held = new Promise<void>((resolve) => { go = resolve; });
      const fakes = { "lambda:invoke": async ({ n }: JsonObject): Promise<unknown> => {
        asks.push(n as number);
        if (broken || n === 1) throw new TaskFault("Broken", "no");
        await held;
        return n;
      } };
      const first = opened(fakes);
      const { arn } = await first.run(await first.create("waits", many({ MaxConcurrency: 1, ToleratedFailureCount: 2 })), asked);
      await first.service.stop();
      const { home } = first.lab;
      const second = bench(fakes, { home });
      open.push({ ...second, close: () => second.service.stop() });
      await second.service.start();
      const [{ mapRunArn }] = (await second.call("ListMapRuns", { executionArn: arn })).mapRuns as [{ mapRunArn: string }];
      const counts = async () => (await second.call("DescribeMapRun", { mapRunArn })).executionCounts;
      expect(await counts()).to.include({ failed: 3, pending: 2, pendingRedrive: 0 });
      broken = false;
      asks.splice(0);
      await second.call("RedriveExecution", { executionArn: arn });
      while (asks.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await counts()).to.include({ failed: 1, running: 1, pending: 2, pendingRedrive: 1, total: 5 });
      expect((await second.call("ListExecutions", { mapRunArn, statusFilter: "PENDING_REDRIVE" })).executions).to.have.length(1);
      go();
      const { status, output } = await second.service.machinesForTasks.ended(arn);
      expect([status, output, asks]).to.deep.equal(["SUCCEEDED", "[null,2,3,4,5]", [1, 2, 3, 4, 5]]);
    });

    it("begins a new run where the old one was of no use, and where there was none", async () => {
      const objects: Record<string, string> = {};
      const reader = { ItemsPath: undefined, ItemReader: { Resource: "arn:aws:states:::s3:getObject", ReaderConfig: { InputType: "JSON" }, Parameters: { Bucket: "b", Key: "items" } } };
      const large = "x".repeat(200_000);
      const { create, run, call, service } = opened({ "lambda:invoke": ({ n }) => (n === 1 ? large : n), "aws-sdk:s3:getObject": () => ({ Body: objects.items ?? "" }) });
      const { arn } = await run(await create("read", many(reader)), { name: "x" });
      objects.items = "[1,1]";
      await call("RedriveExecution", { executionArn: arn });
      expect(await service.machinesForTasks.ended(arn)).to.include({ error: "States.DataLimitExceeded" });
      objects.items = "[7]";
      await call("RedriveExecution", { executionArn: arn });
      expect(await service.machinesForTasks.ended(arn)).to.include({ status: "SUCCEEDED", output: "[7]" });
      expect((await call("ListMapRuns", { executionArn: arn })).mapRuns).to.have.length(2);
    });

    it("refuses by name what of it the lab does not have", async () => {
      const refused = async (more: object): Promise<string | undefined> => (await faultOf(opened({ "lambda:invoke": () => 1 }).create("no", many(more)))).message;
      expect(await refused({ ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }, ...single() } })).to.contain("a distributed Map of type EXPRESS");
      expect(await refused({ ItemsPath: undefined, ItemReader: { Resource: "arn:aws:states:::s3:listObjectsV2", Parameters: { Bucket: "b" } } })).to.contain("an ItemReader of anything but a JSON file in S3");
      expect(await refused({ ToleratedFailurePercentage: 5 })).to.contain("ToleratedFailurePercentage");
      expect(await refused({ ItemBatcher: { MaxItemsPerBatch: 5 } })).to.contain("ItemBatcher");
    });
  });

  it("tells the bus of every execution that starts and ends, in the shape of AWS's events", async () => {
    const told: { detail: JsonObject }[] = [];
    const made = bench({ "lambda:invoke": endless([], "f") }, { bus: { tell: (what) => void told.push(what as never) } });
    open.push(made);
    const { executionArn } = await made.call("StartExecution", { stateMachineArn: await made.create("told", single()), name: "n", input: "{}" });
    await made.call("StopExecution", { executionArn, error: "Enough", cause: "said so" });
    expect(told.map(({ detail }) => detail.status as string)).to.deep.equal(["RUNNING", "ABORTED"]);
    expect(told[1]).to.deep.include({ source: "aws.states", "detail-type": "Step Functions Execution Status Change", resources: [executionArn] });
    expect(told[1]?.detail).to.include({ executionArn, name: "n", error: "Enough", cause: "said so", input: "{}", output: null });
  });

  it("starts once for one name and input, and takes a name only once", async () => {
    const stopped: string[] = [];
    const { create, call } = opened({ "lambda:invoke": endless(stopped, "f") });
    const stateMachineArn = await create("named", single());
    const start = (input: string) => call("StartExecution", { stateMachineArn, name: "n", input });
    expect(await start("{}")).to.deep.equal(await start("{}"));
    expect((await faultOf(start('{"other":1}'))).code).to.equal("ExecutionAlreadyExists");
    expect((await call("ListExecutions", { stateMachineArn, statusFilter: "RUNNING" })).executions).to.have.length(1);
  });

  it("keeps executions over a restart; one that was cut off says so", async () => {
    const { create, run, call, lab, service } = opened({ "lambda:invoke": ({ wait }, given) => (wait ? endless([], "f")({}, given) : { done: true }) });
    const stateMachineArn = await create("kept", single());
    const done = await run(stateMachineArn, {}, "done");
    const { executionArn } = await call("StartExecution", { stateMachineArn, name: "cut", input: '{"wait":true}' });
    const again = bench({}, { home: lab.home });
    await again.service.start();
    expect(await again.call("DescribeExecution", { executionArn: done.arn })).to.include({ status: "SUCCEEDED", output: '{"done":true}' });
    expect(await again.call("DescribeExecution", { executionArn })).to.include({ status: "ABORTED", error: "Lab.Ended" });
    expect((await again.events(executionArn as string)).at(-1)?.type).to.equal("ExecutionAborted");
    expect(service).not.to.equal(again.service);
  });

  it("redrives from the state that failed, and does nothing again that was done", async () => {
    const asked: string[] = [];
    let broken = true;
    const { create, run, call, path, service } = opened({ "lambda:invoke": ({ FunctionName }) => { asked.push(String(FunctionName)); if (broken && FunctionName === "bad") throw new TaskFault("Broken", "no"); return { by: FunctionName as string }; } });
    const step = (name: string, more: object = {}) => task({ Parameters: { FunctionName: name }, ...more });
    const stateMachineArn = await create("long", {
      StartAt: "First",
      States: {
        First: step("first", { End: undefined, Next: "Both" }),
        Both: {
          Type: "Parallel", End: true,
          Branches: [{ StartAt: "Good", States: { Good: step("good") } }, { StartAt: "Ready", States: { Ready: step("ready", { End: undefined, Next: "Bad" }), Bad: step("bad") } }],
        },
      },
    });
    const failed = await run(stateMachineArn, {}, "r");
    expect(failed).to.include({ status: "FAILED", error: "Broken" });
    expect(await call("DescribeExecution", { executionArn: failed.arn })).to.include({ redriveStatus: "REDRIVABLE", redriveCount: 0 });
    broken = false;
    await call("RedriveExecution", { executionArn: failed.arn });
    expect(JSON.parse((await service.machinesForTasks.ended(failed.arn)).output ?? "")).to.deep.equal([{ by: "good" }, { by: "bad" }]);
    expect(asked.sort()).to.deep.equal(["bad", "bad", "first", "good", "ready"]);
    expect(await path(failed.arn)).to.have.members(["First", "Both", "Good", "Ready", "Bad"]);
    expect(await call("DescribeExecution", { executionArn: failed.arn })).to.include({ status: "SUCCEEDED", redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: "Execution is SUCCEEDED and cannot be redriven", redriveCount: 1 });
    expect((await faultOf(call("RedriveExecution", { executionArn: failed.arn }))).code).to.equal("ExecutionNotRedrivable");
  });

  it("redrives the iterations of a Map that failed, and no other", async () => {
    const asked: number[] = [];
    let broken = true;
    const { create, run, call, service } = opened({ "lambda:invoke": ({ n }) => { asked.push(n as number); if (broken && n === 2) throw new TaskFault("Broken", "no"); return (n as number) * 2; } });
    const stateMachineArn = await create("map", {
      StartAt: "Each",
      States: { Each: { Type: "Map", ItemsPath: "$.items", MaxConcurrency: 1, End: true, ItemSelector: { "n.$": "$$.Map.Item.Value" }, ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...single() } } },
    });
    const failed = await run(stateMachineArn, { items: [1, 2, 3] }, "m");
    expect(failed.status).to.equal("FAILED");
    broken = false;
    await call("RedriveExecution", { executionArn: failed.arn });
    expect((await service.machinesForTasks.ended(failed.arn)).output).to.equal("[2,4,6]");
    expect([1, 2].map((item) => asked.filter((n) => n === item).length)).to.deep.equal([1, 2]);
  });

  it("enters the Fail state again, where a failure was caught: that is all there is to redrive", async () => {
    const { create, run, call, service } = opened({ "lambda:invoke": () => { throw new TaskFault("Broken", "no"); } });
    const stateMachineArn = await create("caught", {
      StartAt: "Ask", States: { Ask: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Over" }] }), Over: { Type: "Fail", Error: "Over" } },
    });
    const { arn: executionArn } = await run(stateMachineArn, {}, "c");
    await call("RedriveExecution", { executionArn });
    expect(await service.machinesForTasks.ended(executionArn)).to.include({ status: "FAILED", error: "Over", redriveCount: 1 });
  });

  it("holds to the limit of 262,144 bytes: inputs, what tasks are asked, results, outputs and items", async () => {
    const large = "x".repeat(262_144);
    const { create, run, call, events } = opened({ "lambda:invoke": ({ n }) => (n === undefined ? large : { n: n as number }) });
    const stateMachineArn = await create("big", single());
    expect((await faultOf(call("StartExecution", { stateMachineArn, input: JSON.stringify(large.slice(1)) }))).code).to.equal("ValidationException");
    // A result that is too large is a failure like any other (recorded on AWS), all else ends the execution.
    const caught = await run(await create("large", {
      StartAt: "Ask", States: { Ask: task({ End: undefined, Next: "Fine", Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 3 }], Catch: [{ ErrorEquals: ["States.ALL"], Next: "Fine" }] }), Fine: { Type: "Succeed" } },
    }));
    expect(caught).to.deep.include({ status: "SUCCEEDED", output: { Error: "States.DataLimitExceeded", Cause: "The state/task 'lambda' returned a result with a size exceeding the maximum number of bytes service limit." } });
    const said = (name: string): object => ({ status: "FAILED", error: "States.DataLimitExceeded", cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.` });
    const pass = await run(await create("output", { StartAt: "Much", States: { Much: { Type: "Pass", Result: large, Next: "Ask" }, Ask: task() } }));
    expect(pass).to.include(said("Much"));
    expect((await events(pass.arn)).map(({ type }) => type)).to.deep.equal(["ExecutionStarted", "PassStateEntered", "ExecutionFailed"]);
    const half = { a: large.slice(0, 140_000) };
    const doubled = { "one.$": "$.a", "two.$": "$.a", n: 1 };
    expect(await run(await create("asked", single({ Parameters: doubled, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Ask" }] })), half)).to.include(said("Ask"));
    const each = { Type: "Map", ItemsPath: "$.items", MaxConcurrency: 1, End: true, ItemSelector: doubled, ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...single() } };
    expect(await run(await create("items", { StartAt: "Each", States: { Each: each } }), { ...half, items: [1] })).to.include(said("Ask"));
  });

  it("refuses by name what it does not have", async () => {
    const refused = async (definition: object): Promise<string | undefined> => (await faultOf(opened().create("no", definition))).message;
    expect(await refused(single())).to.contain("resource arn:aws:states:::lambda:invoke");
    expect(await refused({ QueryLanguage: "JSONata", ...single({ Arguments: {} }) })).to.contain("JSONata");
    expect(unsupported(single({ HeartbeatSeconds: 5 }) as never, () => true)).to.deep.equal(['heartbeats (state "Ask")']);
    expect(unsupported(single({ Parameters: { "t.$": "$$.Task.Token", "x.$": "States.Nothing($.a)" } }) as never, () => true).join()).to.contain("$$.Task.Token").and.to.contain("States.Nothing");
    expect((await faultOf(opened().call("StartSyncExecution", {}))).message).to.contain("StartSyncExecution");
    expect((await faultOf(opened().create("bad", { StartAt: "Gone", States: {} }))).code).to.equal("InvalidDefinition");
  });

  it("understands ResultPath $ as the whole, which its interpreter does not", async () => {
    const { create, run } = opened({ "lambda:invoke": () => ({ new: true }) });
    expect((await run(await create("whole", single({ ResultPath: "$" })), { old: true })).output).to.deep.equal({ new: true });
  });

  it("ends an execution whose history is full", () => {
    const history = new History(Array.from({ length: 25_000 }, (_, at) => ({ id: at + 1, previousEventId: at, timestamp: 0, type: "X" })));
    expect(history.full).to.equal(true);
  });
});
