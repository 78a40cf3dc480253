import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { Journal, JournalFull } from "./journal";

const texts = (journal: Journal): string[] => journal.open.map(({ data }) => data.toString());
const segmentFiles = (folder: string): string[] => readdirSync(folder).filter((name) => /^\d+$/.test(name)).sort();

describe("Journal", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "journal-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("has after a restart what was appended and is not done, in its order", async () => {
    const journal = new Journal(folder);
    const sequences = await Promise.all(["a", "b", "c", "d"].map((text) => journal.append(Buffer.from(text))));
    expect(sequences).to.deep.equal([1, 2, 3, 4]);
    journal.done(2);
    await journal.close();
    const again = new Journal(folder);
    expect(texts(again)).to.deep.equal(["c", "d"]);
    expect(await again.append(Buffer.from("e"))).to.equal(5);
    await again.close();
  });

  it("never gives a sequence twice, even when all was done before the restart", async () => {
    const journal = new Journal(folder);
    await journal.append(Buffer.from("a"));
    journal.done(1);
    await journal.close();
    const again = new Journal(folder);
    expect(await again.append(Buffer.from("b"))).to.equal(2);
    await again.close();
    expect(texts(new Journal(folder))).to.deep.equal(["b"]);
  });

  it("drops segments that hold nothing open", async () => {
    const journal = new Journal(folder, { segmentBytes: 20 });
    for (let i = 1; i <= 9; i++) await journal.append(Buffer.from(`entry ${i}`));
    const before = segmentFiles(folder).length;
    journal.done(7);
    expect([before > 3, segmentFiles(folder).length <= 2]).to.deep.equal([true, true]);
    await journal.close();
    expect(texts(new Journal(folder))).to.deep.equal(["entry 8", "entry 9"]);
  });

  it("cuts off an end that was torn at any byte, and keeps all before it", async () => {
    const journal = new Journal(folder);
    for (const text of ["one", "two", "three"]) await journal.append(Buffer.from(text));
    await journal.close();
    const path = join(folder, segmentFiles(folder)[0]!);
    const whole = readFileSync(path);
    for (let cut = whole.length - 1; cut >= whole.length - 8 - "three".length; cut--) {
      truncateSync(path, cut);
      const torn = new Journal(folder);
      expect(texts(torn), `cut at ${cut}`).to.deep.equal(["one", "two"]);
      await torn.append(Buffer.from("after"));
      await torn.close();
      expect(texts(new Journal(folder))).to.deep.equal(["one", "two", "after"]);
      for (const name of segmentFiles(folder)) rmSync(join(folder, name));
      appendFileSync(path, whole);
    }
  });

  it("takes no more than its bound, and more again when some is done", async () => {
    const journal = new Journal(folder, { mostBytes: 10 });
    await journal.append(Buffer.alloc(8));
    expect(await journal.append(Buffer.alloc(3)).catch((fault: unknown) => fault)).to.be.instanceOf(JournalFull);
    journal.done(1);
    expect(await journal.append(Buffer.alloc(3))).to.equal(2);
    await journal.close();
  });

  it("behaves as a list does, whatever the order of appends, dones and restarts", async () => {
    const step = fc.oneof(fc.record({ append: fc.uint8Array({ maxLength: 30 }) }), fc.record({ done: fc.nat(5) }), fc.constant({ restart: true as const }));
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const own = mkdtempSync(join(folder, "run-"));
      let journal = new Journal(own, { segmentBytes: 40 });
      let model: [number, string][] = [];
      for (const each of steps) {
        if ("append" in each) model.push([await journal.append(Buffer.from(each.append)), Buffer.from(each.append).toString("hex")]);
        else if ("done" in each) {
          const upTo = model[each.done]?.[0];
          if (upTo === undefined) continue;
          journal.done(upTo);
          model = model.filter(([sequence]) => sequence > upTo);
        } else {
          await journal.close();
          journal = new Journal(own, { segmentBytes: 40 });
        }
        expect(journal.open.map(({ sequence, data }) => [sequence, data.toString("hex")])).to.deep.equal(model);
      }
      await journal.close();
    }), { numRuns: 30 });
  });

  it("has everything that it said was durable after kill -9", async () => {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", `
      const { Journal } = require(${JSON.stringify(join(__dirname, "journal.ts"))});
      const journal = new Journal(${JSON.stringify(folder)});
      const next = (i) => journal.append(Buffer.from(String(i))).then((n) => { process.stdout.write(n + "\\n"); next(i + 1); });
      for (let i = 0; i < 8; i++) next(i * 1000000);
    `], { stdio: ["ignore", "pipe", "inherit"] });
    let told = "";
    await new Promise<void>((resolve) => child.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()).length > 2000 && resolve()));
    child.kill("SIGKILL");
    await new Promise((resolve) => child.once("close", resolve));
    const acknowledged = told.trimEnd().split("\n").map(Number);
    const kept = new Set(new Journal(folder).open.map(({ sequence }) => sequence));
    expect(acknowledged.filter((sequence) => !kept.has(sequence))).to.deep.equal([]);
  });
});
