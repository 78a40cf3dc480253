/**
 * Query: how each engine is asked how far a table has come, as text in full precision. Pure.
 *
 *   2024-05-01T10:00:00.1234567 (7 within 300 s)     the newest time of a change, and how many rows have changed shortly before it
 *
 * The number tells of rows that were committed late: with that very time, or with an earlier one. Times more than a day ahead are
 * left out, as import_db does: one row of the year 9999 would hide all that come later.
 */

export type Engine = "sqlserver" | "postgresql" | "mysql" | "oracle" | "h2";

export interface SourceTable {
  /** `schema.table`, as the engine knows it. */
  table: string;
  watermark: string;
}

/** A name as it stands in SQL: nothing that would need quotes, so that each engine folds its case as it does elsewhere. */
const plainName = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/;

/** What the engines say differently: a time as a text, one so many seconds earlier, tomorrow, texts joined, and the first row alone. */
interface Words {
  text(time: string): string;
  earlier(time: string, seconds: number): string;
  tomorrow: string;
  joined(parts: string[]): string;
  first(columns: string, rest: string): string;
}

const bars = (parts: string[]): string => parts.join(" || ");
const fetched = (columns: string, rest: string): string => `select ${columns} ${rest} fetch first 1 row only`;

const words: Record<Engine, Words> = {
  sqlserver: {
    // 126 is ISO 8601 with all fractions; a plain cast of datetime would drop its seconds.
    text: (time) => `convert(varchar(64), cast(${time} as datetime2(7)), 126)`,
    earlier: (time, seconds) => `dateadd(second, -${seconds}, ${time})`,
    tomorrow: "dateadd(day, 1, sysutcdatetime())",
    joined: (parts) => `concat(${parts.join(", ")})`,
    first: (columns, rest) => `select top 1 ${columns} ${rest}`,
  },
  postgresql: {
    text: (time) => `cast(${time} as varchar)`, earlier: (time, seconds) => `${time} - interval '${seconds} seconds'`, tomorrow: "now() + interval '1 day'", joined: bars, first: fetched,
  },
  h2: {
    text: (time) => `cast(${time} as varchar)`, earlier: (time, seconds) => `dateadd(second, -${seconds}, ${time})`, tomorrow: "dateadd(day, 1, localtimestamp)", joined: bars, first: fetched,
  },
  mysql: {
    text: (time) => `cast(${time} as char)`, earlier: (time, seconds) => `${time} - interval ${seconds} second`, tomorrow: "utc_timestamp() + interval 1 day",
    joined: (parts) => `concat(${parts.join(", ")})`, first: (columns, rest) => `select ${columns} ${rest} limit 1`,
  },
  oracle: {
    text: (time) => `to_char(cast(${time} as timestamp(9)), 'YYYY-MM-DD"T"HH24:MI:SS.FF9')`,
    earlier: (time, seconds) => `${time} - numtodsinterval(${seconds}, 'SECOND')`,
    tomorrow: "sys_extract_utc(systimestamp) + interval '1' day",
    joined: bars,
    first: fetched,
  },
};

/** One row with one column, `watermark`; none when the table is empty. A table that has not changed gives an equal text. */
export function watermarkQuery(engine: Engine, { table, watermark }: SourceTable, overlapSeconds: number): string {
  for (const name of [table, watermark]) if (!plainName.test(name)) throw new Error(`"${name}" is no plain name of a table or column`);
  const { text, earlier, tomorrow, joined, first } = words[engine];
  const newest = first(`${watermark} as newest`, `from ${table} where ${watermark} <= ${tomorrow} order by ${watermark} desc`);
  const window = `(select count(*) from ${table} where ${watermark} >= ${earlier("m.newest", overlapSeconds)} and ${watermark} <= m.newest)`;
  return `select ${joined([text("m.newest"), "' ('", window, `' within ${overlapSeconds} s)'`])} as watermark from (${newest}) m`;
}
