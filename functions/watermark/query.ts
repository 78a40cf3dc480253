/** Query: how each engine is asked for the highest watermark of a table, as text in full precision. Pure. */

export type Engine = "sqlserver" | "postgresql" | "mysql" | "oracle" | "h2";

export interface SourceTable {
  /** `schema.table`, as the engine knows it. */
  table: string;
  watermark: string;
}

/** A name as it stands in SQL: nothing that would need quotes, so that each engine folds its case as it does elsewhere. */
const plainName = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/;

/** One row with one column, `watermark`; null when the table is empty. Equal watermarks give equal texts. */
export function watermarkQuery(engine: Engine, { table, watermark }: SourceTable): string {
  for (const name of [table, watermark]) if (!plainName.test(name)) throw new Error(`"${name}" is no plain name of a table or column`);
  const highest = `max(${watermark})`;
  switch (engine) {
    // 126 is ISO 8601 with all fractions; a plain cast of datetime would drop its seconds.
    case "sqlserver": return `select convert(varchar(64), ${highest}, 126) as watermark from ${table}`;
    case "postgresql": case "h2": return `select cast(${highest} as varchar) as watermark from ${table}`;
    case "mysql": return `select cast(${highest} as char) as watermark from ${table}`;
    case "oracle": return `select cast(${highest} as varchar2(64)) as watermark from ${table}`;
  }
}

/** What is said before the query, so that a text shows all of a time. */
export const preparations: Partial<Record<Engine, string[]>> = {
  oracle: ["alter session set nls_date_format = 'YYYY-MM-DD\"T\"HH24:MI:SS'", "alter session set nls_timestamp_format = 'YYYY-MM-DD\"T\"HH24:MI:SS.FF9'"],
};
