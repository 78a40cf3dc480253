import { expect } from "chai";
import { crawl } from "../../../components/state-machine/crawl";
import { pipeline } from "../../../components/state-machine/pipeline";
import { sampleParts, sampleTrain } from "../../../components/state-machine/sample";
import { train } from "../../../components/state-machine/train";
import { bench, type Bench, type Fake } from "./testing";
import type { JsonObject } from "./tasks/json";
import { TaskFault } from "./tasks/task";

const yes = { due: true, reason: "changed" };
const no = { due: false, reason: "as before" };
const turn = { mine: true, skipped: false };
const allDue = { ...turn, first: "sources", due: true, reason: "all", crawl: { history: yes, external: yes }, import: { s3: yes, db: yes }, lake: yes, training: yes };
const nothingDue = { ...turn, first: "nothing", due: false, reason: "nothing has changed", crawl: { history: no, external: no }, import: { s3: no, db: no }, lake: no, training: no };
const busy = (first: "wait" | "left") => ({ first, mine: false, skipped: first === "left", due: false, reason: "x is running", crawl: null, import: null, lake: null, training: null });
const none = { ...no, how: "none", count: 0, rooms: [] };

/** Answers of the functions, jobs and crawlers around the machines; a test replaces what it is about. */
interface World {
  run?: JsonObject | (() => JsonObject);
  lake?: JsonObject;
  training?: JsonObject;
  job?: (name: string, signal: AbortSignal) => unknown;
  crawler?: { start: () => void; get: () => JsonObject };
}

/** A crawler that has crawled once before, and succeeds at once. */
function crawlerThat(ends: JsonObject = { Status: "SUCCEEDED" }, before: JsonObject = { State: "READY", LastCrawl: { Status: "SUCCEEDED", StartTime: "2020-01-01T00:00:00.000Z" } }) {
  let now = before;
  let starts = 0;
  return {
    start: () => { starts += 1; now = { State: "READY", LastCrawl: { ...ends, StartTime: new Date(Date.now() + starts).toISOString() } }; },
    get: () => ({ Crawler: now }),
    starts: () => starts,
    becomes: (next: JsonObject) => { now = next; },
  };
}

class Stage {
  readonly bench: Bench;
  readonly published: JsonObject[] = [];
  readonly jobs: string[] = [];
  readonly trained: JsonObject[] = [];

  constructor(world: World) {
    const answers: Record<string, Fake> = {
      "lambda:invoke": ({ FunctionName, Payload }) => ({ Payload: this.answer(String(FunctionName), Payload as JsonObject, world) }),
      "glue:startJobRun.sync": ({ JobName }, { signal }) => {
        this.jobs.push(String(JobName));
        return world.job?.(String(JobName), signal) ?? { Id: `jr_${String(JobName)}`, JobRunState: "SUCCEEDED", ExecutionTime: 1 };
      },
      "aws-sdk:glue:getCrawler": () => (world.crawler ?? crawlerThat()).get(),
      "aws-sdk:glue:startCrawler": () => { world.crawler?.start(); return {}; },
      "sagemaker:createTrainingJob.sync": (parameters) => { this.trained.push(parameters); return { ModelArtifacts: { S3ModelArtifacts: "s3://lake/model.tar.gz" } }; },
      "sagemaker:createModel": (parameters) => { this.trained.push(parameters); return {}; },
      "sagemaker:createTransformJob.sync": (parameters) => { this.trained.push(parameters); return {}; },
    };
    this.bench = bench(answers);
  }

  private answer(fn: string, question: JsonObject, world: World): unknown {
    if (fn.endsWith("publish")) {
      this.published.push(question);
      return { outcome: question.outcome as string, run_id: question.run_id as string, seconds: 1, reason: "", steps: [] };
    }
    const known: Record<string, unknown> = {
      run: (typeof world.run === "function" ? world.run() : world.run) ?? allDue, lake: world.lake ?? { ...yes, crawl: true },
      training: world.training ?? { ...yes, how: "inline", count: 1, rooms: [{ room: "office", folder: "room_id=office", name: "lake-office-1" }] },
    };
    return known[question.ask as string];
  }

  async run(input: object = {}) {
    const crawlMachine = await this.bench.create("crawl", crawl({ crawlSeconds: 0, pollSeconds: 0, timeoutMinutes: 10 }));
    const trainMachine = await this.bench.create("train", train(sampleTrain));
    const arn = await this.bench.create("pipeline", pipeline({ ...sampleParts, turnSeconds: 0, crawlMachine, trainMachine }));
    const ended = await this.bench.run(arn, input, "run-1");
    return { ...ended, path: await this.bench.path(ended.arn) };
  }
}

