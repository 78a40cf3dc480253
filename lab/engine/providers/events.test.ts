import { expect } from "chai";
import { Gateway } from "../../gateway/gateway";
import type { Lab } from "../../lab";
import { EventsService } from "../../services/events";
import type { Target } from "../../services/events/targets";
import { freePort, removeLabs, testLab } from "../../services/testing";
import { eventsProviders } from "./events";

const rule = eventsProviders["aws:cloudwatch/eventRule:EventRule"]!;
const target = eventsProviders["aws:cloudwatch/eventTarget:EventTarget"]!;
const machine = "arn:aws:states:eu-central-1:000000000000:stateMachine:p";
const faultOf = (call: Promise<unknown>) => call.then(() => "nothing", (thrown: Error) => thrown.message);

describe("EventBridge's provider", () => {
  let lab: Lab, service: EventsService, gateway: Gateway;
  const taken: Target[] = [];
  const resource = (name: string) => ({ lab, urn: "urn", type: "t", name });
  const inputs = { name: "arrival", eventPattern: '{"source":["aws.s3"]}', description: "what arrives", tags: { Owner: "lab" } };
  const aimed = { rule: "arrival", arn: machine, roleArn: "arn:aws:iam::000000000000:role/r", input: "{}" };

  before(async () => {
    lab = testLab(undefined, await freePort());
    service = new EventsService(lab, async (one) => void taken.push(one));
    gateway = new Gateway(lab, [service]);
    await gateway.start();
  });
  after(async () => {
    await gateway.stop();
    removeLabs();
  });
  const tell = async (): Promise<number> => {
    taken.length = 0;
    service.tell({ source: "aws.s3", "detail-type": "x", resources: [], detail: {} });
    await service.drained();
    return taken.length;
  };

  it("makes a rule that hands events on, changes it in place, and takes it away", async () => {
    const made = await rule.create(inputs, resource("arrival"));
    expect(made).to.deep.equal({ id: "arrival", outputs: { arn: "arn:aws:events:eu-central-1:000000000000:rule/arrival" } });
    const aim = await target.create(aimed, resource("run"));
    expect(aim).to.deep.equal({ id: "arrival-run", outputs: { targetId: "run" } });
    expect(await tell()).to.equal(1);
    expect(taken[0]).to.deep.equal({ Id: "run", Arn: machine, RoleArn: aimed.roleArn, Input: "{}" });

    await target.update!(aim.id, { ...aimed, input: '{"train":true}' }, aimed, resource("run"));
    await tell();
    expect(taken.map(({ Input }) => Input)).to.deep.equal(['{"train":true}']);
    await rule.update!("arrival", { ...inputs, state: "DISABLED" }, inputs, resource("arrival"));
    expect(await tell()).to.equal(0);

    await target.delete(aim.id, aimed, resource("run"));
    await rule.delete("arrival", inputs, resource("arrival"));
    expect(await rule.exists!("arrival", inputs, resource("arrival"))).to.equal(false);
    await target.delete(aim.id, aimed, resource("run"));
  });

  it("passes on what the lab refuses, by its name", async () => {
    expect(await faultOf(rule.create({ ...inputs, eventPattern: '{"detail":{"a":[{"cidr":"10.0.0.0/8"}]}}' }, resource("x")))).to.contain("cidr");
    await rule.create(inputs, resource("arrival"));
    expect(await faultOf(target.create({ ...aimed, inputTransformer: { inputTemplate: "x" } }, resource("x")))).to.contain("InputTransformer");
  });
});
