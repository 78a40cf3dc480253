/** Fault F52: answers and files that unpack beyond all bounds: memory stays within what is set, and people are told. */
import { gzipSync } from "node:zlib";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { fault } from "./harness/fault";
import { Course, ofExports } from "./lake/course";
import { dueOfExports, exportsOf, modelOfExports, put } from "./lake/exports";
import { peakOf } from "./lake/memory";
import { reference, sharedLake } from "./lake/shared";
import { dueOf, inserted } from "./lake/source";

const megabyte = 1 << 20;
/** Megabytes of memory that the job's Spark is given here, and that a run may hold beside it: code, threads, buffers, Python. */
const heap = 512;
const beside = 700;
/** As the lab sets it for every job. */
const warmHeap = 2048;

describe("what is hostile", () => {
  fault("F52", async ({ seed, between }) => {
    const { rows, evidence, bytes } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    await inserted(lake.host.database, rows);
    await lake.jdbc.set({ is: "flood", afterBytes: between(200, bytes - 200), byte: between(1, 127) });
    const restore = await lake.jobTakes(lake.names.jobs.importDb, ({ "--conf": conf = "" }) => ({ "--conf": `${conf} --conf spark.driver.memory=${heap}m` }));
    lake.jobs.alone = /import-db/;
    const peak = await peakOf(() => lake.jobs.pid, () => course.run("an answer without end", "FAILED"));
    await restore();
    lake.jobs.alone = undefined;
    expect(peak.bytes, `peak of resident memory (${peak.answer.cause})`).to.be.greaterThan(0).and.at.most((heap + beside) * megabyte);
    await lake.jdbc.set({ is: "open" });
    await course.run("again", "SUCCEEDED");
    return { found: await course.evidence(dueOf(rows)), reference: evidence };
  }, "a database");

  fault("F52", async ({ seed, between }) => {
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    const files = exportsOf(seed);
    await put(lake, files);
    // Members of a gzip follow each other: one of 64 MB of blanks, packed to 64 KB, as often as it takes.
    const bomb = Buffer.concat([gzipSync("timestamp,room_id,temperature\n"), ...Array.from({ length: between(180, 200) }, () => blanks)]);
    await lake.s3.send(new PutObjectCommand({ Bucket: lake.names.buckets.exports, Key: "temperature/bomb.csv.gz", Body: bomb }));
    const restore = await lake.jobTakes(lake.names.jobs.importS3, () => ({ "--max_unpacked_megabytes": "256" }));
    const { answer, bytes } = await peakOf(() => lake.jobs.warm.pid, () => course.run("a bomb", "SUCCEEDED", ofExports));
    await restore();
    expect(bytes, "peak of resident memory").to.be.greaterThan(0).and.at.most((warmHeap + beside) * megabyte);
    expect((await course.report(answer, "import_s3")).parts.temperature?.files, "files of the run").to.include({ set_aside: 1, taken: files.size });
    const due = dueOfExports(files);
    const model = modelOfExports(files);
    const bombed = "file bomb.csv.gz";
    return {
      found: await course.evidence({ ...due, acknowledged: [...due.acknowledged, { id: bombed, content: bombed }], unfit: [...due.unfit, bombed] }),
      reference: { ...model, quarantine: [...model.quarantine, { content: bombed, reason: "a bomb" }] },
    };
  }, "an export");
});

const blanks = gzipSync(Buffer.alloc(64 * megabyte, " "));
