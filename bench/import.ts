/**
 * import: the job import_db as the lab runs it beside `bare`, a plain copy from JDBC to Parquet (importing/bare.py), in rows a
 * second without what every run costs to start; then what an import reads when nothing is new and when a thousand rows are.
 *
 *   --rows N      rows of the table; --new N: rows that come later
 *   --kill        instead of bare: memory at a tenth of the rows and at all of them, and one import that is killed (kill -9, once half
 *                 of its parts are staged) and run again beside one that is not, down to the sum of all raw rows
 *   --port N      first port of the lab that is made for it
 */
import { parseArgs } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { Ground, type Run } from "./importing/ground";

interface Kept {
  rows: number;
  /** Sum over all rows of what they hold; of rows that are there twice, twice. */
  sum: string;
  files: number;
}

const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

async function succeeded(what: string, run: Promise<Run>): Promise<Run> {
  const ended = await run;
  say(`${what}: ${ended.state} in ${ended.seconds} s, ${ended.peak_megabytes} MB at most`);
  if (ended.state !== "SUCCEEDED") throw new Error(`${what} ended ${ended.state}: ${ended.cause ?? "without a cause"}`);
  return ended;
}

/** What lies in the raw zone: current objects, since older versions stay on the disk as they do in a bucket. */
async function kept(ground: Ground): Promise<Kept> {
  const { raw } = ground.outputs.buckets;
  const keys = (await ground.keys(raw, "temperatures/source=external/")).filter((key) => key.endsWith(".parquet"));
  const files = keys.map((key) => `'${ground.folder(raw)}/${key}'`);
  const session = await (await DuckDBInstance.create()).connect();
  const found = await session.runAndReadAll(`SELECT count(*) AS rows, CAST(sum(hash(room_id, "timestamp", temperature)) AS varchar) AS sum, count(DISTINCT filename) AS files
    FROM read_parquet([${files.join(", ")}], filename = true, hive_partitioning = false)`);
  const { rows, sum, files: count } = found.getRowObjects()[0] as { rows: bigint; sum: string; files: bigint };
  return { rows: Number(rows), sum, files: Number(count) };
}

/** Statements of the job that asked for readings, as the database counted them, and how many rows it looked at for each. */
async function asked(ground: Ground): Promise<{ statements: number; rows_scanned: number }> {
  const reads = await ground.ask<{ sql: string }>(`SELECT sql_statement AS sql FROM information_schema.query_statistics
    WHERE sql_statement LIKE 'SELECT "%FROM dbo.readings%' AND sql_statement NOT LIKE '%SPARK_GEN%'`);
  await ground.ask("SET QUERY_STATISTICS FALSE");
  let scanned = 0;
  for (const { sql } of reads) {
    const [plan] = await ground.ask<{ plan: string }>(`EXPLAIN ANALYZE ${sql}`);
    scanned += Number(/scanCount: (\d+)/.exec(Object.values(plan!)[0]!)?.[1] ?? NaN);
  }
  return { statements: reads.length, rows_scanned: scanned };
}

/** What imports read after the first one. */
async function later(ground: Ground, rows: number, more: number): Promise<object> {
  await ground.ask("SET QUERY_STATISTICS TRUE");
  const idle = await succeeded("import with nothing new", ground.importing());
  const nothing = { read: (await ground.report()).read, ...(await asked(ground)), seconds: idle.seconds };
  await ground.fill(rows + 1, rows + more);
  await ground.ask("SET QUERY_STATISTICS TRUE");
  const few = await succeeded(`import with ${more} new`, ground.importing());
  return { nothing_new: nothing, some_new: { new: more, read: (await ground.report()).read, ...(await asked(ground)), seconds: few.seconds } };
}

