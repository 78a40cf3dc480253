/** Versions and logs of machines; what AWS answers was recorded there: localstack/localstack, test_sfn_api_versioning and v2/logs. */
import { expect } from "chai";
import type { JsonObject } from "./tasks/json";
import { TaskFault } from "./tasks/task";
import { bench, type Bench } from "./testing";

const definition = (answer: string): string => JSON.stringify({ StartAt: "Say", States: { Say: { Type: "Pass", Result: { answer }, End: true } } });
const roleArn = "arn:aws:iam::000000000000:role/r";
const machineArn = "arn:aws:states:eu-central-1:000000000000:stateMachine:m";
const faultOf = (act: Promise<unknown>): Promise<{ code?: string; message?: string }> => act.then(() => ({}), (fault: { code: string; message: string }) => fault);

describe("versions of a machine", () => {
  let lab: Bench;
  beforeEach(() => { lab = bench({}); });
  afterEach(() => lab.close());
  const create = (more: object = {}) => lab.call("CreateStateMachine", { name: "m", definition: definition("one"), roleArn, ...more });
  const update = (more: object) => lab.call("UpdateStateMachine", { stateMachineArn: machineArn, ...more });
  const numbers = async () => ((await lab.call("ListStateMachineVersions", { stateMachineArn: machineArn })).stateMachineVersions as JsonObject[]).map(({ stateMachineVersionArn }) => Number(String(stateMachineVersionArn).split(":").at(-1)));

  it("are published with a machine, with a change of it, and by themselves, one a revision", async () => {
    expect((await create({ publish: true, versionDescription: "first" })).stateMachineVersionArn).to.equal(`${machineArn}:1`);
    expect((await lab.call("PublishStateMachineVersion", { stateMachineArn: machineArn })).stateMachineVersionArn).to.equal(`${machineArn}:1`);
    const changed = await update({ definition: definition("two"), publish: true });
    expect(changed.stateMachineVersionArn).to.equal(`${machineArn}:2`);
    expect(changed.revisionId).to.be.a("string");
    expect(await update({ definition: definition("two"), publish: true })).to.include({ stateMachineVersionArn: `${machineArn}:2`, revisionId: changed.revisionId });
    expect(await numbers()).to.deep.equal([2, 1]);
    expect((await faultOf(lab.call("PublishStateMachineVersion", { stateMachineArn: machineArn, revisionId: "other" }))).code).to.equal("ConflictException");
  });

  it("stay what they were, run by their own ARN, and are listed with their executions", async () => {
    await create({ publish: true, versionDescription: "first" });
    await update({ definition: definition("two") });
    expect(await lab.call("DescribeStateMachine", { stateMachineArn: `${machineArn}:1` })).to.include({ stateMachineArn: `${machineArn}:1`, definition: definition("one"), description: "first", name: "m" }).and.not.to.have.property("revisionId");
    expect(await lab.call("DescribeStateMachine", { stateMachineArn: machineArn })).to.deep.include({ definition: definition("two"), loggingConfiguration: { level: "OFF", includeExecutionData: false }, tracingConfiguration: { enabled: false } });
    const old = await lab.run(`${machineArn}:1`, {}, "of-one");
    expect(old.output).to.deep.equal({ answer: "one" });
    expect((await lab.run(machineArn, {}, "of-two")).output).to.deep.equal({ answer: "two" });
    expect(old.arn).to.equal("arn:aws:states:eu-central-1:000000000000:execution:m:of-one");
    expect(await lab.call("DescribeExecution", { executionArn: old.arn })).to.include({ stateMachineArn: machineArn, stateMachineVersionArn: `${machineArn}:1` });
    expect((await lab.events(old.arn))[0]?.executionStartedEventDetails).to.include({ stateMachineVersionArn: `${machineArn}:1` });
    const listed = async (stateMachineArn: string) => ((await lab.call("ListExecutions", { stateMachineArn })).executions as JsonObject[]).map(({ name }) => String(name)).sort();
    expect([await listed(machineArn), await listed(`${machineArn}:1`)]).to.deep.equal([["of-one", "of-two"], ["of-one"]]);
  });

  it("are deleted without a word when they are gone already, go with their machine, and leave their number to nobody", async () => {
    await create({ publish: true });
    for (let again = 0; again < 2; again += 1) await lab.call("DeleteStateMachineVersion", { stateMachineVersionArn: `${machineArn}:1` });
    expect(await numbers()).to.deep.equal([]);
    expect((await lab.call("PublishStateMachineVersion", { stateMachineArn: machineArn })).stateMachineVersionArn).to.equal(`${machineArn}:2`);
    expect((await faultOf(lab.call("StartExecution", { stateMachineArn: `${machineArn}:1` }))).code).to.equal("StateMachineDoesNotExist");
    await lab.call("DeleteStateMachine", { stateMachineArn: machineArn });
    await create();
    expect(await numbers()).to.deep.equal([]);
  });

  it("refuse what AWS refuses", async () => {
    expect(await faultOf(create({ versionDescription: "x" }))).to.include({ code: "ValidationException", message: "Version description can only be set when publish is true" });
    await create();
    expect((await faultOf(update({}))).code).to.equal("MissingRequiredParameter");
    expect((await faultOf(lab.call("DescribeStateMachine", { stateMachineArn: "m" }))).message).to.equal("Invalid Arn: 'Invalid ARN prefix: m'");
    expect((await faultOf(lab.call("DescribeExecution", { executionArn: "e" }))).code).to.equal("InvalidArn");
    expect((await faultOf(lab.call("StopExecution", { executionArn: "arn:aws:states:x:1:execution:m:e" }))).code).to.equal("ExecutionDoesNotExist");
    const { executionArn } = await lab.call("StartExecution", { stateMachineArn: machineArn });
    expect((await faultOf(lab.call("StopExecution", { executionArn, cause: "x".repeat(32_769) }))).message).to.contain("'cause'");
  });
});

