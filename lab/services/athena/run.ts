/** Run: one statement on DuckDB or on the catalogue; its rows go out as they come. */
import type { Catalogue } from "./catalogue";
import type { Cell } from "./csv";
import type { Engine, Session } from "./engine";
import { asQueryFault, cutOff, QueryFault } from "./faults";
import { asked } from "./show";
import { Tables } from "./tables";
import { type Meant, meant, type Statement, type Transpile } from "./transpile";
import { columnInfo, type ColumnInfo, written } from "./types";

/** Where the rows of a result go. */
export interface Sink {
  columns(columns: ColumnInfo[]): void;
  rows(rows: Cell[][]): Promise<void>;
}

export interface Cost {
  /** Bytes of data that Athena would say it scanned. */
  scanned: number;
}

/** Views are looked up one level a round; deeper than this is refused by the transpiler itself. */
const mostRounds = 20;

/** What a statement is run with. */
export interface Means {
  transpile: Transpile;
  catalogue: Catalogue;
  engine: Engine;
  /** Most bytes that it may scan. */
  cutoff: number | undefined;
  /** Told of the session as soon as there is one, so that it can be interrupted. */
  began: (session: Session) => void;
}

export async function runStatement(statement: Statement, { transpile, catalogue, engine, cutoff, began }: Means, sink: Sink): Promise<Cost> {
  try {
    const tables = new Tables(catalogue, engine);
    const meaning = await known(transpile, statement, tables);
    if (meaning.statement !== "query") {
      await asked(meaning, catalogue, sink);
      return { scanned: 0 };
    }
    const session = await tables.session();
    began(session);
    try {
      const scanned = await tables.open(session, meaning.reads);
      if (cutoff && scanned > cutoff) throw cutOff();
      await answer(session, meaning, sink);
      return { scanned };
    } finally {
      session.close();
    }
  } catch (fault) {
    throw asQueryFault(fault);
  }
}

type Told = Exclude<Meant, { missing: string[] }>;

/** Ask until every table is known. */
async function known(ask: Transpile, statement: Statement, tables: Tables): Promise<Told> {
  for (let round = 0; round < mostRounds; round += 1) {
    const meaning = await meant(ask, statement, tables.known);
    if (!("missing" in meaning)) return meaning;
    await tables.learn(meaning.missing);
  }
  throw new QueryFault("NOT_SUPPORTED", `Views are nested more than ${mostRounds} deep.`);
}

async function answer(session: Session, { sql, columns }: Extract<Told, { sql: string }>, sink: Sink): Promise<void> {
  const result = await session.stream(sql);
  const types = result.columnTypes();
  sink.columns(columns.map((column, at) => columnInfo(column, String(types[at]))));
  await sink.rows([columns]);
  for await (const rows of result.yieldRows()) {
    await sink.rows(rows.map((row) => row.map((value, at) => written(value, types[at]!))));
  }
}
