import { expect } from "chai";
import type { Covered } from "./answers";
import type { Listed } from "./print";
import { decide, type Places, type Question, type World } from "./questions";
import { takeTurn, type Turn, type TurnWorld } from "./turn";

const places: Places = { raw: "raw", lake: "lake", exports: { bucket: "exports", prefix: "" }, tables: ["temperatures", "diagnostics"], training: "training/temperature/" };
const settings = { recrawlHours: 24, namePrefix: "sensorlake", whenBusy: "leave" as const, turnMinutes: 60 };

class FakeWorld implements World {
  readonly written: Record<string, Covered> = {};
  readonly objects: Record<string, Listed[]> = {
    raw: [{ key: "temperatures/source=live/a.parquet", etag: "1", size: 5 }, { key: "rejected/temperature/a", etag: "1", size: 5 }],
    exports: [{ key: "temperature/a.csv", etag: "1", size: 5 }],
    lake: [{ key: "training/temperature/room_id=office/a.csv", etag: "1", size: 5 }, { key: "training/temperature/room_id=lab/a.csv", etag: "2", size: 5 }],
  };
  state: Covered = {};
  list = async (bucket: string, prefix: string) => (this.objects[bucket] ?? []).filter(({ key }) => key.startsWith(prefix));
  covered = async () => this.state;
  noted = async (runId: string) => Object.assign({}, ...["sources", "lake", "training"].map((each) => this.written[`runs/${runId}/covers-${each}.json`])) as Covered;
  write = async (key: string, covers: Covered) => { this.written[key] = covers; };
  now = () => "2024-01-01T00:00:00.000Z";
  holder = async () => undefined;
  claim = async () => true;
  running = async () => false;
}

const ask = (world: World, question: Question) => decide(world, places, settings)(question) as Promise<Record<string, unknown>>;

describe("decide's questions", () => {
  it("looks at the tables only, not at what was rejected, and notes what it saw", async () => {
    const world = new FakeWorld();
    const answer = await ask(world, { ask: "lake", run_id: "r", input: {} });
    expect(answer).to.deep.equal({ due: true, reason: "1 raw files that no run has covered", crawl: true });
    expect(world.written["runs/r/covers-lake.json"]?.raw?.count).to.equal(1);
  });

  it("finds rooms by their folders", async () => {
    const { rooms } = await ask(new FakeWorld(), { ask: "training", run_id: "r", input: {} });
    expect((rooms as { room: string; folder: string }[]).map(({ room, folder }) => [room, folder])).to.deep.equal([["office", "room_id=office"], ["lab", "room_id=lab"]]);
  });

  it("is quiet once a success has covered what it noted", async () => {
    const world = new FakeWorld();
    const questions: Question[] = [{ ask: "sources", run_id: "r", input: {} }, { ask: "lake", run_id: "r", input: {} }, { ask: "training", run_id: "r", input: {} }];
    for (const question of questions) await ask(world, question);
    world.state = Object.assign({}, ...Object.values(world.written)) as Covered;
    expect((await ask(world, { ask: "sources", run_id: "s", input: {} })).due).to.equal(false);
  });

  it("refuses an input and a question that it does not understand", async () => {
    expect(await ask(new FakeWorld(), { ask: "lake", run_id: "r", input: { x: 1 } }).then(() => "", (fault: Error) => fault.name)).to.equal("InputFault");
    expect(await ask(new FakeWorld(), { ask: "what", run_id: "r", input: {} } as never).then(() => "", String)).to.contain('the question "what"');
  });
});

