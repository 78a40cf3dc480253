/** Transpile: what the SQL worker is asked and answers; lab/python/sql_transpile.py says what each means. */
import { QueryFault } from "./faults";

/** What is known of a table, by "database.table". */
export type Known =
  | { columns: Record<string, string>; partitions: string[] }
  | { view: { sql: string; database: string; columns: { name: string; type: string }[] } }
  | { absent: string };

export interface Statement {
  sql: string;
  database?: string | undefined;
  parameters?: string[] | undefined;
}

export type Bound = [column: string, sign: "=" | ">" | ">=" | "<" | "<=", value: string];

export interface Reads {
  /** Columns that the query uses. */
  columns: string[];
  /** Which partitions it needs, in DuckDB's SQL; null for all. */
  partitions: string | null;
  /** For each mention of the table, what a row of it must fulfil. */
  bounds: Bound[][];
}

export type Meant =
  | { statement: "query"; missing: string[] }
  | { statement: "query"; sql: string; columns: string[]; reads: Record<string, Reads> }
  | { statement: "show_databases"; pattern: string | null }
  | { statement: "show_tables"; pattern: string | null; database: string }
  | { statement: "show_columns" | "show_partitions" | "describe"; database: string; table: string };

export type Transpiled = Meant | { error: { code: string; message: string; phase: "start" | "run" } };

/** Asks the worker; handed to the service so that tests can do without Python. */
export type Transpile = (request: Statement & { tables?: Record<string, Known> }) => Promise<Transpiled>;

/** What a statement means, given what is known of its tables; throws its fault as a fault of the query. */
export async function meant(ask: Transpile, statement: Statement, tables: Record<string, Known>): Promise<Meant> {
  const answer = await ask({ ...statement, tables });
  if ("error" in answer) throw new QueryFault(answer.error.code, answer.error.message);
  return answer;
}
