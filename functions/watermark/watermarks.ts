/** Watermarks: how far each table of the source has come. It reads one value a table, and nothing of the rows. */
import type { Driver, Source } from "./drivers";
import { type Engine, preparations, type SourceTable, watermarkQuery } from "./query";

export interface Asked extends Omit<Source, "username" | "password" | "ca"> {
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
  /** Root certificate of the source, where it has one of its own. */
  certificate(): Promise<string | undefined>;
  drivers: Record<Engine, Driver>;
}

/** The source did not answer. Some databases only close the connection on a wrong password, so both are named. */
export class SourceFault extends Error {
  override readonly name = "SourceFault";

  constructor({ engine, host, port, database }: Omit<Source, "username" | "password" | "ca">, cause: unknown) {
    super(`${engine} at ${host}:${port}, database ${database}: ${cause instanceof Error ? cause.message : String(cause)}; check user and password in its secret, and that it can be reached`);
  }
}

export const watermarks = (world: World, { tables, ...source }: Asked) => async (): Promise<{ tables: Watermark[] }> => {
  const before = preparations[source.engine] ?? [];
  const [login, ca] = await Promise.all([world.login(), world.certificate()]);
  const answers = await world.drivers[source.engine]({ ...source, ...login, ...(ca && { ca }) }, [...before, ...tables.map((table) => watermarkQuery(source.engine, table))])
    .catch((fault: unknown) => { throw new SourceFault(source, fault); });
  return { tables: tables.map(({ table }, at) => ({ table, watermark: textOf(answers[before.length + at]) })) };
};

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
