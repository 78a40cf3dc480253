/** The page of the pipeline in a real browser, on the lab's own Step Functions: what it draws while a machine runs, and of hostile names. */
import { SFNClient } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import type { Page } from "playwright-core";
import { loadChannel } from "../components/channel";
import { startGateway } from "../lab/gateway/gateway";
import { LiveMachines } from "../lab/services/dashboard/live";
import { DashboardServer } from "../lab/services/dashboard/server";
import { bench, type Bench, type Fake } from "../lab/services/stepfunctions/testing";
import { TaskFault } from "../lab/services/stepfunctions/tasks/task";
import { Browsing } from "./browser";

const hostile = "<img src=x onerror=alert(1)>";
const task = (FunctionName: string, more: object) => ({ Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Parameters: { FunctionName }, TimeoutSeconds: 60, ...more });
const one = (name: string, state: object) => ({ StartAt: name, States: { [name]: { ...state, End: true } } });

/** A branch that is skipped, one that waits to be let go, a nested machine, and a failure with a name of its own. */
const machine = (nested: string) => ({
  StartAt: "Both",
  States: {
    Both: { Type: "Parallel", ResultPath: null, Next: "Nested", Branches: [one("S3 Import Skipped", { Type: "Pass", Parameters: { skipped: true, reason: `<b>as before</b>` } }), one("Slow", task("slow", {}))] },
    Nested: { Type: "Task", Resource: "arn:aws:states:::states:startExecution.sync:2", Parameters: { StateMachineArn: nested, Input: { "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID.$": "$$.Execution.Id" } }, ResultPath: null, TimeoutSeconds: 60, Next: hostile },
    [hostile]: task("bad", { ResultPath: null, End: true, Catch: [{ ErrorEquals: ["States.ALL"], Next: "Failed" }] }),
    Failed: { Type: "Fail", Error: "<script>alert(2)</script>", Cause: "\"><svg onload=alert(3)>" },
  },
});

