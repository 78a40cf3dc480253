/** Faults F33 and F34: kill -9 of a job, in a process of its own, at a write that the seed decides. */
import { expect } from "chai";
import { fault } from "./harness/fault";
import { Course, ofDatabase, ofExports } from "./lake/course";
import { dueOfExports, exportsOf, modelOfExports, put } from "./lake/exports";
import { type Kill, killedAt, killOf } from "./lake/kill";
import type { Lake } from "./lake/lake";
import { reference, sharedLake } from "./lake/shared";
import { dueOf, inserted } from "./lake/source";
import type { Write } from "./lake/tap";

const kills = 3;
const killed = /SIGKILL/;

/** A kill between a job's data and its mark: the job, the write, the moment. */
interface Between {
  job: RegExp;
  at: (lake: Lake) => (write: Write) => boolean;
  kill: Kill;
  isOfExports?: true;
}

const marks: Between[] = [
  { job: /import-db/, kill: { at: 1, moment: "before", bytes: 0 }, at: () => ({ place }) => place.includes("/state/import_db/") },
  // The first change makes the table, the second one fills it.
  { job: /curate/, kill: { at: 2, moment: "after", bytes: 0 }, at: ({ names }) => ({ place }) => place === `catalogue/${names.databases.lake}.temperatures` },
  { job: /import-s3/, kill: { at: 1, moment: "before", bytes: 0 }, at: () => ({ place }) => place.includes("/state/import_s3/"), isOfExports: true },
];

describe("a job that is killed", () => {
  fault("F33", async (trial) => {
    const { rows, evidence, landed } = await reference(trial.seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    await inserted(lake.host.database, rows);
    lake.jobs.alone = /import-db/;
    const raw = `s3://${lake.names.buckets.raw}/`;
    for (let nth = 1; nth <= kills; nth += 1) {
      const isDone = killedAt(lake, killOf(trial, landed.length), ({ place }) => place.startsWith(raw));
      await course.run(`kill ${nth}`, "FAILED", ofDatabase, killed);
      expect(isDone(), "the job was killed").to.equal(true);
    }
    lake.jobs.alone = undefined;
    await course.run("again", "SUCCEEDED");
    return { found: await course.evidence(dueOf(rows)), reference: evidence };
  });

  fault("F34", async ({ seed }) => {
    const { rows, evidence } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    const { job, at, kill, isOfExports } = marks[(seed - 1) % marks.length] as Between;
    const files = exportsOf(seed);
    if (isOfExports) await put(lake, files);
    else await inserted(lake.host.database, rows);
    const input = isOfExports ? ofExports : ofDatabase;
    lake.jobs.alone = job;
    const isDone = killedAt(lake, kill, at(lake));
    await course.run("killed", "FAILED", input, killed);
    expect(isDone(), "the job was killed").to.equal(true);
    lake.jobs.alone = undefined;
    await course.run("again", "SUCCEEDED", input);
    return isOfExports ? { found: await course.evidence(dueOfExports(files)), reference: modelOfExports(files) } : { found: await course.evidence(dueOf(rows)), reference: evidence };
  });
});
