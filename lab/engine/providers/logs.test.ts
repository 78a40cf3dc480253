import { expect } from "chai";
import { Gateway } from "../../gateway/gateway";
import { signedCall } from "../../gateway/signed-call";
import type { Lab } from "../../lab";
import { LogsService } from "../../services/logs";
import { StepFunctionsService } from "../../services/stepfunctions";
import { freePort, removeLabs, testLab } from "../../services/testing";
import { logsProviders } from "./logs";
import { sfnProviders } from "./sfn";

const group = logsProviders["aws:cloudwatch/logGroup:LogGroup"]!;
const stream = logsProviders["aws:cloudwatch/logStream:LogStream"]!;
const arn = "arn:aws:logs:eu-central-1:000000000000:log-group:/lake/p";

describe("CloudWatch Logs' provider", () => {
  let lab: Lab, logs: LogsService, machines: StepFunctionsService, gateway: Gateway;
  const resource = (name: string) => ({ lab, urn: "urn", type: "t", name });
  const inputs = { name: "/lake/p", retentionInDays: 30, kmsKeyId: "arn:key", tags: { Owner: "lab", Stage: "x" } };
  const ask = <T>(action: string, input: object = {}): Promise<T> => signedCall<T>(lab, "logs", `Logs_20140328.${action}`, input);
  const described = async () => (await ask<{ logGroups: object[] }>("DescribeLogGroups", { logGroupNamePrefix: "/lake/" })).logGroups;

  before(async () => {
    lab = testLab(undefined, await freePort());
    logs = new LogsService(lab);
    machines = new StepFunctionsService(lab, { groups: logs });
    gateway = new Gateway(lab, [logs, machines]);
    await gateway.start();
  });
  after(async () => {
    await gateway.stop();
    await machines.stop();
    removeLabs();
  });

  it("makes a group with its retention, key and tags, changes them in place, and takes it away with all that is in it", async () => {
    expect(await group.create(inputs, resource("p"))).to.deep.equal({ id: "/lake/p", outputs: { arn } });
    expect((await described())[0]).to.include({ logGroupName: "/lake/p", retentionInDays: 30, kmsKeyId: "arn:key" });
    await group.update!("/lake/p", { name: "/lake/p", tags: { Owner: "me" } }, inputs, resource("p"));
    expect((await described())[0]).not.to.have.any.keys("retentionInDays", "kmsKeyId");
    expect(await ask("ListTagsForResource", { resourceArn: arn })).to.deep.equal({ tags: { Owner: "me" } });

    const made = await stream.create({ name: "s", logGroupName: "/lake/p" }, resource("s"));
    expect(made).to.deep.equal({ id: "s", outputs: { arn: `${arn}:log-stream:s` } });
    expect(await stream.exists!("s", { logGroupName: "/lake/p" }, resource("s"))).to.equal(true);
    await group.delete("/lake/p", inputs, resource("p"));
    expect([await group.exists!("/lake/p", {}, resource("p")), await stream.exists!("s", { logGroupName: "/lake/p" }, resource("s"))]).to.deep.equal([false, false]);
    await stream.delete("s", { logGroupName: "/lake/p" }, resource("s"));
    await group.delete("/lake/p", inputs, resource("p"));
  });

  it("leaves a group that is to outlive the stack, and takes up one that a killed deployment made", async () => {
    await group.create(inputs, resource("p"));
    await group.delete("/lake/p", { ...inputs, skipDestroy: true }, resource("p"));
    await group.create({ ...inputs, retentionInDays: 7 }, resource("p"));
    expect((await described())[0]).to.include({ retentionInDays: 7 });
    await group.delete("/lake/p", inputs, resource("p"));
  });

  it("refuses what AWS refuses", async () => {
    const faultOf = (some: object) => group.create({ ...inputs, ...some }, resource("x")).then(() => "nothing", ({ name, message }: Error) => `${name}: ${message}`);
    expect(await faultOf({ name: "a b" })).to.match(/InvalidParameterException.*logGroupName/);
    expect(await faultOf({ name: "/lake/q", retentionInDays: 2 })).to.match(/InvalidParameterException.*retentionInDays/);
    await group.delete("/lake/q", {}, resource("x"));
  });

  it("is what lets a machine log: one without its group is refused", async () => {
    const machine = sfnProviders["aws:sfn/stateMachine:StateMachine"]!;
    const asked = {
      name: "p", roleArn: "arn:aws:iam::000000000000:role/r", definition: JSON.stringify({ StartAt: "Say", States: { Say: { Type: "Pass", End: true } } }),
      loggingConfiguration: { level: "ALL", includeExecutionData: false, logDestination: `${arn}:*` },
    };
    const fault = await machine.create(asked, resource("p")).then(() => "nothing", ({ name, message }: Error) => `${name}: ${message}`);
    expect(fault).to.equal("InvalidLoggingConfiguration: Invalid Logging Configuration: Log Destination not found.");
    await group.create(inputs, resource("p"));
    const { id } = await machine.create(asked, resource("p"));
    const { executionArn } = machines.machinesForTasks.start(id, "{}");
    await machines.machinesForTasks.ended(executionArn);
    expect((await ask<{ events: object[] }>("FilterLogEvents", { logGroupName: "/lake/p" })).events).to.have.length(4);
  });
});
