/** Faults F38–F43 and F45 on the lab's Step Functions: the machines and functions are those of the stack, what they call is not. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect } from "chai";
import { resumeInput } from "../../lab/cli/resume";
import { roomsTrained } from "../../lab/cli/rooms-trained";
import { type FakeLake, impatient } from "../../lab/services/stepfunctions/fake-lake";
import { TaskFault } from "../../lab/services/stepfunctions/tasks/task";
import { fault } from "./harness/fault";
import { breakAt, clientOf, lakeThrough, mayRepeat, type Place, placesOf, type Way, ways } from "./memory/broken";
import { breaks as breaksOf, wrongAfterRedrive } from "./memory/redriven";
import { closeLakes, evidenceOf, lakeOf, laterEnd, soundEnd } from "./memory/orchestrated";

const eventsOf = async (lake: FakeLake, arn: string): Promise<HistoryEvent[]> => (await lake.bench.events(arn)) as unknown as HistoryEvent[];

/** Throw at this work, a number of times. */
function breaks(lake: FakeLake, work: string, thrown = new TaskFault("States.TaskFailed", `${work} broke`), times = 1): () => number {
  let seen = 0;
  lake.before = (name) => { if (name === work && (seen += 1) <= times) throw thrown; };
  return () => seen;
}

/** Break a run at a state, go on with it, and say what is not as it should be. */
async function wrongAfter(place: Place, way: Way, seed: number, sound = ""): Promise<string[]> {
  const [lake, input] = await lakeThrough(place, seed);
  await breakAt(lake, place.state, way, "broken");
  const broken = await lake.run(input, "broken");
  lake.around = (_, work) => work();
  const events = await eventsOf(lake, broken.arn);
  const redriven = await lake.run(resumeInput("broken", input, events, await roomsTrained({ sfn: clientOf(lake) }, events)) ?? input, "redriven");
  const end = lake.end();
  const twice = lake.work.filter((name, at) => lake.work.indexOf(name) !== at && !mayRepeat(place.top, way).test(name));
  const idle = await lake.bench.path((await lake.run({}, "idle")).arn);
  await lake.bench.close();
  return [
    ...(broken.status === (way === "stopped" ? "ABORTED" : "FAILED") ? [] : [`ended ${broken.status}`]),
    ...(redriven.status === "SUCCEEDED" ? [] : [`redriven ${redriven.status} ${redriven.cause}`]),
    ...(end === sound ? [] : [`${end} instead of ${sound}`]),
    ...(twice.length ? [`did ${twice.join(", ")} again`] : []),
    ...(idle.length > 3 ? [`the next run was not idle, but ${idle.join(", ")}`] : []),
  ];
}

