/** Faults F38–F43 and F45 on the lab's Step Functions, two seeds each; the machines and functions are those of the stack, what they call is not. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { resumeInput } from "../../lab/cli/resume";
import { FakeLake, impatient } from "../../lab/services/stepfunctions/fake-lake";
import { TaskFault } from "../../lab/services/stepfunctions/tasks/task";

const seeds = [1, 2];
/** Every piece of work of a full run. */
const allWork = ["decide turn", "watermark", "decide sources", "crawl history", "crawl external", "import_s3", "import_db", "decide lake", "crawl lake", "curate", "decide training",
  "train office", "transform office", "train lab", "transform lab", "score", "publish"];

function seeded(lake: FakeLake, seed: number): FakeLake {
  for (let at = 0; at <= seed; at++) lake.exports.set(`temperature/${seed}-${at}.csv`, `${seed}.${at}`);
  lake.watermark = String(seed);
  return lake;
}

describe("faults of the orchestration", () => {
  let open: FakeLake[] = [];
  const lakeOf = (seed: number, ...shaped: ConstructorParameters<typeof FakeLake>): FakeLake => {
    const made = seeded(new FakeLake(...shaped), seed);
    open.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(open.map(({ bench }) => bench.close()));
    open = [];
  });
  const eventsOf = async (lake: FakeLake, arn: string): Promise<HistoryEvent[]> => (await lake.bench.events(arn)) as unknown as HistoryEvent[];
  /** Throw at this work, once. */
  const breaks = (lake: FakeLake, work: string, fault = new TaskFault("States.TaskFailed", `${work} broke`)): void => {
    let left = 1;
    lake.before = (name) => { if (name === work && left-- > 0) throw fault; };
  };

  for (const seed of seeds) {
    it(`F38 seed ${seed}: a crawler that is running is waited for, and crawls again on what is there then`, async () => {
      const lake = lakeOf(seed);
      let busy = seed + 1;
      lake.before = (work) => { if (work === "crawl lake" && busy-- > 0) throw new TaskFault("Glue.CrawlerRunningException", "Crawler with name lake has already started"); };
      expect((await lake.run()).status).to.equal("SUCCEEDED");
      expect(busy).to.equal(-1);
      expect(lake.curated).to.have.length(lake.exports.size + 1);
    });

    it(`F39 seed ${seed}: an answer of StartCrawler that was lost costs one more crawl, and nothing else`, async () => {
      const lake = lakeOf(seed, impatient);
      let lost = true;
      lake.before = (work) => {
        if (work !== "crawl lake" || !lost) return;
        lost = false;
        throw new TaskFault("Glue.SdkClientException", "the connection was closed");
      };
      expect((await lake.run()).status).to.equal("SUCCEEDED");
      expect(lake.curated).to.have.length(lake.exports.size + 1);
    });

    it(`F40 seed ${seed}: of ten runs that start at once one works and nine leave; a name starts one run`, async () => {
      const lake = lakeOf(seed);
      const arn = await lake.pipeline();
      const ended = await Promise.all(Array.from({ length: 10 }, (_, at) => lake.bench.run(arn, {}, `run-${seed}-${at}`)));
      expect(ended.map(({ status }) => status)).to.deep.equal(Array.from({ length: 10 }, () => "SUCCEEDED"));
      expect(ended.filter(({ output }) => output?.skipped)).to.have.length(9);
      expect(lake.work.filter((work) => work === "curate")).to.have.length(1);
      const twice = await Promise.all([1, 2].map(() => lake.bench.call("StartExecution", { stateMachineArn: arn, name: `same-${seed}`, input: "{}" })));
      expect(new Set(twice.map(({ executionArn }) => executionArn as string)).size).to.equal(1);
      await lake.bench.service.machinesForTasks.ended(String(twice[0]?.executionArn));
    });

    it(`F41 seed ${seed}: throttling is retried; what stays throttled fails the run, told by name`, async () => {
      const lake = lakeOf(seed, impatient);
      let asked = 0;
      lake.before = (work) => { if (work === "curate" && (asked += 1) <= seed) throw new TaskFault("Glue.ThrottlingException", "Rate exceeded"); };
      expect((await lake.run()).status).to.equal("SUCCEEDED");
      expect(asked).to.equal(seed + 1);
      lake.watermark = "later";
      lake.before = (work) => { if (work === "import_db") throw new TaskFault("Glue.ThrottlingException", "Rate exceeded"); };
      const failed = await lake.run();
      expect(failed).to.include({ status: "FAILED", error: "Glue.ThrottlingException" });
      expect(lake.messages.at(-1)).to.equal("pipeline failed: Rate exceeded");
      expect(lake.records.at(-1)).to.include({ outcome: "failed", error: "Glue.ThrottlingException" });
    }).timeout(20_000);

    it(`F42 seed ${seed}: after a failure at any work, a redrive does what is left, nothing twice, and comes to the same end`, async () => {
      const sound = lakeOf(seed);
      await sound.run({}, "sound");
      const wrong: string[] = [];
      for (const [at, work] of allWork.entries()) {
        const lake = lakeOf(seed);
        breaks(lake, work);
        const failed = await lake.run({}, `broken-${at}`);
        if (failed.status !== "FAILED") wrong.push(`${work}: ${failed.status}`);
        const input = resumeInput(`broken-${at}`, {}, await eventsOf(lake, failed.arn)) ?? {};
        const redriven = await lake.run(input, `redriven-${at}`);
        if (redriven.status !== "SUCCEEDED") wrong.push(`${work}: redriven ${redriven.status} ${redriven.cause}`);
        if (lake.end() !== sound.end()) wrong.push(`${work}: ${lake.end()} instead of ${sound.end()}`);
        // A branch beside the one that failed was cut short, and its work may have been done before it could be told.
        const beside = /^(crawl (history|external)|import_|train|transform)/.test(work);
        const twice = lake.work.filter((name, index) => lake.work.indexOf(name) !== index);
        if (twice.length && !beside) wrong.push(`${work}: did ${twice.join(", ")} again`);
        const idle = await lake.run({}, `idle-${at}`);
        if ((await lake.bench.path(idle.arn)).length > 6) wrong.push(`${work}: the next run was not idle`);
      }
      expect(wrong).to.deep.equal([]);
    }).timeout(60_000);

    it(`F43 seed ${seed}: a run with many rooms takes at most eight events a room, so that 500 fill a fifth of a history`, async () => {
      const lake = lakeOf(seed);
      lake.rooms = Array.from({ length: 40 * seed }, (_, at) => `room${at}`);
      const { arn, status } = await lake.run();
      expect(status).to.equal("SUCCEEDED");
      const events = await eventsOf(lake, arn);
      expect(events.filter(({ type }) => type === "MapIterationSucceeded")).to.have.length(lake.rooms.length);
      const from = events.findIndex(({ type }) => type === "MapStateStarted");
      expect(events.findIndex(({ type }) => type === "MapStateSucceeded") - from).to.be.at.most(8 * lake.rooms.length + 1);
    }).timeout(60_000);

    it(`F45 seed ${seed}: a crawl that fails on what it meets fails the run, and leaves the lake as it was`, async () => {
      const lake = lakeOf(seed);
      await lake.run();
      const before = lake.end();
      lake.watermark = "later";
      lake.before = (work) => { if (work === "crawl lake") throw new TaskFault("Glue.InvalidInputException", "two schemas in one folder"); };
      expect(await lake.run()).to.include({ status: "FAILED" });
      expect(lake.messages.at(-1)).to.contain("two schemas in one folder");
      expect(JSON.parse(lake.end()).slice(1)).to.deep.equal(JSON.parse(before).slice(1));
    });
  }
});
