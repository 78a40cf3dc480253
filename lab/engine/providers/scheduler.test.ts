import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { Gateway } from "../../gateway/gateway";
import { signedRest } from "../../gateway/signed-call";
import type { Lab } from "../../lab";
import { SchedulerService } from "../../services/scheduler";
import { HandClock } from "../../services/scheduler/testing";
import { StepFunctionsService } from "../../services/stepfunctions";
import { freePort, removeLabs, testLab } from "../../services/testing";
import { schedulerProviders } from "./scheduler";
import { sfnProviders } from "./sfn";

const schedule = schedulerProviders["aws:scheduler/schedule:Schedule"]!;
const group = schedulerProviders["aws:scheduler/scheduleGroup:ScheduleGroup"]!;
const hourMs = 3_600_000;

describe("EventBridge Scheduler's provider", () => {
  const clock = new HandClock(Date.parse("2026-11-23T12:10Z"));
  let lab: Lab, machines: StepFunctionsService, service: SchedulerService, gateway: Gateway, arn: string;
  const resource = (name: string) => ({ lab, urn: "urn", type: "t", name });
  const inputs = () => ({
    name: "start", description: "starts the pipeline", scheduleExpression: "cron(0 3 * * ? *)", scheduleExpressionTimezone: "Europe/Berlin", flexibleTimeWindow: { mode: "OFF" },
    target: { arn, roleArn: "arn:aws:iam::000000000000:role/r", input: '{"train":true}', retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 900 } },
  });

  before(async () => {
    lab = testLab(undefined, await freePort());
    machines = new StepFunctionsService(lab);
    service = new SchedulerService(lab, { clock });
    gateway = new Gateway(lab, [machines, service]);
    await gateway.start();
    const definition = JSON.stringify({ StartAt: "Say", States: { Say: { Type: "Pass", End: true } } });
    arn = (await sfnProviders["aws:sfn/stateMachine:StateMachine"]!.create({ name: "p", roleArn: "arn:aws:iam::000000000000:role/r", definition }, resource("p"))).id;
  });
  after(async () => {
    await service.stop();
    await gateway.stop();
    await machines.stop();
    removeLabs();
  });
  /** Inputs of what was started so far; asked until there are so many, since a start goes by HTTP. */
  const started = async (count: number): Promise<(string | undefined)[]> => {
    for (;;) {
      const { executions = [] } = await new SFNClient(lab.client()).send(new ListExecutionsCommand({ stateMachineArn: arn }));
      if (executions.length >= count) return Promise.all(executions.map(async ({ executionArn = "" }) => (await machines.machinesForTasks.ended(executionArn)).input));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it("makes a schedule that starts the machine through the gateway, changes it in place, and takes it away", async () => {
    const made = await schedule.create(inputs(), resource("start"));
    expect(made.id).to.equal("default/start");
    expect(made.outputs).to.include({ arn: "arn:aws:scheduler:eu-central-1:000000000000:schedule/default/start", groupName: "default", state: "ENABLED" });
    await clock.to(Date.parse("2026-11-24T02:00Z"));
    expect(await started(1)).to.deep.equal(['{"train":true}']);

    await clock.to(clock.now() + 60_000);
    const every = { ...inputs(), scheduleExpression: "rate(6 hours)", target: { ...inputs().target, input: "{}" } };
    await schedule.update!(made.id, every, inputs(), resource("start"));
    await clock.to(clock.now() + 1);
    expect(await started(2)).to.have.members(["{}", '{"train":true}']);
    await schedule.update!(made.id, { ...every, state: "DISABLED" }, every, resource("start"));
    await clock.to(clock.now() + 24 * hourMs);
    expect(await started(2)).to.have.length(2);

    await schedule.delete(made.id, {}, resource("start"));
    expect(await schedule.exists!(made.id, {}, resource("start"))).to.equal(false);
    await schedule.delete(made.id, {}, resource("start"));
  });

  it("keeps schedules of a group in it, and tags the group", async () => {
    const { id, outputs } = await group.create({ name: "lake", tags: { Owner: "lab", Stage: "x" } }, resource("lake"));
    expect([id, outputs.arn, outputs.state]).to.deep.equal(["lake", "arn:aws:scheduler:eu-central-1:000000000000:schedule-group/lake", "ACTIVE"]);
    await group.update!(id, { name: "lake", tags: { Owner: "me" } }, { tags: { Owner: "lab", Stage: "x" } }, resource("lake"));
    expect(await signedRest(lab, "scheduler", "GET", `/tags/${encodeURIComponent(String(outputs.arn))}`)).to.deep.equal({ Tags: [{ Key: "Owner", Value: "me" }] });
    const made = await schedule.create({ ...inputs(), groupName: "lake" }, resource("start"));
    expect(await schedule.exists!(made.id, {}, resource("start"))).to.equal(true);
    await group.delete(id, {}, resource("lake"));
    expect(await schedule.exists!(made.id, {}, resource("start"))).to.equal(false);
  });

  it("passes on what is refused", async () => {
    const faultOf = (some: object) => schedule.create({ ...inputs(), ...some }, resource("x")).then(() => "nothing", ({ name, message }: Error) => `${name}: ${message}`);
    expect(await faultOf({ scheduleExpression: "cron(0 3 * * * *)" })).to.equal("ValidationException: Invalid Schedule Expression cron(0 3 * * * *).");
    expect(await faultOf({ target: { ...inputs().target, deadLetterConfig: { arn: "arn:aws:sqs:eu-central-1:000000000000:q" } } })).to.match(/NotImplementedException.*DeadLetterConfig/);
  });
});