describe("a run that goes on where another failed", () => {
  const input = (more: object = {}) => ({ of: "one", done: ["History Crawl", "S3 Import"], ...more });
  const sources = (run_id: string, given: object): Question => ({ ask: "sources", run_id, input: given });
  const dueOf = (answer: Record<string, unknown>, path: string) => path.split(".").reduce((at, key) => at[key] as Record<string, unknown>, answer).due;

  it("leaves out what was done, does the rest, and covers what the failed run saw", async () => {
    const world = new FakeWorld();
    await ask(world, sources("one", {}));
    world.objects.exports?.push({ key: "temperature/later.csv", etag: "1", size: 5 });
    const answer = await ask(world, sources("two", input()));
    expect([dueOf(answer, "crawl.history"), dueOf(answer, "import.s3"), dueOf(answer, "lake")]).to.deep.equal([false, false, true]);
    expect(JSON.stringify(answer)).to.contain("done by one");
    expect(world.written["runs/two/covers-sources.json"]?.history?.count).to.equal(1);
    expect((await ask(Object.assign(world, { state: world.written["runs/two/covers-sources.json"] }), sources("three", {}))).due).to.equal(true);
  });

  it("goes on with a run that itself went on with another", async () => {
    const world = new FakeWorld();
    await ask(world, sources("one", {}));
    await ask(world, { ask: "lake", run_id: "one", input: {} });
    await ask(world, sources("two", input({ done: ["History Crawl", "S3 Import", "Lake Crawl", "Curate"] })));
    const all = input({ of: "two", done: ["History Crawl", "S3 Import", "Lake Crawl", "Curate"] });
    expect(dueOf(await ask(world, sources("three", all)), "lake")).to.equal(false);
    expect(world.written["runs/three/covers-sources.json"]?.raw?.count).to.equal(1);
  });

  it("curates without the crawl that was done, and does not cover files that came after it", async () => {
    const world = new FakeWorld();
    await ask(world, sources("one", {}));
    await ask(world, { ask: "lake", run_id: "one", input: {} });
    world.objects.raw?.push({ key: "temperatures/source=live/late.parquet", etag: "1", size: 5 });
    expect(await ask(world, { ask: "lake", run_id: "two", input: input({ done: ["Lake Crawl"] }) })).to.include({ due: true, crawl: false });
    expect(world.written["runs/two/covers-lake.json"]?.raw?.count).to.equal(1);
  });

  it("trains the rooms that are left, and scores though none is", async () => {
    const world = new FakeWorld();
    await ask(world, { ask: "training", run_id: "one", input: {} });
    const some = await ask(world, { ask: "training", run_id: "two", input: input({ rooms: ["room_id=lab"] }) });
    expect((some.rooms as { folder: string }[]).map(({ folder }) => folder)).to.deep.equal(["room_id=office"]);
    expect(Object.keys(world.written["runs/two/covers-training.json"]?.rooms ?? {}).sort()).to.deep.equal(["room_id=lab", "room_id=office"]);
    expect(await ask(world, { ask: "training", run_id: "three", input: input({ done: ["Training"] }) })).to.deep.include({ due: true, rooms: [] });
    expect((await ask(world, { ask: "training", run_id: "three", input: input({ done: ["Training", "Score"] }) })).due).to.equal(false);
  });

  it("begins at a step that a person names, whatever has changed", async () => {
    const world = new FakeWorld();
    const answer = await ask(world, sources("one", { from: "Curate" }));
    expect(answer).to.deep.include({ due: true, import: { s3: { due: false, reason: "the input begins with Curate" }, db: { due: false, reason: "the input begins with Curate" } } });
    expect(await ask(world, { ask: "lake", run_id: "one", input: { from: "Curate" } })).to.include({ due: true, crawl: false });
    expect(await ask(world, { ask: "lake", run_id: "one", input: { from: "Score" } })).to.include({ due: false });
  });

  it("refuses words that it does not know, and half a resume", async () => {
    for (const [given, fault] of [[{ from: "Curat" }, /from is "Curat"; set one of Crawl, Import/], [{ of: "a/b" }, /of is "a\/b"/], [{ done: ["Score"] }, /set of to its name/], [input({ done: ["Sleep"] }), /done is "Sleep"/], [{ whenBusy: "hope" }, /set one of leave, wait/]] as const) {
      expect(await ask(new FakeWorld(), sources("r", given)).then(() => "", (found: Error) => found.message)).to.match(fault);
    }
  });
});

describe("turns", () => {
  /** A bucket with conditional writes, and executions that run. */
  class Lock implements TurnWorld {
    held: { turn: Turn; etag: string } | undefined;
    private version = 0;
    constructor(readonly alive: string[]) {}
    holder = async () => this.held;
    running = async (execution: string) => this.alive.includes(execution);
    claim = async (turn: Turn, etag?: string) => {
      if (this.held?.etag !== etag) return false;
      this.held = { turn, etag: String(++this.version) };
      return true;
    };
  }

  it("go to exactly one of ten that start at once", async () => {
    const names = Array.from({ length: 10 }, (_, at) => `run-${at}`);
    const lock = new Lock(names);
    const answers = await Promise.all(names.map((name) => takeTurn(lock, name)));
    expect(answers.filter(({ mine }) => mine)).to.have.length(1);
    expect(answers.filter(({ skipped }) => skipped)).to.have.length(9);
  });

  it("are waited for by choice, and no longer than is set", async () => {
    const world = Object.assign(new FakeWorld(), { holder: async () => ({ turn: { execution: "one" }, etag: "0" }), running: async () => true });
    const asked = (input: object, started: string): Question => ({ ask: "turn", execution: "two", started, input });
    expect(await ask(world, asked({}, world.now()))).to.deep.include({ mine: false, wait: false, skipped: true, reason: "one is running" });
    expect(await ask(world, asked({ whenBusy: "wait" }, "2023-12-31T23:30:00.000Z"))).to.deep.include({ mine: false, wait: true, skipped: false });
    expect(await ask(world, asked({ whenBusy: "wait" }, "2023-12-31T23:00:00.000Z"))).to.deep.include({ wait: false, skipped: true, reason: "one is running, after 60 minutes of waiting" });
  });

  it("go on to the next when the holder is no longer running", async () => {
    const lock = new Lock([]);
    lock.held = { turn: { execution: "dead" }, etag: "0" };
    expect(await takeTurn(lock, "next")).to.deep.include({ mine: true, reason: "dead ended without giving its turn back" });
    expect(lock.held.turn.execution).to.equal("next");
  });

  it("stay with the holder when its question is asked again", async () => {
    const lock = new Lock(["one"]);
    await takeTurn(lock, "one");
    expect((await takeTurn(lock, "one")).mine).to.equal(true);
  });
});
