/**
 * Fake lake: the pipeline's machines, decide and publish as they are, on buckets, jobs and crawlers that are maps.
 * What a test is about goes wrong by `before`, which is called with the name of each piece of work.
 */
import { createHash } from "node:crypto";
import { crawl } from "../../../components/state-machine/crawl";
import type { Definition } from "../../../components/state-machine/language";
import { pipeline } from "../../../components/state-machine/pipeline";
import { sampleParts, sampleTrain } from "../../../components/state-machine/sample";
import { train } from "../../../components/state-machine/train";
import type { Covered } from "../../../functions/decide/answers";
import { decide, type Question } from "../../../functions/decide/questions";
import type { Turn, TurnWorld } from "../../../functions/decide/turn";
import type { Outcome, RunRecord } from "../../../functions/publish/message";
import { publish } from "../../../functions/publish/publish";
import { outcomeOf, type StatusChange } from "../../../functions/publish/ended";
import type { Bus } from "../events/event";
import type { JsonObject } from "./tasks/json";
import { TaskFault } from "./tasks/task";
import { type AroundTask, bench, type Bench, type Fake } from "./testing";

const digest = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 12);

export class FakeLake {
  readonly bench: Bench;
  readonly exports = new Map<string, string>();
  readonly raw = new Map<string, string>();
  readonly notes = new Map<string, Covered>();
  readonly records: RunRecord[] = [];
  readonly messages: string[] = [];
  /** Names of the work that was done, in order. */
  readonly work: string[] = [];
  /** May throw; may wait. */
  before: (work: string, signal: AbortSignal) => unknown = () => undefined;
  /** The same for each task by the name of its state. */
  around: AroundTask = (_, work) => work();
  watermark = "1";
  rooms = ["office", "lab"];
  covered: Covered = {};
  crawled: string[] = [];
  curated: string[] = [];
  readonly models: Record<string, string> = {};
  scores = "";
  /** Names of the runs that were started since someone came in vain. */
  readonly followed: string[] = [];
  private turnFile: { turn: Turn; etag: string } | undefined;
  private turns = 0;
  private readonly crawls = new Map<string, { began: number; before: number }>();
  private machine: Promise<string> | undefined;

  /** @param times seconds: of a crawl, until the first look at it, and between two more. */
  constructor(private readonly shaped: (definition: Definition) => Definition = (same) => same, private readonly times = { crawl: 0, first: 0, poll: 0 }, inlineRooms = 40) {
    const quick = { recrawlHours: 24, namePrefix: "lake", inlineRooms, whenBusy: "leave" as const, turnMinutes: 60 };
    const asked = decide(this.decideWorld(), { raw: "raw", lake: "lake", exports: { bucket: "exports", prefix: "" }, tables: ["temperatures"], training: "training/" }, quick);
    const ended = publish(this.publishWorld());
    const answer = async (fn: string, question: JsonObject, signal: AbortSignal): Promise<unknown> => {
      const name = fn.split(":").at(-1) ?? "";
      await this.before(name === "decide" ? `decide ${String(question.ask)}` : name, signal);
      return name === "publish" ? ended(question as unknown as Outcome) : asked(question as Question);
    };
    const answers: Record<string, Fake> = {
      "lambda:invoke": async ({ FunctionName, Payload }, { signal }) => ({ Payload: await answer(String(FunctionName), Payload as JsonObject, signal).catch((fault: Error) => { throw fault instanceof TaskFault ? fault : new TaskFault(fault.name, fault.message); }) }),
      "glue:startJobRun.sync": async ({ JobName }, { signal }) => { await this.does(String(JobName), signal); return { Id: `jr_${String(JobName)}`, JobRunState: "SUCCEEDED", ExecutionTime: 1 }; },
      "aws-sdk:glue:getCrawler": ({ Name }) => this.crawler(String(Name)),
      "aws-sdk:s3:getObject": ({ Key }) => ({ Body: JSON.stringify(this.notes.get(String(Key))) }),
      "aws-sdk:glue:startCrawler": async ({ Name }, { signal }) => { await this.does(`crawl ${String(Name)}`, signal); return {}; },
      "sagemaker:createTrainingJob.sync": async ({ TrainingJobName }, { signal }) => { await this.does(`train ${roomOf(String(TrainingJobName))}`, signal); return { ModelArtifacts: { S3ModelArtifacts: "s3://lake/model.tar.gz" } }; },
      "sagemaker:createModel": () => ({}),
      "sagemaker:createTransformJob.sync": async ({ TransformJobName }, { signal }) => { await this.does(`transform ${roomOf(String(TransformJobName))}`, signal); return {}; },
    };
    // EventBridge's rule on the pipeline's ends.
    const bus: Bus = {
      tell: ({ detail }) => {
        const { status, stateMachineArn } = detail as StatusChange["detail"];
        if (["ABORTED", "TIMED_OUT"].includes(status) && stateMachineArn.endsWith(":pipeline")) void ended(outcomeOf({ detail: detail as StatusChange["detail"] }));
      },
    };
    this.bench = bench(answers, { bus, around: (...task) => this.around(...task) });
  }

