/** Fault F52: answers and files that unpack beyond all bounds: memory stays within what is set, and people are told. */
import { gzipSync } from "node:zlib";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { fault } from "./harness/fault";
import { Course, ofDatabase, ofExports } from "./lake/course";
import { dueOfExports, exportsOf, modelOfExports, put } from "./lake/exports";
import { peakOf } from "./lake/memory";
import { reference, sharedLake } from "./lake/shared";
import { dueOf, emptied, inserted } from "./lake/source";

const megabyte = 1 << 20;
/** Megabytes of memory that the job's Spark is given here, and that a run may hold beside it: code, threads, buffers, Python. */
const heap = 512;
const beside = 700;
/** As the lab sets it for every job. */
const warmHeap = 2048;

describe("what is hostile", () => {
  fault("F52", async ({ seed, between }) => {
    const { rows, evidence } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    const { database } = lake.host;
    // Each row takes a tenth of the memory, and a few times that on its way.
    await database.run(`ALTER TABLE "dbo"."readings" RENAME TO "kept"`);
    await database.run(`CREATE VIEW "dbo"."readings" AS SELECT REPEAT('x', ${between(40, 60) * megabyte}) AS "room_id", CAST('2024-01-01 00:00:00' AS datetime2) AS "timestamp", CAST(1 AS float) AS "temperature",
      CAST('2024-06-01 00:00:00' AS datetime2) AS "updated_at" FROM SYSTEM_RANGE(1, ${between(8, 12)})`);
    const restore = await lake.jobTakes(lake.names.jobs.importDb, ({ "--conf": conf = "" }) => ({ "--conf": `${conf} --conf spark.driver.memory=${heap}m` }));
    lake.jobs.alone = /import-db/;
    const { answer, bytes } = await peakOf(() => lake.jobs.pid, () => course.run("rows beyond bounds", "either", ofDatabase, /memory|heap|space|longer/i));
    await restore();
    lake.jobs.alone = undefined;
    expect(bytes, "peak of resident memory").to.be.greaterThan(0).and.at.most((heap + beside) * megabyte);
    if (answer.status === "SUCCEEDED") expect((await course.report(answer, "import_db")).rejected, "rows that were rejected").not.to.deep.equal({});
    await database.run(`DROP VIEW "dbo"."readings"`);
    await database.run(`DROP TABLE "dbo"."kept"`);
    await emptied(database);
    await inserted(database, rows);
    await course.run("again", "SUCCEEDED");
    const found = await course.evidence(dueOf(rows));
    // Where such rows can be read at all they are rejected, and kept.
    return { found: { ...found, quarantine: found.quarantine.filter(({ content }) => content.length < megabyte) }, reference: evidence };
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
