import { expect } from "chai";
import { EventsService } from "./events";
import type { BusEvent } from "./events/event";
import type { Target } from "./events/targets";
import { ask, codeOf, removeLabs, testLab } from "./testing";

const machine = "arn:aws:states:eu-central-1:000000000000:stateMachine:p";
const pattern = JSON.stringify({ source: ["aws.s3"], detail: { object: { key: [{ prefix: "temperature/" }] } } });
const told = (key: string) => ({ source: "aws.s3", "detail-type": "Object Created", resources: [], detail: { object: { key } } });

describe("EventBridge in the lab", () => {
  const taken: [Target, BusEvent][] = [];
  let refusals = 0;
  const made = (lab = testLab()): EventsService => new EventsService(lab, async (target, event) => {
    if (refusals-- > 0) throw new Error("busy");
    taken.push([target, event]);
  });
  const ruled = async (service: EventsService, more: object = {}): Promise<void> => {
    await ask(service, "PutRule", { Name: "arrival", EventPattern: pattern, ...more });
    await ask(service, "PutTargets", { Rule: "arrival", Targets: [{ Id: "run", Arn: machine, RoleArn: "arn:aws:iam::000000000000:role/r", Input: "{}" }] });
  };
  beforeEach(() => { taken.length = 0; refusals = 0; });
  after(removeLabs);

  it("hands what a rule takes to its targets, as an event of AWS's shape, and nothing else", async () => {
    const service = made();
    await ruled(service);
    service.tell(told("temperature/a.csv"));
    service.tell(told("diagnostics/a.csv"));
    await service.drained();
    expect(taken.map(([{ Arn, Input }, event]) => [Arn, Input, event.detail])).to.deep.equal([[machine, "{}", { object: { key: "temperature/a.csv" } }]]);
    expect(taken[0]?.[1]).to.include({ version: "0", account: "000000000000", region: "eu-central-1", source: "aws.s3" });
    expect(taken[0]?.[1].time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it("leaves a rule that is off, and one whose target was taken away", async () => {
    const service = made();
    await ruled(service, { State: "DISABLED" });
    service.tell(told("temperature/a.csv"));
    await ask(service, "EnableRule", { Name: "arrival" });
    expect(await codeOf(ask(service, "DeleteRule", { Name: "arrival" }))).to.equal("ValidationException");
    await ask(service, "RemoveTargets", { Rule: "arrival", Ids: ["run"] });
    service.tell(told("temperature/b.csv"));
    await service.drained();
    expect(taken).to.deep.equal([]);
    await ask(service, "DeleteRule", { Name: "arrival" });
    expect(await codeOf(ask(service, "DescribeRule", { Name: "arrival" }))).to.equal("ResourceNotFoundException");
  });

  it("hands an event over again that was not taken", async () => {
    const service = made();
    await ruled(service);
    refusals = 1;
    service.tell(told("temperature/a.csv"));
    await service.drained();
    expect(taken).to.have.length(1);
  });

  it("knows its rules after a restart", async () => {
    const lab = testLab();
    await ruled(made(lab));
    const again = made(testLab(lab.home));
    expect((await ask(again, "ListTargetsByRule", { Rule: "arrival" })).Targets).to.have.length(1);
    expect((await ask(again, "DescribeRule", { Name: "arrival" }))).to.include({ EventPattern: pattern, State: "ENABLED", Arn: "arn:aws:events:eu-central-1:000000000000:rule/arrival" });
  });

  it("takes events of people, but none in the name of AWS", async () => {
    const service = made();
    await ask(service, "PutRule", { Name: "own", EventPattern: '{"source":["lake"]}' });
    await ask(service, "PutTargets", { Rule: "own", Targets: [{ Id: "f", Arn: "arn:aws:lambda:eu-central-1:000000000000:function:f" }] });
    expect((await ask(service, "PutEvents", { Entries: [{ Source: "lake", DetailType: "x", Detail: '{"a":1}' }] })).Entries[0].EventId).to.match(/^[0-9a-f-]{36}$/);
    await service.drained();
    expect(taken[0]?.[1].detail).to.deep.equal({ a: 1 });
    expect(await codeOf(ask(service, "PutEvents", { Entries: [{ Source: "aws.s3", DetailType: "x", Detail: "{}" }] }))).to.equal("NotAuthorizedForSourceException");
  });

  it("refuses by name what it does not have", async () => {
    const service = made();
    await ruled(service);
    for (const rule of [{ ScheduleExpression: "rate(1 hour)" }, { EventPattern: pattern, EventBusName: "mine" }, { EventPattern: '{"detail":{"a":[{"numeric":[">",1]}]}}' }]) expect(await codeOf(ask(service, "PutRule", { Name: "x", ...rule }))).to.equal("NotImplementedException");
    for (const target of [{ Arn: "arn:aws:sqs:eu-central-1:000000000000:q" }, { Arn: machine, RoleArn: "arn:r", InputTransformer: {} }]) expect(await codeOf(ask(service, "PutTargets", { Rule: "arrival", Targets: [{ Id: "x", ...target }] }))).to.equal("NotImplementedException");
    expect(await codeOf(ask(service, "PutTargets", { Rule: "arrival", Targets: [{ Id: "x", Arn: machine }] }))).to.equal("ValidationException");
    expect(await codeOf(ask(service, "CreateEventBus", {}))).to.equal("NotImplementedException");
  });
});