describe("the pipeline, run on fakes", () => {
  let stage: Stage | undefined;
  const on = (world: World): Stage => (stage = new Stage(world));
  afterEach(async () => {
    await stage?.bench.close();
    stage = undefined;
  });

  it("does nothing in three steps when nothing is due, and says why", async () => {
    const { status, path } = await on({ run: nothingDue }).run();
    expect(status).to.equal("SUCCEEDED");
    expect(path).to.deep.equal(["Decide", "What Is First", "Publish"]);
    expect(stage?.published[0]?.state.decision.reason).to.equal("nothing has changed");
  });

  it("does everything in the order of the data when all is due", async () => {
    const { status, path } = await on({ crawler: crawlerThat() }).run();
    expect(status).to.equal("SUCCEEDED");
    expect(stage?.jobs.slice(0, 2).sort()).to.deep.equal(["import_db", "import_s3"]);
    expect(stage?.jobs.slice(2)).to.deep.equal(["curate", "score"]);
    expect(path.filter((name) => !/^(Is|What) |Decide/.test(name)).slice(-6)).to.deep.equal(["Start LAKE_DATA Crawler", "Curate", "Train and Score", "Train and Score Room", "Score", "Publish"]);
    expect(stage?.published[0]?.state.ParallelExecutionOutput.map((step: JsonObject) => step.step)).to.deep.equal(["S3 Import", "Database Import"]);
  });

  it("trains, makes the model and scores under one name, from the room's folder", async () => {
    await on({ crawler: crawlerThat() }).run();
    const [trained, model, scored] = stage?.trained ?? [];
    expect(trained).to.include({ TrainingJobName: "lake-office-1" });
    expect(JSON.stringify(trained)).to.contain("s3://lake/training/temperature/room_id=office/");
    expect(model).to.deep.include({ ModelName: "lake-office-1", PrimaryContainer: { Image: sampleTrain.image, ModelDataUrl: "s3://lake/model.tar.gz" } });
    expect(scored).to.include({ TransformJobName: "lake-office-1", ModelName: "lake-office-1" });
    expect(scored?.TransformOutput).to.deep.include({ S3OutputPath: "s3://lake/scores/temperature/room_id=office/", Accept: "application/jsonlines" });
  });

  it("skips the branch that is not due, with its reason, and does the other", async () => {
    const { status } = await on({ crawler: crawlerThat(), run: { ...allDue, crawl: { history: no, external: no }, import: { s3: no, db: yes } }, training: none }).run();
    expect(status).to.equal("SUCCEEDED");
    const state = stage?.published[0]?.state as JsonObject;
    expect(state.ParallelExecutionOutput[0]).to.deep.equal({ step: "S3 Import", skipped: true, reason: "as before" });
    expect(state.ParallelExecutionOutput[1]).to.include({ step: "Database Import", skipped: false });
    expect(state.training).to.deep.include({ due: false, reason: "as before" });
    expect(state.score).to.equal(undefined);
    expect(stage?.jobs).to.deep.equal(["import_db", "curate"]);
  });

  it("fails on a failed crawl, with the crawler's own message, and tells so", async () => {
    const { status, path, cause } = await on({ crawler: crawlerThat({ Status: "FAILED", ErrorMessage: "Access denied to s3://exports" }) }).run();
    expect(status).to.equal("FAILED");
    expect(path.slice(-2)).to.deep.equal(["Data Pipeline Failure", "Data Pipeline Failed"]);
    expect(cause).to.contain("Access denied to s3://exports");
    expect(stage?.published.map(({ outcome }) => outcome as string)).to.deep.equal(["failed"]);
    expect(stage?.jobs).to.deep.equal([]);
  });

  it("fails when one import fails, and stops the other", async () => {
    const stopped: string[] = [];
    const { status, cause } = await on({
      crawler: crawlerThat(),
      job: (name, signal) => {
        if (name === "import_s3") throw new TaskFault("States.TaskFailed", '{"ErrorMessage":"bad file"}');
        return new Promise((_, reject) => signal.addEventListener("abort", () => { stopped.push(name); reject(new TaskFault("States.TaskFailed", "stopped")); }));
      },
    }).run();
    expect(status).to.equal("FAILED");
    expect(cause).to.contain("bad file");
    expect(stopped).to.deep.equal(["import_db"]);
  });

  it("crawls a source alone where only that is due, and says so", async () => {
    const { status, path } = await on({ crawler: crawlerThat(), run: { ...allDue, import: { s3: no, db: yes } }, training: none }).run();
    expect(status).to.equal("SUCCEEDED");
    expect(path).to.include("Start HISTORY_DATA Crawler Only").and.not.to.include("Import S3 Data");
    expect(stage?.published[0]?.state.ParallelExecutionOutput[0]).to.deep.equal({ step: "S3 Import", skipped: true, reason: "only its crawl is due" });
  });

  for (const [first, begins] of [["lake", "Start LAKE_DATA Crawler"], ["curate", "Curate"], ["training", "Decide Training"]] as const) {
    it(`begins with ${begins} where nothing is due before it`, async () => {
      const { status, path } = await on({ crawler: crawlerThat(), run: { ...allDue, first }, training: none }).run();
      expect(status).to.equal("SUCCEEDED");
      expect(path.slice(0, 3)).to.deep.equal(["Decide", "What Is First", begins]);
    });
  }

  it("scores what was trained before, without training it again", async () => {
    const { path } = await on({ run: { ...allDue, first: "training" }, training: { ...yes, how: "score", count: 0, rooms: [] } }).run();
    expect(path.slice(2)).to.deep.equal(["Decide Training", "Is Training Due", "Score", "Publish"]);
  });

  it("waits for its turn when it is told to, then does its work", async () => {
    let asked = 0;
    const { status, path } = await on({ run: () => ((asked += 1) > 2 ? nothingDue : busy("wait")) }).run();
    expect(status).to.equal("SUCCEEDED");
    expect(path.filter((name) => name === "Wait For Turn")).to.have.length(2);
    expect(path.at(-1)).to.equal("Publish");
  });

  it("does not crawl the lake again where the input says that it was", async () => {
    const { path } = await on({ crawler: crawlerThat(), lake: { ...yes, crawl: false } }).run();
    expect(path).to.include("Curate").and.not.to.include("Start LAKE_DATA Crawler");
  });

  it("leaves at once when another run has the turn", async () => {
    const { status, path, output } = await on({ run: busy("left") }).run();
    expect(status).to.equal("SUCCEEDED");
    expect(path).to.deep.equal(["Decide", "What Is First", "Left To The Running Execution"]);
    expect(output).to.deep.include({ mine: false, skipped: true, reason: "x is running" });
  });
});

