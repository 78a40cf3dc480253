/** Run: one statement on DuckDB or on the catalogue; its rows go out as they come. */
import type { Catalogue } from "./catalogue";
import type { Cell } from "./csv";
import type { Session } from "./engine";
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

export async function runStatement(ask: Transpile, catalogue: Catalogue, session: Session, statement: Statement, cutoff: number | undefined, sink: Sink): Promise<Cost> {
  try {
    const tables = new Tables(catalogue, session);
    const meaning = await known(ask, statement, tables);
    if (meaning.statement !== "query") {
      await asked(meaning, catalogue, sink);
      return { scanned: 0 };
    }
    await session.lock(tables.prefixes);
    const ahead = await tables.open(meaning.reads);
    if (cutoff && ahead > cutoff) throw cutOff();
    await answer(session, meaning, sink);
    const scanned = ahead + (await tables.icebergBytes(meaning.reads));
    if (cutoff && scanned > cutoff) throw cutOff();
    return { scanned };
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
