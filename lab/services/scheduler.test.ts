import { expect } from "chai";
import type { ApiFault, Json } from "../gateway/service";
import type { Lab } from "../lab";
import { SchedulerService } from "./scheduler";
import { realClock } from "./scheduler/clock";
import { type Invocation, inputOf } from "./scheduler/targets";
import { HandClock } from "./scheduler/testing";
import { removeLabs, request, testLab } from "./testing";

const machine = "arn:aws:states:eu-central-1:000000000000:stateMachine:pipeline";
const hourly = { ScheduleExpression: "cron(0 * * * ? *)", FlexibleTimeWindow: { Mode: "OFF" }, Target: { Arn: machine, RoleArn: "arn:aws:iam::000000000000:role/r", Input: '{"train":true}' } };
const noon = Date.parse("2026-11-23T12:00Z");
const minutes = (count: number): number => noon + count * 60_000;

describe("EventBridge Scheduler", () => {
  let lab: Lab, clock: HandClock, service: SchedulerService;
  /** What was handed over, as minutes after noon. */
  const came: Invocation[] = [];
  let refuse: (invocation: Invocation) => boolean = () => false;
  const times = (): number[] => came.splice(0).map(({ scheduled }) => (scheduled - noon) / 60_000);
  const begin = (): SchedulerService => new SchedulerService(lab, {
    clock,
    invoke: async (invocation) => {
      if (refuse(invocation)) throw new Error("not now");
      came.push(invocation);
    },
  });
  const call = async (method: string, path: string, input?: Json, query = ""): Promise<Json> =>
    (await service.handle(request({ method, path, query: new URLSearchParams(query), body: Buffer.from(input ? JSON.stringify(input) : "") }))).body;
  const create = (some: Json = {}, name = "start"): Promise<Json> => call("POST", `/schedules/${name}`, { ...hourly, ...some });
  const faultOf = (calling: Promise<unknown>): Promise<string> => calling.then(() => "nothing", ({ code, message }: ApiFault) => `${code}: ${message}`);

  beforeEach(() => {
    lab = testLab();
    clock = new HandClock(noon);
    service = begin();
    came.splice(0);
    refuse = () => false;
  });
  afterEach(async () => {
    await service.stop();
    removeLabs();
  });

  it("starts what it names at every occurrence, with its input, under a name of the occurrence's own", async () => {
    expect(await create()).to.deep.equal({ ScheduleArn: "arn:aws:scheduler:eu-central-1:000000000000:schedule/default/start" });
    await clock.to(minutes(125));
    expect(new Set(came.map(({ id }) => id)).size).to.equal(3);
    expect(came[0]).to.deep.include({ attempt: 1 }).and.to.have.nested.property("target.Input", '{"train":true}');
    expect(times()).to.deep.equal([0, 60, 120]);
  });

  it("begins a rate when it is made, or at its start, and ends it at its end", async () => {
    await create({ ScheduleExpression: "rate(20 minutes)", EndDate: minutes(40) / 1000 });
    await create({ ScheduleExpression: "rate(1 hour)", StartDate: minutes(30) / 1000 }, "later");
    await clock.to(minutes(100));
    expect(times()).to.deep.equal([0, 20, 30, 40, 90]);
  });

  it("is still while it is disabled, and makes up for nothing", async () => {
    await create();
    await clock.to(minutes(30));
    await call("PUT", "/schedules/start", { ...hourly, State: "DISABLED" });
    await clock.to(minutes(150));
    await call("PUT", "/schedules/start", hourly);
    await clock.to(minutes(200));
    expect(times()).to.deep.equal([0, 180]);
  });

  it("goes on after a restart, and leaves out what came while nobody was there but for the last minute", async () => {
    await create({ ScheduleExpression: "rate(1 minute)", StartDate: minutes(1) / 1000 });
    await clock.to(minutes(2));
    await service.stop();
    await clock.to(minutes(240) + 30_000);
    service = begin();
    await service.start();
    await clock.to(minutes(242));
    expect(times()).to.deep.equal([1, 2, 240, 241, 242]);
  });

  it("hands over under the same name after a restart what it may have handed over before", async () => {
    await create();
    await clock.to(minutes(0) + 20_000);
    await service.stop();
    service = begin();
    await service.start();
    await clock.to(minutes(0) + 30_000);
    expect(came.map(({ id }) => id)).to.deep.equal([came[0]?.id, came[0]?.id]);
  });

  it("leaves out what came while the machine slept", async () => {
    await create({ ScheduleExpression: "cron(0/10 * * * ? *)" });
    await clock.to(minutes(5));
    await clock.sleepTo(minutes(480) - 30_000);
    await clock.to(minutes(481));
    expect(times()).to.deep.equal([0, 480]);
  });

  it("comes within its window, at the same time of it after a restart", async () => {
    await create({ FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 30 }, ScheduleExpression: "at(2026-11-23T13:00:00)" });
    await clock.to(minutes(60));
    expect(times()).to.deep.equal([]);
    await service.stop();
    service = begin();
    await service.start();
    await clock.to(minutes(89));
    expect(times()).to.deep.equal([60]);
  });

  it("tries again as its policy says, and then gives up", async () => {
    refuse = ({ attempt, scheduled }) => scheduled === minutes(0) && attempt < 3;
    await create({ Target: { ...hourly.Target, RetryPolicy: { MaximumRetryAttempts: 2 } } });
    await clock.to(minutes(1));
    expect(came.map(({ attempt }) => attempt)).to.deep.equal([3]);
    refuse = () => true;
    const asked: number[] = [];
    refuse = ({ attempt }) => asked.push(attempt) > 0;
    await clock.to(minutes(119));
    expect(asked).to.deep.equal([1, 2, 3]);
    await call("PUT", "/schedules/start", { ...hourly, Target: { ...hourly.Target, RetryPolicy: { MaximumEventAgeInSeconds: 60 } } });
    asked.splice(0);
    await clock.to(minutes(179));
    // After 1, 2, 4, 8, 16 seconds; the next would be past the age.
    expect(asked).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it("goes when it has come for the last time and that is asked for", async () => {
    await create({ ScheduleExpression: "at(2026-11-23T14:00:00)", ScheduleExpressionTimezone: "Europe/Berlin", ActionAfterCompletion: "DELETE" });
    await create({ ScheduleExpression: "at(2026-11-23T13:00:00)" }, "stays");
    await clock.to(minutes(61));
    expect(times()).to.deep.equal([60, 60]);
    expect((await call("GET", "/schedules")).Schedules.map(({ Name }: { Name: string }) => Name)).to.deep.equal(["stays"]);
  });

  it("stays while an earlier occurrence is still tried, and goes when that is given up", async () => {
    refuse = ({ scheduled }) => scheduled === noon;
    await create({ ScheduleExpression: "rate(1 minute)", EndDate: minutes(1) / 1000, ActionAfterCompletion: "DELETE", Target: { ...hourly.Target, RetryPolicy: { MaximumRetryAttempts: 10 } } });
    const there = async (): Promise<number> => (await call("GET", "/schedules")).Schedules.length;
    await clock.to(minutes(2));
    expect([times(), await there()]).to.deep.equal([[1], 1]);
    await clock.to(minutes(20));
    expect(await there()).to.equal(0);
  });

  it("is woken by the real clock at the time, and not when it was called off", async () => {
    const began = Date.now();
    let called = false;
    realClock.at(began + 5, () => { called = true; })();
    await new Promise<void>((resolve) => {
      const alive = setTimeout(() => undefined, 1000);
      realClock.at(began + 30, () => {
        clearTimeout(alive);
        resolve();
      });
    });
    expect([Date.now() >= began + 30, called]).to.deep.equal([true, false]);
  });

  it("fills in what stands for the occurrence", () => {
    const target = { ...hourly.Target, Input: '{"at":"<aws.scheduler.scheduled-time>","of":"<aws.scheduler.schedule-arn>","n":"<aws.scheduler.attempt-number>","x":"<else>"}', RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } };
    expect(inputOf({ scheduleArn: "arn", target, scheduled: noon, id: "1", attempt: 2 })).to.equal('{"at":"2026-11-23T12:00:00Z","of":"arn","n":"2","x":"<else>"}');
  });

  it("shows a schedule with what AWS adds, and keeps groups with theirs", async () => {
    expect(await call("POST", "/schedule-groups/lake", { Tags: [{ Key: "Owner", Value: "lab" }] })).to.deep.equal({ ScheduleGroupArn: "arn:aws:scheduler:eu-central-1:000000000000:schedule-group/lake" });
    await create({ GroupName: "lake" });
    expect(await call("GET", "/schedules/start", undefined, "groupName=lake")).to.deep.include({
      GroupName: "lake", State: "ENABLED", ActionAfterCompletion: "NONE", ScheduleExpressionTimezone: "UTC", CreationDate: noon / 1000,
      Target: { ...hourly.Target, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    });
    await call("DELETE", "/schedule-groups/lake");
    expect(await faultOf(call("GET", "/schedules/start", undefined, "groupName=lake"))).to.equal("ResourceNotFoundException: Schedule start does not exist.");
    await clock.to(minutes(60));
    expect(times()).to.deep.equal([]);
  });

  // Messages as recorded on AWS.
  for (const expression of ["cron(0 1 * * * *)", "cron(7 20 * * NOT *)", "cron(INVALID)", "cron(0 dummy ? * MON-FRI *)", "cron(71 8 1 * ? *)", "cron()", "rate(10 seconds)", "rate(10 years)", "rate()", "rate(10)", "rate(10 minutess)", "rate(foo minutes)", "rate(-10 minutes)", "rate( 10 minutes )", " rate(10 minutes)", "at(2021-12-31T23:59:59Z)", "at(2021-12-31)"]) {
    it(`refuses ${expression}`, async () => expect(await faultOf(create({ ScheduleExpression: expression }))).to.equal(`ValidationException: Invalid Schedule Expression ${expression}.`));
  }

  it("refuses what else can't be, and by its name what the lab does not have", async () => {
    const queue = "arn:aws:sqs:eu-central-1:000000000000:q";
    for (const [some, said] of [
      [{ StartDate: minutes(-6) / 1000 }, /^ValidationException: The StartDate you specify cannot be earlier than 5 minutes ago\.$/],
      [{ ScheduleExpressionTimezone: "Berlin" }, /Timezone Berlin/], [{ State: "ON" }, /enum value set: \[ENABLED, DISABLED\]/],
      [{ FlexibleTimeWindow: undefined }, /flexibleTimeWindow.mode/], [{ FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 1441 } }, /less than or equal to 1440/],
      [{ Target: { Arn: machine } }, /target.roleArn/], [{ Target: { ...hourly.Target, RetryPolicy: { MaximumRetryAttempts: 186 } } }, /less than or equal to 185/],
      [{ Target: { ...hourly.Target, Input: "{" } }, /not valid JSON/], [{ Target: { ...hourly.Target, Arn: queue } }, /^NotImplementedException.*the target arn:aws:sqs/],
      [{ Target: { ...hourly.Target, DeadLetterConfig: { Arn: queue } } }, /^NotImplementedException.*DeadLetterConfig/], [{ GroupName: "none" }, /^ResourceNotFoundException: Schedule group none does not exist\.$/],
    ] as const) expect(await faultOf(create(some))).to.match(said);
    expect(await faultOf(create({}, "a b"))).to.contain("regular expression pattern");
    await create();
    expect(await faultOf(create())).to.equal("ConflictException: Schedule start already exists.");
    expect(await faultOf(call("DELETE", "/schedules/none"))).to.equal("ResourceNotFoundException: Schedule none does not exist.");
  });
});
