/** Rows: what a record is as a row of a table, by the types of its columns. A value that does not fit is never bent to fit. */
export interface Column {
  name: string;
  /** Hive type, such as `double`. */
  type: string;
}

interface Kind {
  /** What Parquet holds it as, in DuckDB's words. */
  duckdb: string;
  /** The value as JSON text; undefined when it does not fit. */
  text(value: unknown): string | undefined;
}

const whole = (bits: bigint, duckdb: string): Kind => ({
  duckdb,
  text: (value) => {
    if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return undefined;
    const exact = BigInt(value as number | bigint);
    return exact >= -(2n ** (bits - 1n)) && exact < 2n ** (bits - 1n) ? exact.toString() : undefined;
  },
});
const real = (duckdb: string): Kind => ({ duckdb, text: (value) => (typeof value === "bigint" ? value.toString() : Number.isFinite(value) ? JSON.stringify(value) : undefined) });
const written = (duckdb: string, pattern: RegExp): Kind => ({ duckdb, text: (value) => (typeof value === "string" && pattern.test(value) ? JSON.stringify(value) : undefined) });

const kinds: Record<string, Kind> = {
  string: { duckdb: "VARCHAR", text: (value) => (typeof value === "object" ? undefined : JSON.stringify(String(value))) },
  double: real("DOUBLE"), float: real("FLOAT"),
  tinyint: whole(8n, "TINYINT"), smallint: whole(16n, "SMALLINT"), int: whole(32n, "INTEGER"), bigint: whole(64n, "BIGINT"),
  boolean: { duckdb: "BOOLEAN", text: (value) => (typeof value === "boolean" ? String(value) : undefined) },
  timestamp: written("TIMESTAMP", /^\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?$/),
  date: written("DATE", /^\d{4}-\d\d-\d\d$/),
};

/** Columns whose types the lab can't write, in words. */
export const columnFaults = (columns: Column[]): string[] =>
  columns.filter(({ type }) => !Object.hasOwn(kinds, type)).map(({ name, type }) => `column ${name} is ${type}, which the lab can't write as Parquet`);

export const duckdbType = ({ type }: Column): string => kinds[type]!.duckdb;

/** A line of JSON with exactly these columns, or why there is none. */
export function rowOf(data: Buffer, columns: Column[]): { line: string } | { fault: string } {
  const value = parsed(data);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { fault: "The record is no JSON object." };
  // OpenX lowers keys unless told otherwise.
  const byName = new Map(Object.entries(value).map(([key, one]) => [key.toLowerCase(), one as unknown]));
  const texts: string[] = [];
  for (const { name, type } of columns) {
    const given = byName.get(name) ?? null;
    const text = given === null ? "null" : kinds[type]!.text(given);
    if (text === undefined) return { fault: `The value of ${name} is no ${type}.` };
    texts.push(`${JSON.stringify(name)}:${text}`);
  }
  return { line: `{${texts.join(",")}}` };
}

/** Whole numbers that a double would round stay exact. */
function parsed(data: Buffer): unknown {
  const exact = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" && context?.source && /^-?\d+$/.test(context.source) && !Number.isSafeInteger(value) ? BigInt(context.source) : value;
  try {
    return JSON.parse(data.toString("utf8"), exact);
  } catch {
    return undefined;
  }
}
