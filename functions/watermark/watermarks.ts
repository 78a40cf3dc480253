/** Watermarks: how far each table of the source has come. It reads one value a table, and nothing of the rows. */
import type { Driver, Source } from "./drivers";
import { type Engine, preparations, type SourceTable, watermarkQuery } from "./query";

export interface Asked extends Omit<Source, "username" | "password"> {
  tables: SourceTable[];
}

export interface Watermark {
  table: string;
  /** null: the table is empty. */
  watermark: string | null;
}

/** All that this function does to the world. Tests pass their own. */
export interface World {
  /** User and password of the source. */
  login(): Promise<{ username: string; password: string }>;
  drivers: Record<Engine, Driver>;
}

export const watermarks = (world: World, { tables, ...source }: Asked) => async (): Promise<{ tables: Watermark[] }> => {
  const before = preparations[source.engine] ?? [];
  const answers = await world.drivers[source.engine]({ ...source, ...(await world.login()) }, [...before, ...tables.map((table) => watermarkQuery(source.engine, table))]);
  return { tables: tables.map(({ table }, at) => ({ table, watermark: textOf(answers[before.length + at]) })) };
};

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
