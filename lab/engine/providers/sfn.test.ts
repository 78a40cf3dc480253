import { ListTagsForResourceCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { Gateway } from "../../gateway/gateway";
import type { Lab } from "../../lab";
import { StepFunctionsService } from "../../services/stepfunctions";
import { freePort, removeLabs, testLab } from "../../services/testing";
import { sfnProviders } from "./sfn";

const machine = sfnProviders["aws:sfn/stateMachine:StateMachine"]!;
const faultOf = (call: Promise<unknown>) => call.then(() => "nothing", (thrown: Error) => thrown.message);
const definition = (answer: string) => JSON.stringify({ StartAt: "Say", States: { Say: { Type: "Pass", Result: { answer }, End: true } } });

describe("Step Functions' provider", () => {
  let lab: Lab, service: StepFunctionsService, gateway: Gateway;
  const resource = () => ({ lab, urn: "urn", type: "aws:sfn/stateMachine:StateMachine", name: "pipeline" });
  const inputs = {
    name: "pipeline", roleArn: "arn:aws:iam::000000000000:role/etl", definition: definition("one"), type: "STANDARD", tags: { Owner: "lab" },
    loggingConfiguration: { level: "ALL", includeExecutionData: false, logDestination: "arn:aws:logs:eu-central-1:000000000000:log-group:g:*" },
    tracingConfiguration: { enabled: true },
  };

  before(async () => {
    lab = testLab(undefined, await freePort());
    service = new StepFunctionsService(lab);
    gateway = new Gateway(lab, [service]);
    await gateway.start();
  });
  after(async () => {
    await gateway.stop();
    await service.stop();
    removeLabs();
  });

  it("makes a machine that runs, changes it in place, and takes it away", async () => {
    const { id, outputs } = await machine.create(inputs, resource());
    expect(id).to.equal("arn:aws:states:eu-central-1:000000000000:stateMachine:pipeline");
    expect(outputs).to.include({ arn: id, status: "ACTIVE" });
    const { executionArn = "" } = await new SFNClient(lab.client()).send(new StartExecutionCommand({ stateMachineArn: id }));
    expect((await service.machinesForTasks.ended(executionArn)).output).to.equal('{"answer":"one"}');

    await machine.update!(id, { ...inputs, definition: definition("two"), tags: { Stage: "lab" } }, inputs, resource());
    const again = await new SFNClient(lab.client()).send(new StartExecutionCommand({ stateMachineArn: id }));
    expect((await service.machinesForTasks.ended(again.executionArn ?? "")).output).to.equal('{"answer":"two"}');
    expect((await new SFNClient(lab.client()).send(new ListTagsForResourceCommand({ resourceArn: id }))).tags).to.deep.equal([{ key: "Stage", value: "lab" }]);

    await machine.delete(id, {}, resource());
    expect(await machine.exists!(id, {}, resource())).to.equal(false);
  });

  it("publishes a version with each change, where the program asks for it", async () => {
    const asked = { ...inputs, name: "published", publish: true };
    const { id, outputs } = await machine.create(asked, resource());
    expect(outputs!.stateMachineVersionArn).to.equal(`${id}:1`);
    expect((await machine.update!(id, { ...asked, definition: definition("two") }, asked, resource()))!.stateMachineVersionArn).to.equal(`${id}:2`);
    await machine.delete(id, {}, resource());
  });

  it("refuses activities and a definition that can't be run, by name", async () => {
    expect(await faultOf(sfnProviders["aws:sfn/activity:Activity"]!.create({}, resource()))).to.contain("no Step Functions activities");
    expect(await faultOf(machine.create({ ...inputs, definition: definition("x").replace('"Pass"', '"Pass","Assign":{"a":1}') }, resource()))).to.match(/Assign|additional/i);
  });
});
