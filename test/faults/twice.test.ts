/** Faults F35–F37: the same work twice, exports that change, and what arrives live meanwhile. */
import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { StartJobRunCommand } from "@aws-sdk/client-glue";
import { expect } from "chai";
import { fault } from "./harness/fault";
import { Course, ofDatabase, ofExports } from "./lake/course";
import { dueOfExports, type Exports, exportsOf, lineOf, modelOfExports, put, removed } from "./lake/exports";
import type { Lake } from "./lake/lake";
import { reference, sharedLake } from "./lake/shared";
import { changedAt, dueOf, fitOf, inserted, modelOf, type Row } from "./lake/source";

/** Deliver readings as the topic rule hands them over, and wait until they lie in the raw zone. */
async function delivered(lake: Lake, rows: readonly Row[]): Promise<void> {
  const client = new FirehoseClient(lake.host.lab.client());
  const Records = rows.map(({ room_id, timestamp, temperature }) => {
    const payload = Buffer.from(JSON.stringify({ timestamp, room_id, temperature: Number(temperature) })).toString("base64");
    return { Data: Buffer.from(`${JSON.stringify({ payload, thing: "office-sensor", received_at: Date.now() })}\n`) };
  });
  await client.send(new PutRecordBatchCommand({ DeliveryStreamName: lake.names.deliveryStreams.temperature, Records }));
  await lake.host.firehose.drained();
}

describe("the same twice", () => {
  fault("F35", async ({ seed, between, one }) => {
    const { rows, evidence, landed } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    await inserted(lake.host.database, rows);
    const runs: string[] = [];
    lake.jobs.beginning = (job) => void runs.push(job);
    let left = between(1, landed.length - 1);
    let refused: Promise<string> | undefined;
    lake.tap.watch({ before: async ({ place }) => {
      if (!place.startsWith(`s3://${lake.names.buckets.raw}/`) || (left -= 1) !== 0) return;
      refused = lake.glue.send(new StartJobRunCommand({ JobName: lake.names.jobs.importDb, Arguments: { "--run_id": "by-hand" } })).then(() => "started", (thrown: Error) => thrown.name);
      await refused;
    } });
    const whenBusy = one(["leave", "wait"]);
    const started = [await course.started("one", "SUCCEEDED"), await course.started("other", "SUCCEEDED", { ...ofDatabase, whenBusy })];
    await Promise.all(started.map(({ ended }) => ended));
    // Nobody comes in vain: whoever left is followed by a run that looks at what there is now.
    if (whenBusy === "leave") await course.following("SUCCEEDED");
    expect(await refused, "the second start of the job").to.equal("ConcurrentRunsExceededException");
    expect(runs.filter((job) => job === lake.names.jobs.importDb), "runs of the job").to.have.length(1);
    return { found: await course.evidence(dueOf(rows)), reference: evidence };
  });

  fault("F36", async ({ seed, between }) => {
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    const files = exportsOf(seed);
    const [a, b, c] = ["a", "b", "c"].map((name) => `temperature/${name}.csv`) as [string, string, string];
    // The one that is deleted holds nothing that is not in another one.
    const copy = "temperature/copy-of-c.csv";
    await put(lake, new Map([...files, [copy, files.get(c) as never]]));
    const later: Exports = new Map(files).set(b, [...(files.get(b) ?? []).map((line, at) => (line.fit && at % 2 ? { ...line, text: line.text.replace(/[^,]+$/, "-3.5") } : line)), { text: lineOf("archive b", 100, 1.5), fit: true }]);
    let left = between(1, 8);
    let isAtIt = false;
    lake.jobs.beginning = (job) => void (isAtIt = job === lake.names.jobs.importS3);
    let changed: Promise<unknown> | undefined;
    lake.tap.watch({ reading: async (place) => {
      if (isAtIt && place.startsWith(`s3://${lake.names.buckets.exports}/temperature/`) && (left -= 1) === 0) await (changed = Promise.all([put(lake, new Map([[b, later.get(b) as never]])), removed(lake, copy)]));
    } });
    const first = await course.run("while exports change", "either", ofExports);
    if (!changed) await Promise.all([put(lake, new Map([[b, later.get(b) as never]])), removed(lake, copy)]);
    const second = await course.run("next", "SUCCEEDED", ofExports);
    await put(lake, new Map([[a, files.get(a) as never]]));
    await course.run("put again", "SUCCEEDED", ofExports);
    const reports = await Promise.all([first, second].filter(({ status }) => status === "SUCCEEDED").map((run) => course.report(run, "import_s3")));
    expect(reports.reduce((sum, { parts }) => sum + (parts.temperature?.files?.changed ?? 0) + (parts.temperature?.files?.lost ?? 0), 0), "files reported as changed").to.be.greaterThan(0);
    // A version may have the rows of an export as it was, as it is, or none of it; none has a row twice.
    const of = (kept: Exports) => dueOfExports(kept).versions[1] as number;
    const without = new Map([...files].filter(([name]) => name !== b));
    return { found: await course.evidence(dueOfExports(later, of(files), of(without))), reference: modelOfExports(later) };
  });

  fault("F37", async ({ seed, between, random }) => {
    const { rows, landed } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    await inserted(lake.host.database, rows);
    // Of the same hours: some are the very readings that the past has, others are of another room.
    const same = fitOf(rows).filter(() => random() < 0.2);
    const other = fitOf(rows).filter(() => random() < 0.3).map((row) => ({ ...row, room_id: `live ${row.room_id}`, updated_at: changedAt(0) }));
    const half = Math.floor(other.length / 2);
    let left = between(1, landed.length - 1);
    lake.tap.watch({ before: async ({ place }) => {
      if (place.startsWith(`s3://${lake.names.buckets.raw}/`) && (left -= 1) === 0) await delivered(lake, [...same, ...other.slice(0, half)]);
    } });
    lake.jobs.beginning = async (job) => {
      if (job !== lake.names.jobs.curate) return;
      lake.jobs.beginning = () => undefined;
      await delivered(lake, other.slice(half));
    };
    await course.run("while readings arrive", "SUCCEEDED");
    await course.run("next", "SUCCEEDED", { ...ofDatabase, curate: true });
    const all = [...rows, ...other];
    const counts = [half, other.length].map((more) => fitOf(rows).length + more);
    return { found: await course.evidence(dueOf(all, ...counts)), reference: modelOf(all) };
  });
});