async function beside(ground: Ground, rows: number, more: number): Promise<object> {
  await ground.fill(1, rows);
  // The first one also brings Spark from the disk.
  await ground.copying(0);
  const start = (await succeeded("a run without rows", ground.copying(0))).seconds;
  const runs: Record<"ours" | "bare" | "bare_in_parts", Run[]> = { ours: [], bare: [], bare_in_parts: [] };
  let parts = 0;
  // By turns, and the quickest of each counts: what else the machine does hits both.
  for (let round = 1; round <= 2; round++) {
    await ground.forget();
    runs.ours.push(await succeeded(`ours, round ${round}`, ground.importing()));
    ({ parts } = Object.values((await ground.report()).parts)[0]!);
    runs.bare.push(await succeeded(`bare, one part, round ${round}`, ground.copying(1)));
    runs.bare_in_parts.push(await succeeded(`bare, ${parts} parts, round ${round}`, ground.copying(parts)));
  }
  const best = (of: keyof typeof runs): Run => runs[of].reduce((one, other) => (other.seconds < one.seconds ? other : one));
  const speed = (of: keyof typeof runs): number => Math.round(rows / (best(of).seconds - start));
  const figures = (of: keyof typeof runs): object => ({ seconds: runs[of].map(({ seconds }) => seconds), rows_per_second: speed(of), peak_megabytes: best(of).peak_megabytes });
  return {
    start_seconds: start, ours: { ...figures("ours"), parts }, bare: figures("bare"), bare_in_parts: figures("bare_in_parts"),
    ...(await later(ground, rows, more)),
    ratio: { rows_per_second: Number((speed("ours") / speed("bare")).toFixed(2)), rows_per_second_in_parts: Number((speed("ours") / speed("bare_in_parts")).toFixed(2)) },
  };
}

async function killed(ground: Ground, rows: number, more: number): Promise<object> {
  const tenth = Math.round(rows / 10);
  await ground.fill(1, tenth);
  const small = await succeeded(`import of ${tenth}`, ground.importing());
  await ground.fill(tenth + 1, rows);
  await ground.forget();
  const whole = await succeeded(`import of ${rows}`, ground.importing());
  const without = await kept(ground);
  const parts = Object.values((await ground.report()).parts)[0]!.parts;
  const after = await later(ground, rows, more);
  await ground.ask(`DELETE FROM "dbo"."readings" WHERE "updated_at" > DATEADD(MILLISECOND, ${rows} * CAST(100 AS bigint), TIMESTAMP '2023-01-01 00:00:00')`);
  await ground.forget();
  let left: string[] = [];
  const ended = await ground.importing({}, async (processes) => {
    const staged = (await ground.keys(ground.outputs.buckets.raw, "landing/")).filter((key) => key.endsWith(".parquet"));
    if (staged.length < parts / 2) return false;
    for (const pid of processes) process.kill(pid, "SIGKILL");
    left = staged;
    return true;
  });
  say(`killed: ${ended.state} after ${ended.seconds} s (${ended.cause ?? ""}), ${left.length} of ${parts} parts staged`);
  const again = await succeeded("the run after it", ground.importing());
  const withKill = await kept(ground);
  const rest = (await ground.keys(ground.outputs.buckets.raw, "landing/")).filter((key) => !key.endsWith("/"));
  return {
    memory: { [tenth]: small.peak_megabytes, [rows]: whole.peak_megabytes, ratio: Number((whole.peak_megabytes / small.peak_megabytes).toFixed(2)) },
    ours: { seconds: whole.seconds, parts }, ...after,
    killed: { state: ended.state, cause: ended.cause, seconds: ended.seconds, parts_staged: left.length, rerun_seconds: again.seconds, left_in_landing: rest.length },
    without_kill: without, with_kill: withKill, identical: JSON.stringify(without) === JSON.stringify(withKill),
  };
}

export async function run(argv: string[]): Promise<object> {
  const { values } = parseArgs({
    args: argv,
    options: { rows: { type: "string", default: "5000000" }, new: { type: "string", default: "1000" }, kill: { type: "boolean", default: false }, port: { type: "string", default: "20500" } },
  });
  const args = { rows: Number(values.rows), new: Number(values.new), kill: values.kill };
  const ground = await Ground.laid(Number(values.port));
  try {
    return { bench: "import", args, ...(await (args.kill ? killed : beside)(ground, args.rows, args.new)) };
  } finally {
    await ground.cleared();
  }
}
