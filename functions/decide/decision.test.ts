import { expect } from "chai";
import fc from "fast-check";
import type { Covered, Overrides } from "./answers";
import { decideLake, decideSources, firstOf, type Seen } from "./decision";
import { jobName, roomName } from "./naming";
import { overridesFrom } from "./overrides";
import { dataOf, type Listed, printOf } from "./print";
import { decideTraining } from "./training";

const settings = { recrawlHours: 24, namePrefix: "sensorlake-dev", inlineRooms: 40 };
const file = (key: string, etag = "1", size = 10): Listed => ({ key, etag, size });
const exports1 = printOf([file("temperature/a.csv")]);
const exports2 = printOf([file("temperature/a.csv"), file("temperature/b.csv")]);
const raw = printOf([file("temperatures/source=live/x.parquet")]);
const rooms = new Map([["room_id=office", [file("training/temperature/room_id=office/a.csv")]]]);
const seen = (more: Partial<Seen> = {}): Seen => ({ history: exports1, watermarks: [{ table: "dbo.readings", watermark: "2024-01-02" }], raw, rooms, now: "2024-01-02T12:00:00.000Z", ...more });
const sources = (what: Seen, before: Covered = {}, asked: Overrides = {}) => decideSources(what, before, asked, settings);

/** What a run leaves behind that saw all this and did all that was due. */
function covered(what: Seen): Covered {
  return { ...sources(what).covers, ...decideLake(what.raw, {}, {}).covers, ...decideTraining(what.rooms, {}, {}, settings, "r").covers };
}

describe("decide", () => {
  it("does everything on the first run", () => {
    const { answer } = sources(seen());
    expect(answer.due).to.equal(true);
    expect([answer.crawl.history, answer.crawl.external, answer.import.s3, answer.import.db, answer.lake, answer.training].map(({ due }) => due)).to.deep.equal([true, true, true, true, true, true]);
    expect(answer.import.s3.reason).to.equal("1 exports that no run has covered");
  });

  it("does nothing when nothing has changed since, and gives the reason of each part", () => {
    const { answer } = sources(seen({ now: "2024-01-02T13:00:00.000Z" }), covered(seen()));
    expect(answer).to.deep.equal({
      due: false, reason: "nothing has changed since the last success",
      crawl: { history: { due: false, reason: "the 1 exports are those of the last success" }, external: { due: false, reason: "the database was crawled 1.0 hours ago, which holds for 24" } },
      import: { s3: { due: false, reason: "the 1 exports are those of the last success" }, db: { due: false, reason: "dbo.readings as at the last success" } },
      lake: { due: false, reason: "the 1 raw files are those of the last success" },
      training: { due: false, reason: "the training files are those of the last success" },
    });
  });

  it("imports only the source that changed", () => {
    const { answer } = sources(seen({ watermarks: [{ table: "dbo.readings", watermark: "2024-01-03" }] }), covered(seen()));
    expect([answer.import.s3.due, answer.import.db.due, answer.crawl.history.due]).to.deep.equal([false, true, false]);
    expect(answer.reason).to.equal("dbo.readings stands at 2024-01-03, at the last success at 2024-01-02");
  });

  it("crawls the exports again when one was added, changed or taken away", () => {
    for (const history of [exports2, printOf([file("temperature/a.csv", "2")]), printOf([])]) {
      expect(sources(seen({ history }), covered(seen())).answer.crawl.history.due).to.equal(true);
    }
  });

  it("does not start a run for an old crawl alone, but crawls with the next import", () => {
    const later = "2024-01-05T12:00:00.000Z";
    expect(sources(seen({ now: later }), covered(seen())).answer.due).to.equal(false);
    const { answer } = sources(seen({ now: later, watermarks: [{ table: "dbo.readings", watermark: "2024-01-05" }] }), covered(seen()));
    expect(answer.crawl.external).to.deep.equal({ due: true, reason: "the last crawl of the database is 72 hours old" });
  });

  it("does what the input asks, and leaves what the input leaves out", () => {
    const forced = sources(seen(), covered(seen()), { crawl: true, import: { s3: true }, curate: true, train: true }).answer;
    expect([forced.crawl.external.due, forced.import.s3.due, forced.import.db.due, forced.lake.due, forced.training.due]).to.deep.equal([true, true, false, true, true]);
    const without = sources(seen(), {}, { crawl: false, import: { s3: false, db: false }, curate: false, train: false }).answer;
    expect(without.due).to.equal(false);
  });

  it("does not take for covered what the input left out", () => {
    const { covers } = sources(seen({ history: exports2 }), covered(seen()), { import: { s3: false } });
    expect(covers.history).to.deep.equal(exports1);
    expect(decideLake(printOf([]), covered(seen()), { curate: false }).covers.raw).to.deep.equal(raw);
  });

  it("never finds a source due that the stack does not have, whatever is asked", () => {
    const { answer } = sources({ raw, rooms: new Map(), now: seen().now }, {}, { crawl: true, import: { s3: true, db: true } });
    expect(answer.import).to.deep.equal({ s3: { due: false, reason: "there is no history source" }, db: { due: false, reason: "there is no database source" } });
    expect(answer.crawl.external.due).to.equal(false);
  });

  it("trains rooms whose files have other content, not other names", () => {
    const before = decideTraining(rooms, {}, {}, settings, "one").covers;
    const renamed = new Map([["room_id=office", [file("training/temperature/room_id=office/other.csv")]]]);
    expect(decideTraining(renamed, before, {}, settings, "two").answer.due).to.equal(false);
    const changed = new Map([["room_id=office", [file("x", "2")]], ["room_id=lab", [file("y")]]]);
    expect(decideTraining(changed, before, {}, settings, "two").answer.rooms.map(({ room }) => room)).to.deep.equal(["office", "lab"]);
  });

  it("trains few rooms in the run's own history, more than are set each in its own, and covers them all", () => {
    const rooms = (count: number) => new Map<string, Listed[]>(Array.from({ length: count }, (_, at) => [`room_id=${at}`, [file(String(at))]]));
    const how = (count: number) => decideTraining(rooms(count), {}, {}, settings, "one");
    expect(how(40).answer).to.deep.include({ how: "inline", count: 40 });
    expect(how(40).answer.rooms).to.have.length(40);
    const many = how(41);
    expect(many.answer).to.deep.include({ due: true, how: "distributed", count: 41, rooms: [] });
    expect(many.all.map(({ folder }) => folder)).to.deep.equal([...rooms(41).keys()]);
    expect(Object.keys(many.covers.rooms ?? {})).to.have.length(41);
  });

  it("takes rooms out of the payload when their names alone would fill it", () => {
    const long = new Map<string, Listed[]>(Array.from({ length: 150 }, (_, at) => [`room_id=${String(at).padStart(600, "r")}`, [file(String(at))]]));
    expect(decideTraining(long, {}, {}, { ...settings, inlineRooms: 200 }, "one").answer.how).to.equal("distributed");
  });

  it("begins with the first stage that has something to do", () => {
    const first = (what: Seen, before: Covered, asked: Overrides = {}) => firstOf(sources(what, before, asked).answer, asked);
    const later = seen({ now: "2024-01-02T13:00:00.000Z" });
    expect(first(seen(), {})).to.equal("sources");
    expect(first(later, covered(seen()))).to.equal("nothing");
    expect(first({ ...later, raw: printOf([file("new")]) }, covered(seen()))).to.equal("lake");
    expect(first({ ...later, raw: printOf([file("new")]) }, covered(seen()), { of: "one", done: ["Lake Crawl"] })).to.equal("curate");
    expect(first({ ...later, rooms: new Map([["room_id=office", [file("new", "2")]]]) }, covered(seen()))).to.equal("training");
    expect(first(later, covered(seen()), { of: "one", done: [] })).to.equal("training");
  });

  it("property: what a run has covered is never due again, and any change of an object is", () => {
    const listed = fc.array(fc.record({ key: fc.string(), etag: fc.string(), size: fc.nat() }), { minLength: 1 });
    fc.assert(fc.property(listed, (objects) => {
      const now = printOf(objects);
      const { covers } = decideLake(now, {}, {});
      expect(decideLake(printOf(objects.toReversed()), covers, {}).answer.due).to.equal(false);
      const [first, ...rest] = objects as [Listed, ...Listed[]];
      expect(decideLake(printOf([{ ...first, etag: `${first.etag}!` }, ...rest]), covers, {}).answer.due).to.equal(true);
    }));
  });
});

