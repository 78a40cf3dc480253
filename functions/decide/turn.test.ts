import { expect } from "chai";
import fc from "fast-check";
import { giveBack, takeTurn, type RunsWorld, type Turn, TurnContended } from "./turn";

/** A file with conditional writes, and executions that run. */
class Lock implements RunsWorld {
  held: { turn: Turn; etag: string } | undefined;
  readonly alive: Set<string>;
  private version = 0;
  constructor(alive: string[] = []) { this.alive = new Set(alive); }
  turn = async () => this.held;
  running = async (execution: string) => this.alive.has(execution);
  claim = async (turn: Turn, etag?: string) => {
    if (this.held?.etag !== etag) return false;
    this.held = { turn, etag: String(++this.version) };
    return true;
  };
}

const patience = (more: object = {}) => ({ wait: true, started: "2024-01-01T00:00:00.000Z", now: "2024-01-01T00:30:00.000Z", minutes: 60, ...more });

describe("turns", () => {
  it("go to exactly one of ten that start at once; the others leave, and it is written that they came", async () => {
    const names = Array.from({ length: 10 }, (_, at) => `run-${at}`);
    const lock = new Lock(names);
    const answers = await Promise.all(names.map((name) => takeTurn(lock, name)));
    expect(answers.filter(({ mine }) => mine)).to.have.length(1);
    expect(lock.held?.turn.again).to.equal(true);
  });

  it("go on to the next when the holder is no longer running", async () => {
    const lock = new Lock(["next"]);
    lock.held = { turn: { execution: "dead", again: true }, etag: "0" };
    expect(await takeTurn(lock, "next")).to.deep.include({ mine: true, reason: "dead ended without giving its turn back" });
    expect(lock.held.turn).to.deep.equal({ execution: "next" });
  });

  it("stay with the holder when its question is asked again", async () => {
    const lock = new Lock(["one"]);
    await takeTurn(lock, "one");
    expect((await takeTurn(lock, "one")).mine).to.equal(true);
  });

  it("are waited for by choice, and no longer than is set", async () => {
    const lock = new Lock(["one"]);
    await takeTurn(lock, "one");
    expect(await takeTurn(lock, "two", patience())).to.deep.equal({ mine: false, wait: true, reason: "one is running" });
    expect(lock.held?.turn.again).to.equal(undefined);
    expect(await takeTurn(lock, "two", patience({ now: "2024-01-01T01:00:00.000Z" }))).to.deep.equal({ mine: false, wait: false, reason: "one is running, after 60 minutes of waiting" });
    expect(lock.held?.turn.again).to.equal(true);
  });

  it("are given back by the holder only, and say each time they are asked whether someone came", async () => {
    const lock = new Lock(["one", "two"]);
    await takeTurn(lock, "one");
    await takeTurn(lock, "two");
    expect(await giveBack(lock, "two")).to.equal(false);
    expect([await giveBack(lock, "one"), await giveBack(lock, "one")]).to.deep.equal([true, true]);
    expect((await takeTurn(lock, "two")).mine).to.equal(true);
    expect(await giveBack(lock, "one")).to.equal(false);
    expect(await giveBack(lock, "two")).to.equal(false);
  });

  it("are asked for again by the machine when somebody else was first every time", async () => {
    const lock = Object.assign(new Lock(["one"]), { claim: async () => false });
    expect(await takeTurn(lock, "one").then(() => undefined, (fault: Error) => fault)).to.be.instanceOf(TurnContended);
  });

  /**
   * Files come one after another, each starts a run; the calls of all runs interleave in any order, a run may end by failing, and
   * whoever gives the turn back starts the next. At the end every file is in the listing of some run, and no two runs had the turn at once.
   */
  it("property: no start is lost and no two runs interleave, however the calls of all fall", async () => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), async (scheduler, succeeds) => {
      const lock = new Lock();
      const world: RunsWorld = {
        turn: scheduler.scheduleFunction(lock.turn), running: scheduler.scheduleFunction(lock.running), claim: scheduler.scheduleFunction(lock.claim),
      };
      const pause = scheduler.scheduleFunction(async () => undefined);
      const files: number[] = [];
      const seen = new Set<number>();
      let working = 0;
      let most = 0;
      const runs: Promise<void>[] = [];
      const start = (name: string): void => {
        lock.alive.add(name);
        runs.push((async () => {
          if ((await takeTurn(world, name)).mine) {
            working += 1;
            most = Math.max(most, working);
            for (const file of [...files]) seen.add(file);
            await pause();
            working -= 1;
            if (await giveBack(world, name)) start(`${name}'`);
          }
          lock.alive.delete(name);
        })());
      };
      for (const [at] of succeeds.entries()) {
        runs.push(pause().then(() => { files.push(at); start(`run-${at}`); }));
      }
      const over = async (ended = 0): Promise<void> => { await Promise.all(runs); if (runs.length > ended) await over(runs.length); };
      await scheduler.waitFor(over());
      expect(most).to.equal(1);
      expect([...seen].sort()).to.deep.equal(files.slice().sort());
    }), { numRuns: 300 });
  });
});