describe("faults of the orchestration", () => {
  afterEach(closeLakes);

  fault("F38", async ({ seed, between }) => {
    const lake = lakeOf(seed);
    const busy = between(2, 3);
    const asked = breaks(lake, "crawl lake", new TaskFault("Glue.CrawlerRunningException", "Crawler with name lake has already started"), busy);
    const run = await lake.run();
    expect(asked()).to.equal(busy + 1);
    expect(lake.curated).to.have.length(lake.exports.size + 1);
    return { found: evidenceOf(lake, [["run", run, "SUCCEEDED"]]), reference: await soundEnd(seed) };
  });

  fault("F39", async ({ seed }) => {
    const lake = lakeOf(seed, impatient);
    breaks(lake, "crawl lake", new TaskFault("Glue.SdkClientException", "the connection was closed"));
    const run = await lake.run();
    expect(lake.curated).to.have.length(lake.exports.size + 1);
    return { found: evidenceOf(lake, [["run", run, "SUCCEEDED"]]), reference: await soundEnd(seed) };
  });

  fault("F40", async ({ seed }) => {
    const lake = lakeOf(seed);
    const arn = await lake.pipeline();
    const ended = await Promise.all(Array.from({ length: 10 }, (_, at) => lake.bench.run(arn, {}, `run-${seed}-${at}`)));
    expect(ended.filter(({ output }) => output?.skipped)).to.have.length(9);
    expect(lake.work.filter((work) => work === "curate")).to.have.length(1);
    const twice = await Promise.all([1, 2].map(() => lake.bench.call("StartExecution", { stateMachineArn: arn, name: `same-${seed}`, input: "{}" })));
    expect(new Set(twice.map(({ executionArn }) => executionArn as string)).size).to.equal(1);
    await lake.bench.service.machinesForTasks.ended(String(twice[0]?.executionArn));
    return { found: evidenceOf(lake, ended.map((run, at) => [`run ${at}`, run, "SUCCEEDED"])), reference: await soundEnd(seed) };
  });

  fault("F41", async ({ seed, between }) => {
    const lake = lakeOf(seed, impatient);
    const throttled = new TaskFault("Glue.ThrottlingException", "Rate exceeded");
    const refusals = between(1, 2);
    const asked = breaks(lake, "curate", throttled, refusals);
    const first = await lake.run();
    expect(asked()).to.equal(refusals + 1);
    lake.watermark = `${seed} later`;
    breaks(lake, "import_db", throttled, Infinity);
    const failed = await lake.run();
    expect(failed).to.include({ error: "Glue.ThrottlingException" });
    expect(lake.messages.at(-1)).to.equal("pipeline failed: Rate exceeded");
    expect(lake.records.at(-1)).to.include({ outcome: "failed", error: "Glue.ThrottlingException" });
    lake.before = () => undefined;
    const again = await lake.run();
    const found = evidenceOf(lake, [["first", first, "SUCCEEDED"], ["throttled", failed, "FAILED"], ["again", again, "SUCCEEDED"]]);
    return { found, reference: await laterEnd(seed, lake.watermark) };
  });

  fault("F42", async ({ seed }) => {
    const sound = (await soundEnd(seed)).curated.at(-1)?.content;
    const wrong: string[] = [];
    const places = await placesOf(lakeOf(seed));
    expect(places).to.have.length.above(20);
    for (const place of places) {
      for (const way of ways) wrong.push(...(await wrongAfter(place, way, seed, sound)).map((what) => `${place.state}, ${way}, in a run ${place.run}: ${what}`));
    }
    expect(wrong, wrong.join("\n")).to.deep.equal([]);
  });

  fault("F42", async ({ seed }) => {
    const all = await breaksOf(lakeOf(seed));
    expect(all).to.have.length.above(18);
    const wrong = (await Promise.all(all.map((each) => wrongAfterRedrive(each, seed)))).flat();
    expect(wrong, wrong.join("\n")).to.deep.equal([]);
  }, "Step Functions' own redrive of crawl and train");

  fault("F43", async ({ seed, between }) => {
    const few = lakeOf(seed, undefined, undefined, 200);
    few.rooms = Array.from({ length: between(40, 80) }, (_, at) => `room${at}`);
    const inline = await few.run();
    const told = await eventsOf(few, inline.arn);
    expect(told.filter(({ type }) => type === "MapIterationSucceeded")).to.have.length(few.rooms.length);
    const from = told.findIndex(({ type }) => type === "MapStateStarted");
    expect(told.findIndex(({ type }) => type === "MapStateSucceeded") - from).to.be.at.most(8 * few.rooms.length + 1);

    const many = lakeOf(seed);
    many.rooms = Array.from({ length: seed === 1 ? 640 : 80 }, (_, at) => `room-of-some-length-${String(at).padStart(20, "x")}`);
    const run = await many.run();
    const events = await eventsOf(many, run.arn);
    expect(events.length).to.be.lessThan(100);
    if (seed === 1) expect(Buffer.byteLength(JSON.stringify(many.notes.get(`runs/${run.arn.split(":").at(-1)}/rooms`)))).to.be.greaterThan(100_000);
    expect(Math.max(...events.map((event) => Buffer.byteLength(JSON.stringify(event))))).to.be.lessThan(20_000);
    expect(many.work.filter((work) => work.startsWith("train ")).sort()).to.deep.equal(many.rooms.map((room) => `train ${room}`).sort());
    expect(many.models).to.deep.equal(Object.fromEntries(many.rooms.map((room) => [room, few.models.room0])));
    const { mapRunArn } = (await many.bench.call("ListMapRuns", { executionArn: run.arn })).mapRuns[0] as { mapRunArn: string };
    expect((await many.bench.call("DescribeMapRun", { mapRunArn })).executionCounts).to.include({ succeeded: many.rooms.length, total: many.rooms.length, failed: 0, running: 0 });
    return { found: evidenceOf(many, [["run", run, "SUCCEEDED"]]), reference: evidenceOf(many, [["run", run, "SUCCEEDED"]]) };
  });

  fault("F45", async ({ seed }) => {
    const lake = lakeOf(seed);
    const first = await lake.run();
    const before = lake.end();
    lake.watermark = `${seed} later`;
    breaks(lake, "crawl lake", new TaskFault("Glue.InvalidInputException", "two schemas in one folder"));
    const failed = await lake.run();
    expect(lake.messages.at(-1)).to.contain("two schemas in one folder");
    expect(JSON.parse(lake.end()).slice(1)).to.deep.equal(JSON.parse(before).slice(1));
    lake.before = () => undefined;
    const mended = await lake.run();
    const found = evidenceOf(lake, [["first", first, "SUCCEEDED"], ["mixed", failed, "FAILED"], ["mended", mended, "SUCCEEDED"]]);
    return { found, reference: await laterEnd(seed, lake.watermark) };
  });
});