describe("what decide is told", () => {
  it("takes an input it understands, and Step Functions' own key", () => {
    expect(overridesFrom({ train: true, import: { db: false }, AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: "x" })).to.deep.include({ train: true, import: { db: false } });
  });

  it("refuses any other, with every fault", () => {
    expect(() => overridesFrom({ trane: true, import: { s3: "yes" } })).to.throw('trane is not known; set crawl, import, curate, train, from, of, done, rooms, whenBusy; import.s3 is "yes"; set true or false');
    expect(() => overridesFrom([])).to.throw("set an object");
  });
});

describe("names of jobs", () => {
  const anyRoom = fc.string({ unit: "binary", minLength: 1, maxLength: 64 });

  it("property: any room gives a name that SageMaker takes, and reads it back", () => {
    fc.assert(fc.property(anyRoom, fc.uuid(), (room, run) => {
      const folder = `room_id=${encodeURIComponent(room)}`;
      expect(jobName("sensorlake-dev", folder, run)).to.match(/^[a-z0-9](-*[a-z0-9]){0,62}$/).and.to.match(/^sensorlake-dev-/);
      expect(roomName(folder)).to.equal(room);
    }));
  });

  it("property: two rooms, or two runs, never share a name", () => {
    fc.assert(fc.property(anyRoom, anyRoom, fc.uuid(), fc.uuid(), (one, other, run, later) => {
      fc.pre(one !== other && run !== later);
      const names = [[one, run], [other, run], [one, later]].map(([room = "", id = ""]) => jobName("sensorlake-dev", `room_id=${encodeURIComponent(room)}`, id));
      expect(new Set(names).size).to.equal(3);
    }));
  });

  it("keeps a room's name readable, and cuts a long one", () => {
    expect(jobName("sensorlake-dev", "room_id=office%20A", "r")).to.match(/^sensorlake-dev-office-a-[0-9a-f]{12}$/);
    expect(jobName("sensorlake-dev", `room_id=${"x".repeat(64)}`, "r")).to.have.length(63);
  });
});

describe("what counts as data", () => {
  it("leaves out the marks of Spark, crawlers and empty folders", () => {
    const listed = [file("a/_SUCCESS"), file("a/.part.crc"), file("a_$folder$"), file("a/", "1", 0), file("a/part-0.csv")];
    expect(dataOf(listed).map(({ key }) => key)).to.deep.equal(["a/part-0.csv"]);
  });
});
