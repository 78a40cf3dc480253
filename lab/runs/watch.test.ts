import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { FakeLake } from "../services/stepfunctions/fake-lake";
import { TaskFault } from "../services/stepfunctions/tasks/task";
import { startGateway } from "../gateway/gateway";
import type { Step } from "./steps";
import { type Look, Watch } from "./watch";

const names = (steps: Step[]): unknown[] => steps.filter(({ type }) => type !== "Choice").map(({ name, steps: under }) => (under.length ? [name, names(under)] : name));
const find = (steps: Step[], name: string): Step | undefined => steps.flatMap((step) => [step, find(step.steps, name)]).find((step) => step?.name === name);

describe("an execution that is watched", () => {
  let lake: FakeLake, stop: () => Promise<void>, asked: string[], refuse: string;

  async function watched(arn: string): Promise<Watch> {
    const gateway = await startGateway(lake.bench.lab, [lake.bench.service]);
    stop = gateway.stop;
    const client = new SFNClient(lake.bench.lab.client());
    const send = (command: Parameters<typeof client.send>[0]) => {
      const { executionArn = "" } = command.input as { executionArn?: string };
      asked.push(`${command.constructor.name} ${executionArn.split(":").at(-2)}`);
      if (refuse && executionArn.includes(refuse)) throw Object.assign(new Error("not yours"), { name: "AccessDeniedException" });
      return client.send(command);
    };
    return new Watch({ send } as never, arn);
  }
  async function end(watch: Watch): Promise<Look> {
    for (;;) {
      const look = await watch.look();
      if (look.execution.status !== "RUNNING") return look;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  beforeEach(() => { asked = []; refuse = ""; });
  afterEach(async () => {
    await stop();
    await lake.bench.close();
  });

  it("is a tree: branches, items by what they are about, and what nested executions did", async () => {
    lake = new FakeLake();
    lake.exports.set("a.csv", "1");
    const { arn } = await lake.run();
    const { steps } = await end(await watched(arn));
    const crawled = ["Remember Last Crawl", "Start Crawler", "Wait For Crawl", "Check Crawl", "Crawled"];
    const room = ["Train Room", "Make Model", "Score Room"];
    expect(names(steps)).to.deep.equal([
      "Decide",
      ["Import", [["Start HISTORY_DATA Crawler", crawled], ["Start EXTERNAL_DATA Crawler", crawled], "Import S3 Data", "Import Database Data"]],
      "Decide Lake", ["Start LAKE_DATA Crawler", crawled], "Curate", "Decide Training",
      ["Train and Score", [["Train and Score Room office", room], ["Train and Score Room lab", room]]],
      "Score", "Publish",
    ]);
    expect(find(steps, "Train and Score")).to.deep.include({ items: { total: 2, over: 2, failed: 0 }, status: "succeeded", nested: false });
    expect(find(steps, "Start LAKE_DATA Crawler")?.nested).to.equal(true);
  });

  it("is seen while it runs, and asks for no history twice that is over", async () => {
    lake = new FakeLake();
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => { go = resolve; });
    lake.before = (work) => (work === "curate" ? held : undefined);
    const started = lake.run({}, "one");
    const watch = await watched((await lake.pipeline()).replace(":stateMachine:", ":execution:") + ":one");
    let look = await watch.look();
    while (find(look.steps, "Curate")?.status !== "running") look = await watch.look();
    await watch.look();
    expect(find(look.steps, "Import")?.status).to.equal("succeeded");
    asked.length = 0;
    await watch.look();
    expect(asked).to.deep.equal(["DescribeExecutionCommand pipeline", "GetExecutionHistoryCommand pipeline"]);
    go();
    await started;
    expect(find((await end(watch)).steps, "Curate")?.status).to.equal("succeeded");
  });

  it("counts the rounds of a loop and the items of a distributed Map, and says which failed", async () => {
    lake = new FakeLake(undefined, { crawl: 0.05, first: 0, poll: 0 }, 1);
    lake.before = (work) => { if (work === "train lab") throw new TaskFault("States.TaskFailed", "no memory"); };
    const { arn } = await lake.run();
    const { steps, execution } = await end(await watched(arn));
    expect(execution.status).to.equal("FAILED");
    expect(find(steps, "Check Crawl")?.times).to.be.greaterThan(1);
    expect(find(steps, "Train and Score Many")).to.deep.include({ status: "failed", items: { total: 2, over: 2, failed: 1 } });
  });

  it("shows no more of another machine than may be read", async () => {
    lake = new FakeLake();
    refuse = ":crawl:";
    const { arn } = await lake.run();
    const { steps } = await end(await watched(arn));
    expect(find(steps, "Start LAKE_DATA Crawler")).to.deep.include({ status: "succeeded", steps: [] });
    expect(find(steps, "Score Room")?.status).to.equal("succeeded");
  });
});
