/** Watermarks: how far each table of the source has come. It reads one text a table, and nothing of the rows. */
import type { Driver, Source } from "./drivers";
import { type Engine, type SourceTable, watermarkQuery } from "./query";

export interface Asked extends Omit<Source, "username" | "password" | "ca"> {
  tables: SourceTable[];
  /** Seconds before the newest change in which rows may still be committed. */
  overlapSeconds: number;
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

/** The source did not let us in, or did not understand. Some databases only close the connection on a wrong password, so both are named. */
export class SourceFault extends Error {
  override readonly name: string = "SourceFault";

  constructor({ engine, host, port, database }: Omit<Source, "username" | "password" | "ca">, cause: unknown) {
    super(`${engine} at ${host}:${port}, database ${database}: ${cause instanceof Error ? cause.message : String(cause)}; check user and password in its secret, and that it can be reached`);
  }
}

/** Nobody took the connection: no login was tried, and a database that is only being restarted is back soon. The state machine tries again. */
export class SourceUnreachable extends SourceFault {
  override readonly name = "SourceUnreachable";
}

/** Codes of Node, tedious and oracledb for a connection that never stood; pg gives its timeout none. A connection that was closed later is none of them. */
const neverStood = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ESOCKET", "ETIMEOUT", "NJS-503", "NJS-510", "NJS-511"]);

function told(source: Omit<Source, "username" | "password" | "ca">, cause: unknown): SourceFault {
  const { code = "", message = "" } = cause as { code?: string; message?: string };
  return neverStood.has(code) || message === "timeout expired" ? new SourceUnreachable(source, cause) : new SourceFault(source, cause);
}

export const watermarks = (world: World, { tables, overlapSeconds, ...source }: Asked) => async (): Promise<{ tables: Watermark[] }> => {
  const [login, ca] = await Promise.all([world.login(), world.certificate()]);
  const answers = await world.drivers[source.engine]({ ...source, ...login, ...(ca && { ca }) }, tables.map((table) => watermarkQuery(source.engine, table, overlapSeconds)))
    .catch((fault: unknown) => { throw told(source, fault); });
  return { tables: tables.map(({ table }, at) => ({ table, watermark: textOf(answers[at]) })) };
};

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
