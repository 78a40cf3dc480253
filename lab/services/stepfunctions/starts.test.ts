import { expect } from "chai";
import { FakeLake } from "./fake-lake";

describe("starts of the pipeline, on a lake of maps", () => {
  let lake: FakeLake;
  beforeEach(() => {
    lake = new FakeLake();
    lake.exports.set("temperature/a.csv", "1");
  });
  afterEach(() => lake.bench.close());

  const executions = async (status?: string) => ((await lake.bench.call("ListExecutions", { stateMachineArn: await lake.pipeline(), maxResults: 1000, ...(status && { statusFilter: status }) })).executions as { executionArn: string; name: string }[]);
  /** Until nothing runs any more. */
  const quiet = async (): Promise<void> => {
    for (let running = await executions("RUNNING"); running.length; running = await executions("RUNNING")) await Promise.all(running.map(({ executionArn }) => lake.bench.service.machinesForTasks.ended(executionArn)));
  };
  /** A file that comes while this work is done, and the start that its event gives. */
  const arrives = (during: string, keys: string[]): Promise<unknown>[] => {
    const left: Promise<unknown>[] = [];
    let first = true;
    lake.before = async (work) => {
      if (work !== during || !first) return;
      first = false;
      for (const key of keys) {
        lake.exports.set(key, "1");
        left.push(lake.run({}, `by-${left.length}`));
      }
      await Promise.all(left);
    };
    return left;
  };

  for (const during of ["import_s3", "curate", "score", "publish"]) {
    it(`loses no file that comes during ${during}: its start leaves, and the run is followed by one that finds it`, async () => {
      const left = arrives(during, ["temperature/b.csv"]);
      expect((await lake.run({}, "one")).status).to.equal("SUCCEEDED");
      await quiet();
      expect(await left[0]).to.deep.include({ status: "SUCCEEDED" });
      expect(lake.followed).to.deep.equal(["after-one"]);
      expect(lake.covered.history?.count).to.equal(2);
      expect(lake.curated).to.include("temperatures/source=history/temperature/b.csv");
    });
  }

  it("makes of a burst of fifty files one run more, and never two at once", async () => {
    const keys = Array.from({ length: 50 }, (_, at) => `temperature/burst-${at}.csv`);
    void arrives("curate", keys);
    await lake.run({}, "one");
    await quiet();
    expect(lake.followed).to.deep.equal(["after-one"]);
    expect(lake.covered.history?.count).to.equal(51);
    expect(lake.work.filter((work) => work === "import_s3")).to.have.length(2);
    expect(await executions()).to.have.length(52);
    expect(lake.records.filter(({ outcome }) => outcome === "succeeded").map(({ run_id }) => run_id)).to.deep.equal(["one", "after-one"]);
  });

  it("follows a run that failed, too, and does not follow one that nobody missed", async () => {
    void arrives("curate", ["temperature/b.csv"]);
    const { before } = lake;
    lake.before = async (work, signal) => { await before(work, signal); if (work === "curate" && !lake.followed.length) throw new Error("out of memory"); };
    expect((await lake.run({}, "one")).status).to.equal("FAILED");
    await quiet();
    expect(lake.followed).to.deep.equal(["after-one"]);
    expect(lake.covered.history?.count).to.equal(2);
    lake.before = () => undefined;
    await lake.run({}, "three");
    await quiet();
    expect(lake.followed).to.deep.equal(["after-one"]);
  });

  it("lets those that wait do their own work, one after another", async () => {
    const arn = await lake.pipeline();
    const ended = await Promise.all(["one", "two", "three"].map((name) => lake.bench.run(arn, { whenBusy: "wait", train: true }, name)));
    expect(ended.map(({ status }) => status)).to.deep.equal(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
    expect(ended.filter(({ output }) => output?.skipped)).to.deep.equal([]);
    expect(lake.records.map(({ run_id }) => run_id)).to.have.members(["one", "two", "three"]);
    expect(lake.work.filter((work) => work === "score")).to.have.length(3);
  });

  it("keeps the record of a run that was stopped, gives its turn back, and starts nothing by itself", async () => {
    let stop: Promise<unknown> | undefined;
    const arn = await lake.pipeline();
    const execution = arn.replace(":stateMachine:", ":execution:");
    lake.before = async (work, signal) => {
      if (work !== "curate" || stop) return;
      await lake.run({}, "left");
      stop = lake.bench.call("StopExecution", { executionArn: `${execution}:one`, error: "Enough", cause: "wrong input" });
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    };
    expect((await lake.run({}, "one")).status).to.equal("ABORTED");
    await stop;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lake.records.at(-1)).to.include({ run_id: "one", outcome: "stopped", cause: "wrong input" });
    expect(lake.messages.at(-1)).to.equal("pipeline stopped: wrong input");
    expect(lake.followed).to.deep.equal([]);
    lake.before = () => undefined;
    expect((await lake.run({}, "next")).status).to.equal("SUCCEEDED");
    expect(lake.records.at(-1)).to.include({ run_id: "next", outcome: "succeeded" });
  });
});
