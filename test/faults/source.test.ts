/** Faults F29–F32: what the source database holds, and what it does to it while it is read. */
import { expect } from "chai";
import { readingsTable } from "../../lab/database";
import { fault } from "./harness/fault";
import { Course } from "./lake/course";
import { reference, sharedLake } from "./lake/shared";
import { changedAt, dueOf, emptied, fitOf, inserted, modelOf, type Row, rowsOf } from "./lake/source";

/** What somebody did to the table, and the name that the fault must give. */
const changes: [sql: string, names: RegExp][] = [
  [`ALTER TABLE "dbo"."readings" RENAME TO "gone"`, /readings/i],
  [`ALTER TABLE "dbo"."readings" RENAME COLUMN "temperature" TO "celsius"`, /temperature/i],
  [`ALTER TABLE "dbo"."readings" DROP COLUMN "temperature"`, /temperature/i],
  [`ALTER TABLE "dbo"."readings" DROP COLUMN "temperature"; ALTER TABLE "dbo"."readings" ADD COLUMN "temperature" boolean`, /temperature/i],
  [`ALTER TABLE "dbo"."readings" DROP PRIMARY KEY; ALTER TABLE "dbo"."readings" DROP COLUMN "timestamp"; ALTER TABLE "dbo"."readings" ADD COLUMN "timestamp" varbinary(8)`, /timestamp/i],
];

describe("what the source database holds", () => {
  fault("F29", async ({ seed, shuffled }) => {
    const { rows, evidence } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    const { database } = lake.host;
    for (const [sql, names] of shuffled(changes)) {
      await emptied(database);
      await inserted(database, rows);
      for (const statement of sql.split("; ")) await database.run(statement);
      await course.run(sql, "FAILED", undefined, names);
      await database.run(`DROP TABLE IF EXISTS "dbo"."gone"`);
    }
    expect(lake.tap.writes.filter(({ place }) => place.startsWith(`s3://${lake.names.buckets.raw}/`)), "writes to the raw zone").to.deep.equal([]);
    await emptied(database);
    await inserted(database, rows);
    await course.run("restored", "SUCCEEDED");
    return { found: await course.evidence(dueOf(rows)), reference: evidence };
  });

  fault("F30", async ({ seed, between, random }) => {
    const { rows, bytes } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    await inserted(lake.host.database, rows);
    const touched = rows.map((row) => (row.fit && random() < 0.2 ? { ...row, temperature: "-7.25", updated_at: changedAt(100) } : row));
    const added = rowsOf(seed + 1000).filter(({ timestamp }) => !rows.some((row) => row.timestamp === timestamp)).map((row) => ({ ...row, updated_at: changedAt(101) }));
    const after = [...touched, ...added];
    const at = between(Math.floor(bytes / 10), Math.floor(bytes * 0.9));
    let written: Promise<void> | undefined;
    lake.jdbc.passing = (passed) => (passed < at ? undefined : (written ??= inserted(lake.host.database, after.filter((row) => !rows.includes(row)))));
    await course.run("while rows change", "SUCCEEDED");
    expect(written, "the rows changed").not.to.equal(undefined);
    await course.run("next", "SUCCEEDED");
    // Rows that changed meanwhile may be missing for one run; none is there twice.
    const least = fitOf(rows).length - after.filter((row) => touched.includes(row) && !rows.includes(row)).length;
    const seen = Array.from({ length: fitOf(after).length - least + 1 }, (_, more) => least + more);
    return { found: await course.evidence(dueOf(after, ...seen)), reference: modelOf(after) };
  });

  fault("F31", async ({ seed, between, random }) => {
    const { rows, evidence } = await reference(seed);
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    const marks = [...new Set(rows.map(({ updated_at }) => updated_at))].sort();
    const mark = marks[between(2, marks.length - 3)] as string;
    // Of the rows at the mark some come late; all that are after it come later anyway.
    const early = rows.filter(({ updated_at }) => updated_at < mark || (updated_at === mark && random() < 0.5));
    const firstAtMark = rows.find(({ updated_at }) => updated_at === mark) as Row;
    const first = early.includes(firstAtMark) ? early : [...early, firstAtMark];
    await inserted(lake.host.database, first);
    await course.run("first", "SUCCEEDED");
    await inserted(lake.host.database, rows.filter((row) => !first.includes(row)));
    await course.run("second", "SUCCEEDED");
    await lake.jdbc.set({ is: "open" });
    await course.run("idle", "SUCCEEDED");
    expect(lake.jdbc.connections, "connections of a run with nothing new").to.equal(0);
    return { found: await course.evidence(dueOf(rows, fitOf(first).length)), reference: evidence };
  });

  fault("F32", async ({ between, shuffled }) => {
    const lake = await sharedLake();
    const course = await Course.begun(lake);
    const { database } = lake.host;
    await emptied(database, readingsTable.replace(/ NOT NULL/g, "").replace(/,\s*PRIMARY KEY [^)]*\)/, "").replace("varchar(64)", "varchar(300)").replace("float", "numeric(60, 10)"));
    const row = (fit: boolean, room_id: string | null, timestamp: string | null, temperature: string | null): Row =>
      ({ room_id, timestamp, temperature, fit, updated_at: changedAt(between(0, 5)) });
    const decimal = (whole: number) => `${whole}.${String(between(0, 9999)).padStart(4, "0")}000000`;
    const odd = shuffled([
      row(false, null, "2024-01-01 00:00:00", decimal(1)), row(false, "a", null, decimal(1)), row(false, null, null, null), row(false, "a", "2024-01-01 01:00:00", null),
      row(false, "a", "2024-01-01 02:00:00", `1${"0".repeat(between(39, 45))}.0000000000`), row(false, "a", "2024-01-01 03:00:00", `-${"9".repeat(between(29, 38))}.9999999999`),
      row(true, "dst", "2024-03-31 02:30:00", decimal(2)), row(true, "dst", "2024-10-27 02:30:00", decimal(3)), row(true, "dst", "2024-03-31 03:30:00", decimal(4)),
      ...["Müller", "מטבח", "部屋", "Кухня", "room 🌡", "Ã¼", "O'Brien", `"quoted"`, "a,b;c"].map((name, at) => row(true, name, `2024-02-01 0${at}:00:00`, decimal(at))),
      ...["mu\u0308ller", "a\u200bb", "", "../etc", "tab\there", "line\nbreak", "x".repeat(65)].map((name, at) => row(false, name, `2024-02-02 0${at}:00:00`, decimal(at))),
    ]);
    await inserted(database, odd, ["varchar(300)", "datetime2", "numeric(60, 10)", "datetime2(7)"]);
    await course.run("odd", "SUCCEEDED");
    return { found: await course.evidence(dueOf(odd)), reference: modelOf(odd) };
  });
});
