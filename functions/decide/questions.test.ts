import { expect } from "chai";
import type { Covered } from "./answers";
import type { Listed } from "./print";
import { decide, type Places, type Question, type World } from "./questions";
import { takeTurn, type Turn, type TurnWorld } from "./turn";

const places: Places = { raw: "raw", lake: "lake", exports: { bucket: "exports", prefix: "" }, tables: ["temperatures", "diagnostics"], training: "training/temperature/" };
const settings = { recrawlHours: 24, namePrefix: "sensorlake" };

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
    expect(answer).to.deep.equal({ due: true, reason: "1 raw files that no run has covered" });
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