  async run(input: object = {}, name?: string) {
    return this.bench.run(await this.pipeline(), input, name);
  }

  pipeline(): Promise<string> {
    return (this.machine ??= this.made());
  }

  /** At rest, or at a crawl that began less than a crawl's time ago. */
  private crawler(name: string): JsonObject {
    const { began = 0, before = 0 } = this.crawls.get(name) ?? {};
    const running = Date.now() - began < this.times.crawl * 1000;
    return { Crawler: { State: running ? "RUNNING" : "READY", LastCrawl: { Status: "SUCCEEDED", StartTime: new Date(running ? before : began).toISOString() } } };
  }

  private async made(): Promise<string> {
    const crawlMachine = await this.bench.create("crawl", this.shaped(crawl({ crawlSeconds: this.times.first, pollSeconds: this.times.poll, timeoutMinutes: 10 })));
    const trainMachine = await this.bench.create("train", this.shaped(train(sampleTrain)));
    return this.bench.create("pipeline", this.shaped(pipeline({ ...sampleParts, turnSeconds: 0, crawlMachine, trainMachine })));
  }

  /** What stands in the lake when all is over, whichever way it came there. */
  end(): string {
    const { history, external, raw, rooms = {} } = this.covered;
    return JSON.stringify([[...this.raw].sort(), this.curated, Object.entries(this.models).sort(), this.scores, history, external?.watermarks, raw, Object.entries(rooms).sort()]);
  }

  private async does(work: string, signal: AbortSignal): Promise<void> {
    await this.before(work, signal);
    this.work.push(work);
    const [what, room = ""] = work.split(" ");
    if (what === "crawl") this.crawls.set(room, { began: Math.max(Date.now(), (this.crawls.get(room)?.began ?? 0) + 1), before: this.crawls.get(room)?.began ?? 0 });
    if (work === "crawl lake") this.crawled = [...this.raw.keys()].sort();
    if (work === "import_s3") for (const [key, etag] of this.exports) this.raw.set(`temperatures/source=history/${key}`, etag);
    if (work === "import_db") this.raw.set(`temperatures/source=external/${this.watermark}`, this.watermark);
    if (work === "curate") this.curated = this.crawled;
    if (what === "transform") this.models[room] = digest(this.curated);
    if (work === "score") this.scores = digest(Object.entries(this.models).sort());
  }

  private turnWorld(): TurnWorld {
    return {
      turn: async () => this.turnFile,
      claim: async (turn, etag) => {
        if (this.turnFile?.etag !== etag) return false;
        this.turnFile = { turn, etag: String(++this.turns) };
        return true;
      },
    };
  }

  private decideWorld(): Parameters<typeof decide>[0] {
    const listed = (found: Map<string, string>, prefix: string) => [...found].filter(([key]) => key.startsWith(prefix)).map(([key, etag]) => ({ key, etag, size: 1 }));
    return {
      list: async (bucket, prefix) => bucket === "exports" ? listed(this.exports, prefix) : bucket === "raw" ? listed(this.raw, prefix)
        : this.rooms.filter(() => this.curated.length).map((room) => ({ key: `training/room_id=${room}/a.csv`, etag: digest([room, this.curated]), size: 1 })),
      covered: async () => this.covered,
      noted: async (run) => Object.assign({}, ...["sources", "lake", "training"].map((ask) => this.notes.get(`runs/${run}/covers-${ask}.json`))) as Covered,
      write: async (key, document) => void this.notes.set(key, document),
      now: () => "2024-01-01T00:00:00.000Z",
      ...this.turnWorld(),
      watermarks: async () => {
        await this.before("watermark", new AbortController().signal);
        return [{ table: "dbo.readings", watermark: this.watermark }];
      },
      running: async (executionArn) => (await this.bench.call("DescribeExecution", { executionArn })).status === "RUNNING",
    };
  }

  private publishWorld(): Parameters<typeof publish>[0] {
    return {
      documents: async (run) => new Map([...this.notes].filter(([key]) => key.startsWith(`runs/${run}/`) && key.endsWith(".json")).map(([key, note]) => [key.split("/")[2] ?? "", note])),
      covered: async () => this.covered,
      cover: async (state) => { this.covered = state; },
      keep: async (record) => void this.records.push(record),
      ...this.turnWorld(),
      follow: async (execution) => {
        const name = `after-${execution.split(":").at(-1)}`;
        if (this.followed.includes(name)) return;
        this.followed.push(name);
        await this.bench.call("StartExecution", { stateMachineArn: await this.pipeline(), name, input: "{}" });
      },
      send: async (subject) => void this.messages.push(subject),
      now: () => "2024-01-01T00:01:00.000Z",
    };
  }
}

const roomOf = (job: string): string => job.replace(/^lake-/, "").replace(/-[0-9a-f]{12}$/, "");

/** The same machine with retries that come soon and give up soon. */
export function impatient(definition: Definition): Definition {
  const text = JSON.stringify(definition, (key, value: unknown) => (key === "Retry" ? (value as object[]).map((each) => ({ ...each, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1, MaxDelaySeconds: 2 })) : value));
  return JSON.parse(text) as Definition;
}