describe("the page of the pipeline in a browser", function () {
  this.timeout(60_000);
  let page: Page, server: DashboardServer, steps: Bench, stop: () => Promise<void>, address: string, arn: string;
  let letGo = (): void => undefined;
  let fails = true;
  const browsing = new Browsing("the pipeline's page", /status of 40\d/);
  const { troubles } = browsing;
  const fakes: Record<string, Fake> = {
    "lambda:invoke": ({ FunctionName }) => {
      if (FunctionName === "slow") return new Promise((resolve) => { letGo = () => resolve({ done: true }); });
      if (FunctionName === "bad" && fails) throw new TaskFault("Broken", `no ${hostile}`);
      return {};
    },
  };

  before(async function () {
    await browsing.start(this);
    steps = bench(fakes);
    ({ stop } = await startGateway(steps.lab, [steps.service]));
    arn = await steps.create("pipeline", machine(await steps.create("inner", one("Do", { Type: "Pass" }))));
    const live = new LiveMachines(new SFNClient(steps.lab.client()), () => arn);
    const { dashboard } = steps.lab.ports;
    server = new DashboardServer(dashboard, () => ({
      subject: { channel: loadChannel("temperature"), database: "d" }, ask: async () => [], runs: async () => ({ runs: [], running: true, live: true }), rejected: async () => ({ reasons: {}, complete: true }), windows: () => [],
    }), (line) => troubles.push(line), (params) => live.told(params));
    await server.start();
    address = `http://127.0.0.1:${dashboard}/`;
  });
  beforeEach(() => { ({ page } = browsing); });
  after(async () => {
    await server?.stop();
    await stop?.();
    await steps?.close();
  });

  const box = (name: string) => page.locator(".box").and(page.locator(`[data-state=${JSON.stringify(name)}]`));
  const is = (name: string, status: string) => page.locator(`.box.${status}`).and(page.locator(`[data-state=${JSON.stringify(name)}]`)).waitFor();

  it("draws the machine before it has run, by a link from the dashboard", async () => {
    await page.goto(address);
    await page.getByRole("link", { name: "See the pipeline run" }).click();
    await page.locator("#picture svg").waitFor();
    expect(await page.locator("#run").textContent()).to.equal("It has not run yet.");
    expect(await page.locator(".box").count()).to.equal(6);
    expect(await page.locator(".box.met").count()).to.equal(0);
  });

  it("shows each state as it is while the machine runs, and why one was skipped", async () => {
    await page.goto(`${address}pipeline`);
    await steps.call("StartExecution", { stateMachineArn: arn, name: "run-1" });
    await is("Slow", "running");
    await is("S3 Import Skipped", "skipped");
    expect(await box("S3 Import Skipped").locator("title").textContent()).to.equal("S3 Import Skipped: – skipped: <b>as before</b>");
    expect(await box("Both").getAttribute("class")).to.contain("running");
    expect(await box("Nested").getAttribute("class")).to.equal("box unmet");
    expect(await page.locator("#run .badge").textContent()).to.equal("running");
    letGo();
    await is("Slow", "succeeded");
    await is("Both", "succeeded");
    await is(hostile, "failed");
    await is("Failed", "failed");
    expect(await page.locator("#picture svg").getAttribute("aria-label")).to.match(/^6 states: 3 succeeded, 2 failed, 1 skipped$/);
  });

  it("shows every hostile name and cause as the text that it is, and runs none of it", async () => {
    await page.goto(`${address}pipeline`);
    await is(hostile, "failed");
    expect(await page.locator("#run .cause").textContent()).to.equal(": <script>alert(2)</script>: \"><svg onload=alert(3)>");
    expect(await page.locator("#table").textContent()).to.contain(`Broken: no ${hostile}`).and.to.contain("<b>as before</b>");
    expect(await page.locator("img, iframe, main script, #picture svg svg").count()).to.equal(0);
  });

  it("leads to the execution that a state started, and back", async () => {
    await page.goto(`${address}pipeline`);
    await page.locator("#table").getByRole("button", { name: /^inner/ }).click();
    await page.waitForFunction(() => document.getElementById("machine-title")?.textContent === "inner");
    await is("Do", "succeeded");
    await page.getByRole("button", { name: "Back to what started it" }).click();
    await page.waitForFunction(() => document.getElementById("machine-title")?.textContent === "pipeline");
    await box("Nested").click();
    await page.waitForFunction(() => document.getElementById("machine-title")?.textContent === "inner");
  });

  it("turns to the run that begins, and shows an older one when asked", async () => {
    fails = false;
    await page.goto(`${address}pipeline`);
    await is(hostile, "failed");
    await steps.call("StartExecution", { stateMachineArn: arn, name: "run-2" });
    await is("Slow", "running");
    letGo();
    await is(hostile, "succeeded");
    expect(await box("Failed").getAttribute("class")).to.equal("box unmet");
    await page.locator("#which select").selectOption({ label: (await page.locator("#which option").allTextContents()).find((label) => label.includes("run-1"))! });
    await is(hostile, "failed");
  });

  it("fits a telephone, and has dark colours where the system asks for them", async () => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 390, height: 800 });
    await page.goto(`${address}pipeline`);
    await page.locator("#which select").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.be.at.most(390);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).to.equal("rgb(14, 21, 28)");
  });

  it("says what it can't read, and recovers", async () => {
    await page.goto(`${address}pipeline#execution=arn:aws:states:eu-central-1:000000000000:execution:pipeline:gone`);
    expect(await page.locator("#run [role=alert]").textContent()).to.contain("Execution Does Not Exist");
    expect(await page.locator("#picture svg").count()).to.equal(0);
    await page.evaluate(() => { location.hash = ""; });
    await page.locator("#picture svg").waitFor();
    expect((await fetch(`${address}api/live?execution=${encodeURIComponent("arn:aws:s3:::x")}`)).status).to.equal(400);
  });
});