describe("the log of a machine", () => {
  const written: { group: string; stream: string; entry: JsonObject }[] = [];
  const groups = new Set(["g"]);
  let lab: Bench;
  beforeEach(() => {
    written.length = 0;
    groups.add("g");
    lab = bench({ "lambda:invoke": ({ fails }) => { if (fails) throw new TaskFault("Broken", "no"); return { reading: 21 }; } }, {
      groups: { has: (group) => groups.has(group), write: (group, stream, message) => void written.push({ group, stream, entry: JSON.parse(message) as JsonObject }) },
    });
  });
  afterEach(() => lab.close());
  const to = (level: string, includeExecutionData = false, group = "g") => ({ level, includeExecutionData, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:eu-central-1:000000000000:log-group:${group}:*` } }] });
  const ask = JSON.stringify({ StartAt: "Ask", States: { Ask: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: { "fails.$": "$.fails" }, End: true } } });
  async function logged(loggingConfiguration: object, input: object) {
    const { stateMachineArn } = await lab.call("CreateStateMachine", { name: "m", definition: ask, roleArn, loggingConfiguration });
    return lab.run(String(stateMachineArn), input, "e");
  }

  it("has every event of its history in AWS's shape, without data unless that is asked for", async () => {
    const { arn } = await logged(to("ALL"), { fails: false });
    const events = await lab.events(arn);
    expect(written.map(({ entry }) => entry.type as string)).to.deep.equal(events.map(({ type }) => type));
    const [, second] = written;
    expect(second?.group).to.equal("g");
    expect(second?.stream).to.match(/^states\/m\/\d{4}-\d\d-\d\d-\d\d-\d\d\/[0-9a-f]{8}$/);
    expect(second?.entry).to.deep.equal({
      id: "2", type: "TaskStateEntered", details: { name: "Ask" }, previous_event_id: "0", event_timestamp: String(Math.round((events[1]?.timestamp ?? 0) * 1000)), execution_arn: arn, redrive_count: "0",
    });
    expect(JSON.stringify(written)).to.not.contain("reading").and.not.contain("fails");
  });

  it("has inputs, outputs and parameters when they are asked for, the longest of them cut off", async () => {
    await logged(to("ALL", true), { fails: false, more: "x".repeat(250 * 1024) });
    const details = written.map(({ entry }) => entry.details as JsonObject);
    expect(details[0]?.inputDetails).to.deep.equal({ truncated: true });
    expect(String(details[0]?.input)).to.have.length(248 * 1024);
    expect(details.find(({ parameters }) => parameters)?.parameters).to.equal('{"fails":false}');
    expect(details.at(-1)).to.deep.equal({ output: '{"reading":21}', outputDetails: { truncated: false } });
  });

  it("has what failed at level ERROR, the end alone at level FATAL, and nothing when all went well", async () => {
    await logged(to("ERROR"), { fails: true });
    expect(written.map(({ entry }) => [entry.type as string, entry.details as JsonObject])).to.deep.equal([["TaskFailed", { resourceType: "lambda", resource: "invoke", error: "Broken", cause: "no" }], ["ExecutionFailed", { error: "Broken", cause: "no" }]]);
    const machine = { stateMachineArn: machineArn };
    await lab.call("UpdateStateMachine", { ...machine, loggingConfiguration: to("FATAL") });
    written.length = 0;
    await lab.run(machineArn, { fails: true });
    expect(written.map(({ entry }) => entry.type as string)).to.deep.equal(["ExecutionFailed"]);
    await lab.run(machineArn, { fails: false });
    await lab.call("UpdateStateMachine", { ...machine, loggingConfiguration: { level: "OFF" } });
    await lab.run(machineArn, { fails: true });
    expect(written).to.have.length(1);
  });

  it("goes on after a redrive with its count, and hinders nobody when its group is gone", async () => {
    const { arn } = await logged(to("FATAL"), { fails: true });
    await lab.call("RedriveExecution", { executionArn: arn });
    await lab.service.machinesForTasks.ended(arn);
    expect(written.map(({ entry }) => entry.redrive_count as string)).to.deep.equal(["0", "1"]);
    groups.delete("g");
    expect((await lab.run(machineArn, { fails: false })).status).to.equal("SUCCEEDED");
  });

  it("needs a group that is there, and one only", async () => {
    const refused = async (loggingConfiguration: object) => (await faultOf(lab.call("CreateStateMachine", { name: "x", definition: ask, roleArn, loggingConfiguration }))).message;
    expect(await refused(to("ALL", false, "gone"))).to.equal("Invalid Logging Configuration: Log Destination not found.");
    expect(await refused({ level: "ALL" })).to.equal("Invalid Logging Configuration: Must specify exactly one Log Destination.");
    expect(await refused({ ...to("ALL"), destinations: [...to("ALL").destinations, ...to("ALL").destinations] })).to.contain("exactly one");
    expect(await refused(to("LOUD"))).to.contain("LOUD");
  });
});
