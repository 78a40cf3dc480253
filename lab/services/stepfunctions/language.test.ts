/**
 * The States Language in the lab, feature by feature (states-language.net/spec.html): it does what AWS does, or is refused by name.
 * What Choice answers on values of another type was recorded on AWS: localstack/localstack, choice_operators/*.snapshot.json.
 */
import { expect } from "chai";
import type { JsonObject } from "./tasks/json";
import { TaskFault } from "./tasks/task";
import { bench, type Bench, type Fake } from "./testing";

const single = (state: object) => ({ StartAt: "One", States: { One: state } });
const pass = (more: object) => single({ Type: "Pass", End: true, ...more });
const task = (more: object = {}) => ({ Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true, ...more });
const map = (more: object = {}, state: object = { Type: "Pass", End: true }) => ({ Type: "Map", ItemsPath: "$.items", MaxConcurrency: 1, End: true, ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: "Do", States: { Do: state } }, ...more });
const both = (...states: object[]) => ({ Type: "Parallel", End: true, Branches: states.map((state, at) => ({ StartAt: `B${at}`, States: { [`B${at}`]: state } })) });

describe("the States Language in the lab", () => {
  let lab: Bench;
  const asked: JsonObject[] = [];
  let fails: (() => Error | undefined) | undefined;
  const fakes: Record<string, Fake> = { "lambda:invoke": (parameters) => { asked.push(parameters); const fault = fails?.(); if (fault) throw fault; return { Payload: parameters }; } };
  let count = 0;
  before(() => { lab = bench(fakes, { atOnce: true }); });
  beforeEach(() => { asked.length = 0; fails = undefined; });
  after(() => lab.close());
  const run = async (definition: object, input: object = {}) => lab.run(await lab.create(`m${(count += 1)}`, definition), input);
  const output = async (definition: object, input: object = {}): Promise<unknown> => {
    const { status, output: out, cause } = await run(definition, input);
    expect(status, cause).to.equal("SUCCEEDED");
    return out;
  };
  const refused = async (definition: object): Promise<string> => run(definition).then(() => "ran", (fault: Error) => fault.message);

  describe("Choice", () => {
    const now = "2024-01-01T00:00:00Z";
    const cases: [rule: object, value: unknown, holds: boolean][] = [
      [{ StringEquals: "a" }, "a", true], [{ StringEquals: "1" }, 1, false], [{ StringLessThan: "b" }, "a", true], [{ StringLessThan: "b" }, 1, false], [{ StringGreaterThanEquals: "" }, null, false],
      [{ StringMatches: "a*c" }, "abbc", true], [{ StringMatches: "a?c" }, "abc", false], [{ StringMatches: "a\\*" }, "a*", true], [{ StringMatches: "a\\*" }, "ab", false], [{ StringMatches: "*" }, 1, false],
      [{ NumericEquals: 1 }, 1.0, true], [{ NumericEquals: 1 }, "1", false], [{ NumericLessThan: 9 }, "5", false], [{ NumericLessThan: 9 }, 5, true], [{ NumericGreaterThanEquals: 0 }, null, false], [{ NumericGreaterThanEquals: 0 }, false, false],
      [{ BooleanEquals: true }, true, true], [{ BooleanEquals: true }, "true", false], [{ BooleanEquals: false }, 0, false], [{ BooleanEquals: false }, null, false],
      [{ TimestampEquals: now }, now, true], [{ TimestampEquals: now }, "2024-01-01T01:00:00+01:00", true], [{ TimestampEquals: now }, 1_704_067_200_000, false], [{ TimestampLessThan: now }, "yesterday", false], [{ TimestampGreaterThan: now }, "2024-01-01T00:00:00.001Z", true],
      [{ IsNull: true }, null, true], [{ IsNull: false }, null, false], [{ IsNull: false }, 0, true], [{ IsString: false }, 1, true], [{ IsString: true }, "", true], [{ IsBoolean: false }, null, true], [{ IsNumeric: false }, "1", true],
      [{ IsNumeric: true }, 1.5, true], [{ IsTimestamp: true }, now, true], [{ IsTimestamp: false }, "x", true], [{ IsPresent: true }, null, true], [{ IsPresent: false }, 1, false],
      [{ StringEqualsPath: "$.other" }, "o", true], [{ NumericEqualsPath: "$.other" }, 1, false], [{ TimestampLessThanPath: "$.other" }, now, false],
    ];
    it("compares values of one type, and finds a value of another type unequal", async () => {
      const branch = ([rule]: (typeof cases)[number], at: number) => ({
        StartAt: `Which${at}`,
        States: {
          [`Which${at}`]: { Type: "Choice", Choices: [{ Variable: `$.values[${at}]`, ...rule, Next: `Yes${at}` }], Default: `No${at}` },
          [`Yes${at}`]: { Type: "Pass", Result: "holds", End: true }, [`No${at}`]: { Type: "Pass", Result: "does not", End: true },
        },
      });
      const answers = (await output(single({ Type: "Parallel", End: true, Branches: cases.map(branch) }), { values: cases.map(([, value]) => value), other: "o" })) as string[];
      const wrong = cases.filter(([, , holds], at) => answers[at] !== (holds ? "holds" : "does not")).map(([rule, value]) => `${JSON.stringify(rule)} of ${JSON.stringify(value)}`);
      expect(wrong).to.deep.equal([]);
    });

    it("finds what is absent, and can't compare it", async () => {
      const which = (rule: object) => ({ StartAt: "Which", States: { Which: { Type: "Choice", Choices: [{ ...rule, Next: "Yes" }], Default: "No" }, Yes: { Type: "Succeed" }, No: { Type: "Fail", Error: "No" } } });
      expect((await run(which({ Variable: "$.gone", IsPresent: false }))).status).to.equal("SUCCEEDED");
      expect((await run(which({ Not: { Variable: "$.gone", IsPresent: true } }))).status).to.equal("SUCCEEDED");
      expect((await run(which({ And: [{ Variable: "$.gone", IsPresent: true }, { Variable: "$.gone", NumericEquals: 1 }] }))).error).to.equal("No");
      expect((await run(which({ Variable: "$.gone", NumericEquals: 1 }))).error).to.equal("States.Runtime");
    });
  });

  it("reads the execution's own input, start and names wherever a state stands", async () => {
    const own = { "input.$": "$$.Execution.Input.name", "start.$": "$$.Execution.StartTime", "text.$": "States.Format('{}!', $$.Execution.Input.name)", plain: "$$.Execution.Input" };
    const seen = (await output(single({ ...both({ Type: "Pass", Parameters: own, End: true }, map({}, { Type: "Pass", Parameters: own, End: true })) }), { name: "n", items: [1] })) as JsonObject[];
    for (const value of [seen[0], (seen[1] as unknown as JsonObject[])[0]]) {
      expect(value).to.include({ input: "n", text: "n!", plain: "$$.Execution.Input" });
      expect(String((value as JsonObject).start)).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
    }
  });

  it("takes a Fail without error or cause for one without", async () => {
    expect(await run(single({ Type: "Fail" }))).to.have.all.keys("status", "arn");
    expect(await run(single({ Type: "Fail", ErrorPath: "$.e", CausePath: "$.c" }), { e: "E", c: "C" })).to.include({ error: "E", cause: "C" });
  });

  describe("Retry and Catch", () => {
    const once = (rules: object) => ({ IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2, MaxDelaySeconds: 1, JitterStrategy: "FULL", ...rules });
    const tries = async (Retry: object[], error: string): Promise<number> => {
      fails = () => new TaskFault(error, "no");
      asked.length = 0;
      await run(single(task({ Retry })));
      return asked.length;
    };
    it("tries what a rule names, what States.ALL and States.TaskFailed stand for, and no more than the first rule that fits allows", async () => {
      expect(await tries([once({ ErrorEquals: ["A"] })], "A")).to.equal(3);
      expect(await tries([once({ ErrorEquals: ["A"] })], "B")).to.equal(1);
      expect(await tries([once({ ErrorEquals: ["States.ALL"] })], "B")).to.equal(3);
      expect(await tries([once({ ErrorEquals: ["States.TaskFailed"] })], "B")).to.equal(3);
      expect(await tries([once({ ErrorEquals: ["A"], MaxAttempts: 0 }), once({ ErrorEquals: ["States.ALL"] })], "A")).to.equal(1);
      expect(await tries([once({ ErrorEquals: ["A"], MaxAttempts: 1 }), once({ ErrorEquals: ["B"], MaxAttempts: 1 })], "B")).to.equal(2);
    });

    it("does not take a time-out for States.TaskFailed, and catches it by its own name or States.ALL", async () => {
      const slow = bench({ "lambda:invoke": () => new Promise(() => undefined) }, { atOnce: true });
      const caught = async (ErrorEquals: string[]) => slow.run(await slow.create(`t${(count += 1)}`, { StartAt: "One", States: { One: task({ TimeoutSeconds: 1, End: undefined, Next: "Over", Catch: [{ ErrorEquals, Next: "Over" }] }), Over: { Type: "Succeed" } } }));
      const [wild, own, all] = await Promise.all([["States.TaskFailed"], ["States.Timeout"], ["States.ALL"]].map(caught));
      expect(wild).to.include({ status: "FAILED", error: "States.Timeout" }).and.not.to.have.property("cause");
      expect(own).to.deep.include({ status: "SUCCEEDED", output: { Error: "States.Timeout", Cause: "" } });
      expect(all).to.deep.include({ status: "SUCCEEDED", output: { Error: "States.Timeout", Cause: "" } });
      await slow.close();
    });

    it("mends neither what the machine itself can't do, whatever the rule", async () => {
      expect(await run({ StartAt: "One", States: { One: task({ OutputPath: "$.gone", End: undefined, Next: "Over", Catch: [{ ErrorEquals: ["States.ALL"], Next: "Over" }] }), Over: { Type: "Succeed" } } })).to.include({ status: "FAILED", error: "States.Runtime" });
    });
  });

  it("ends a machine that takes too long as timed out, and stops what it waits for", async () => {
    let stopped = false;
    const slow = bench({ "glue:startJobRun.sync": (_, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => { stopped = true; reject(new TaskFault("States.TaskFailed", "stopped")); })) });
    const ended = await slow.run(await slow.create("late", { ...single(task({ Resource: "arn:aws:states:::glue:startJobRun.sync" })), TimeoutSeconds: 1 }));
    expect([ended.status, stopped]).to.deep.equal(["TIMED_OUT", true]);
    expect((await slow.events(ended.arn)).at(-1)).to.deep.include({ type: "ExecutionTimedOut", executionTimedOutEventDetails: {} });
    await slow.close();
  });

  describe("refuses by name", () => {
    const features: [feature: string, definition: object][] = [
      ["JSONata", { QueryLanguage: "JSONata", ...pass({ Output: "{% 1 %}" }) }], ["JSONata", single({ Type: "Pass", QueryLanguage: "JSONata", Output: "{% 1 %}", End: true })],
      ["variables (Assign)", pass({ Assign: { a: 1 } })], ["heartbeats", single(task({ TimeoutSeconds: 60, HeartbeatSeconds: 5 }))], ["heartbeats", single(task({ TimeoutSeconds: 60, HeartbeatSecondsPath: "$.h" }))],
      ["TimeoutSecondsPath", single(task({ TimeoutSecondsPath: "$.t" }))], ["cross-account Credentials", single(task({ Credentials: { RoleArn: "arn:aws:iam::000000000000:role/r" } }))],
      ["lambda:invoke.waitForTaskToken", single(task({ Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", Parameters: { "t.$": "$$.Task.Token" } }))], ["activity", single(task({ Resource: "arn:aws:states:eu-central-1:000000000000:activity:a" }))],
      ["dynamodb:getItem", single(task({ Resource: "arn:aws:states:::dynamodb:getItem" }))], ["aws-sdk:ec2:describeVpcs", single(task({ Resource: "arn:aws:states:::aws-sdk:ec2:describeVpcs" }))],
      ["$$.State.Name", pass({ Parameters: { "n.$": "$$.State.Name" } })], ["$$.Map.Item.Value", single(map({}, { Type: "Pass", Parameters: { "v.$": "$$.Map.Item.Value" }, End: true }))],
      ["Iterator (write ItemProcessor)", single({ Type: "Map", Iterator: { StartAt: "Do", States: { Do: { Type: "Pass", End: true } } }, End: true })],
      ["Parameters of a Map (write ItemSelector)", single(map({ Parameters: { "v.$": "$$.Map.Item.Value" } }))], ["MaxConcurrencyPath", single(map({ MaxConcurrency: undefined, MaxConcurrencyPath: "$.n" }))],
      ["a Map inside a Map", single(map({}, { ...map(), ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: "Inner", States: { Inner: { Type: "Pass", End: true } } } }))],
      ["Catch or Retry on a Parallel inside a Map", single(map({}, { ...both({ Type: "Pass", End: true }), Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1 }] }))],
      ["States.TaskFailed as a wildcard on a Parallel", single({ ...both({ Type: "Pass", End: true }), Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1 }] })],
      ["ToleratedFailureCount of an inline Map", single(map({ ToleratedFailureCount: 1 }))], ["a function in CausePath", single({ Type: "Fail", CausePath: "States.Format('{}', $.a)" })],
      ["a Pass whose Result is false", pass({ Result: false })], ["a Wait of more than", single({ Type: "Wait", Seconds: 99_999_999, End: true })], ["a Wait of more than", single({ Type: "Wait", Timestamp: "2999-01-01T00:00:00Z", End: true })],
    ];
    for (const [feature, definition] of features) it(`${feature} (${JSON.stringify(definition).length} characters)`, async () => expect(await refused(definition)).to.contain(feature));

    it("machines of type EXPRESS and keys of customers", async () => {
      const create = (more: object): Promise<string> => lab.call("CreateStateMachine", { name: "x", roleArn: "arn:aws:iam::000000000000:role/r", definition: JSON.stringify(pass({})), ...more }).then(() => "made", (fault: Error) => fault.message);
      expect(await create({ type: "EXPRESS" })).to.contain("machines of type EXPRESS");
      expect(await create({ encryptionConfiguration: { type: "CUSTOMER_MANAGED_KMS_KEY", kmsKeyId: "k" } })).to.contain("customer keys of machines");
    });
  });

  for (const [what, definition, why] of [
    ["a name twice", { StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, B: both({ Type: "Pass", End: true }), B0: { Type: "Pass", End: true } } }, "DUPLICATE"],
    ["a state that is not there", { StartAt: "A", States: { A: { Type: "Pass", Next: "Gone" } } }, "Gone"], ["no state at all", { StartAt: "A", States: {} }, "A"],
  ] as const) {
    it(`takes ${what} for no definition`, async () => expect(await refused(definition)).to.contain("Invalid State Machine Definition").and.to.contain(why));
  }
});
