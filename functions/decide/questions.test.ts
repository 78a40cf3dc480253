import { expect } from "chai";
import type { Covered } from "./answers";
import type { Listed } from "./print";
import { decide, type Places, type Question, type World } from "./questions";


const places: Places = { raw: "raw", lake: "lake", exports: { bucket: "exports", prefix: "" }, tables: ["temperatures", "diagnostics"], training: "training/temperature/" };
const settings = { recrawlHours: 24, namePrefix: "sensorlake", inlineRooms: 1, whenBusy: "leave" as const, turnMinutes: 60 };

class FakeWorld implements World {
  readonly written: Record<string, Covered> = {};
  /** In the order in which they were done. */
  readonly calls: string[] = [];
  readonly objects: Record<string, Listed[]> = {
    raw: [{ key: "temperatures/source=live/a.parquet", etag: "1", size: 5 }, { key: "rejected/temperature/a", etag: "1", size: 5 }],
    exports: [{ key: "temperature/a.csv", etag: "1", size: 5 }],
    lake: [{ key: "training/temperature/room_id=office/a.csv", etag: "1", size: 5 }, { key: "training/temperature/room_id=lab/a.csv", etag: "2", size: 5 }],
  };
  state: Covered = {};
  list = async (bucket: string, prefix: string) => {
    this.done("list");
    return (this.objects[bucket] ?? []).filter(({ key }) => key.startsWith(prefix));
  };
  covered = async () => this.state;
  noted = async (runId: string) => Object.assign({}, ...["sources", "lake", "training"].map((each) => this.written[`runs/${runId}/covers-${each}.json`])) as Covered;
  write = async (key: string, document: object) => { this.written[key] = document; };
  watermarks = async () => { this.done("watermarks"); return [{ table: "dbo.readings", watermark: "1" }]; };
  now = () => "2024-01-01T00:00:00.000Z";
  turn = async (): ReturnType<World["turn"]> => undefined;
  claim = async () => this.done("claim");
  running = async () => true;
  private done(what: string): boolean {
    this.calls.push(what);
    return true;
  }
}
const run = (run_id: string, input: object = {}): Question => ({ ask: "run", run_id, input, execution: run_id, started: "2024-01-01T00:00:00.000Z" });

const ask = (world: World, question: Question) => decide(world, places, settings)(question) as Promise<Record<string, unknown>>;

describe("decide's questions", () => {
  it("looks at the tables only, not at what was rejected, and notes what it saw", async () => {
    const world = new FakeWorld();
    const answer = await ask(world, { ask: "lake", run_id: "r", input: {} });
    expect(answer).to.deep.equal({ due: true, reason: "1 raw files that no run has covered", crawl: true });
    expect(world.written["runs/r/covers-lake.json"]?.raw?.count).to.equal(1);
  });

  it("finds rooms by their folders", async () => {
    const world = new FakeWorld();
    expect(await ask(world, { ask: "training", run_id: "r", input: {} })).to.deep.include({ how: "distributed", count: 2, rooms: [] });
    const rooms = world.written["runs/r/rooms"] as unknown;
    expect((rooms as { room: string; folder: string }[]).map(({ room, folder }) => [room, folder])).to.deep.equal([["office", "room_id=office"], ["lab", "room_id=lab"]]);
  });

  it("is quiet once a success has covered what it noted", async () => {
    const world = new FakeWorld();
    const questions: Question[] = [run("r"), { ask: "lake", run_id: "r", input: {} }, { ask: "training", run_id: "r", input: {} }];
    for (const question of questions) await ask(world, question);
    world.state = Object.assign({}, ...Object.values(world.written)) as Covered;
    expect(await ask(world, run("s"))).to.deep.include({ due: false, first: "nothing", mine: true, skipped: false });
  });

  it("looks at what is there only once it has the turn, so that nothing comes between", async () => {
    const world = new FakeWorld();
    await ask(world, run("r"));
    expect(world.calls[0]).to.equal("claim");
    expect(world.calls).to.include("watermarks").and.to.include("list");
  });

  it("answers every key to a run that does not have the turn, and looks at nothing", async () => {
    const world = Object.assign(new FakeWorld(), { turn: async () => ({ turn: { execution: "one", again: true }, etag: "0" }) });
    const answer = await ask(world, run("two"));
    expect(answer).to.deep.equal({ first: "left", mine: false, skipped: true, due: false, reason: "one is running", crawl: null, import: null, lake: null, training: null });
    expect(Object.keys(answer)).to.have.members(Object.keys(await ask(new FakeWorld(), run("three"))));
    expect(world.calls).to.deep.equal([]);
  });

  it("notes what the lake held when the run goes there first", async () => {
    const world = new FakeWorld();
    await ask(world, run("r"));
    world.state = { ...world.written["runs/r/covers-sources.json"] };
    expect(await ask(world, run("s"))).to.include({ first: "lake" });
    expect(world.written["runs/s/covers-lake.json"]?.raw?.count).to.equal(1);
  });

  it("refuses an input and a question that it does not understand", async () => {
    expect(await ask(new FakeWorld(), { ask: "lake", run_id: "r", input: { x: 1 } }).then(() => "", (fault: Error) => fault.name)).to.equal("InputFault");
    expect(await ask(new FakeWorld(), { ask: "what", run_id: "r", input: {} } as never).then(() => "", String)).to.contain('the question "what"');
  });
});

describe("a run that goes on where another failed", () => {
  const input = (more: object = {}) => ({ of: "one", done: ["History Crawl", "S3 Import"], ...more });
  const sources = run;
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
    expect(some.how).to.equal("inline");
    expect((some.rooms as { folder: string }[]).map(({ folder }) => folder)).to.deep.equal(["room_id=office"]);
    expect(Object.keys(world.written["runs/two/covers-training.json"]?.rooms ?? {}).sort()).to.deep.equal(["room_id=lab", "room_id=office"]);
    expect(await ask(world, { ask: "training", run_id: "three", input: input({ done: ["Training"] }) })).to.deep.include({ due: true, how: "score", rooms: [] });
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
