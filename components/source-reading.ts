/** SourceReading: how `import_db` reads a database: in which pieces, from which view of the data, and how late a row may be committed. */
import { readingDefaults, withDefaults } from "./defaults";

export interface SourceReading {
  /** Rows of a part. A part is one query on one connection; as many are read at once as the job's workers have cores. From 1,000 up. */
  partRows?: number;
  /** Rows that come from the database in one piece, 100 to 1,000,000; times the size of a row it is what a part holds in memory. */
  fetchRows?: number;
  /** Seconds that a transaction may take which sets the watermark when it begins: rows are still found that are committed so late. From 0 up. */
  overlapSeconds?: number;
  /** `snapshot`: SQL Server reads each part from a snapshot, which the database must allow; elsewhere both are the same. */
  isolation?: "default" | "snapshot";
}

/** What a job of Glue is told, `--key` → text. */
export function readingArguments(reading: SourceReading = {}): Record<string, string> {
  const { partRows, fetchRows, overlapSeconds, isolation } = withDefaults(readingDefaults, reading);
  return { "--part_rows": String(partRows), "--fetch_rows": String(fetchRows), "--overlap_seconds": String(overlapSeconds), "--isolation": isolation };
}

/** What is wrong with it, in words; nothing when all is well. */
export function readingFaults(reading: SourceReading = {}): string[] {
  const { partRows, fetchRows, overlapSeconds, isolation } = withDefaults(readingDefaults, reading);
  return [
    ...outside("partRows", partRows, 1000, 1_000_000_000),
    ...outside("fetchRows", fetchRows, 100, 1_000_000),
    ...outside("overlapSeconds", overlapSeconds, 0, 31_536_000),
    ...(["default", "snapshot"].includes(isolation) ? [] : [`source.reading.isolation is "${isolation}"; set default or snapshot`]),
  ];
}

const outside = (what: string, value: number, low: number, high: number): string[] =>
  (Number.isInteger(value) && value >= low && value <= high ? [] : [`source.reading.${what} is ${value}; set a whole number from ${low} to ${high}`]);