describe("the crawl machine, run on fakes", () => {
  let made: Bench | undefined;
  afterEach(async () => made?.close());

  async function run(crawler: ReturnType<typeof crawlerThat>, start: Fake = () => { crawler.start(); return {}; }) {
    made = bench({ "aws-sdk:glue:getCrawler": () => crawler.get(), "aws-sdk:glue:startCrawler": start });
    const ended = await made.run(await made.create("crawl", crawl({ crawlSeconds: 0, pollSeconds: 0, timeoutMinutes: 10 })), { crawler: "c" });
    return { ...ended, path: await made.path(ended.arn) };
  }

  it("waits for a crawl of someone else, then starts its own", async () => {
    const other = { State: "READY", LastCrawl: { Status: "SUCCEEDED", StartTime: "2021-01-01T00:00:00.000Z" } };
    const crawler = crawlerThat({ Status: "SUCCEEDED" }, { State: "RUNNING" });
    let busy = true;
    const { status, path } = await run(crawler, () => {
      if (!busy) { crawler.start(); return {}; }
      busy = false;
      crawler.becomes(other);
      throw new TaskFault("Glue.CrawlerRunningException", "Crawler with name c has already started");
    });
    expect(status).to.equal("SUCCEEDED");
    expect(crawler.starts()).to.equal(1);
    expect(path.slice(0, 5)).to.deep.equal(["Remember Last Crawl", "Start Crawler", "Wait For Other Crawl", "Remember Last Crawl", "Start Crawler"]);
  });

  it("crawls once more when another crawl was running before its start, for it can't tell the two apart", async () => {
    const crawler = crawlerThat({ Status: "SUCCEEDED" }, { State: "RUNNING", LastCrawl: { Status: "SUCCEEDED", StartTime: "2020-01-01T00:00:00.000Z" } });
    const { status, path } = await run(crawler);
    expect(status).to.equal("SUCCEEDED");
    expect(crawler.starts()).to.equal(2);
    expect(path.filter((name) => name === "Has Crawl Ended")).to.have.length(2);
  });

  it("waits, too, when the crawler turns out to be running only at the start", async () => {
    const crawler = crawlerThat();
    let refused = false;
    const { status, path } = await run(crawler, () => {
      if (refused) { crawler.start(); return {}; }
      refused = true;
      throw new TaskFault("Glue.CrawlerRunningException", "Crawler with name c has already started");
    });
    expect(status).to.equal("SUCCEEDED");
    expect(path.filter((name) => name === "Start Crawler")).to.have.length(2);
    expect(path).to.include("Wait For Other Crawl");
  });

  it("does not take an older success for its own crawl", async () => {
    const crawler = crawlerThat();
    const ended = run(crawler, () => {
      // Started, but the crawler still shows its last crawl for a while.
      setTimeout(() => crawler.start(), 60);
      return {};
    });
    const { status, path } = await ended;
    expect(status).to.equal("SUCCEEDED");
    expect(path.filter((name) => name === "Check Crawl").length).to.be.greaterThan(1);
  });

  it("fails on a crawl that was cancelled and left no message", async () => {
    expect(await run(crawlerThat({ Status: "CANCELLED" }))).to.include({ status: "FAILED", error: "CrawlFailed", cause: "The crawl ended without success and the crawler gave no message." });
  });
});
