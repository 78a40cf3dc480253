/** SourceDatabase: a database that readings come from: where it is, and how each engine writes that down. */
import type * as pulumi from "@pulumi/pulumi";

/** Engines by the names of Glue's JDBC connections; h2 is what the lab runs, in SQL Server's mode. */
export const engines = ["sqlserver", "oracle", "postgresql", "mysql", "h2"] as const;
export type Engine = (typeof engines)[number];

/** A table of readings, as the job `import_db` takes it. */
export interface SourceTable {
  /** `schema.table` as the engine knows it, such as `dbo.readings`. */
  table: string;
  /** Channel whose fields its columns hold. */
  channel: string;
  /** Column that grows with every change of a row. */
  watermark: string;
}

export interface SourceDatabase {
  engine: Engine;
  host: pulumi.Input<string>;
  port: number;
  /** Port that functions ask, where it is another than JDBC's. */
  probePort?: number;
  /** Name of the database; of the service for Oracle. */
  database: string;
  tables: SourceTable[];
  /** Encrypt without checking the certificate, for a database whose certificate is its own. */
  anyCertificate?: boolean;
}

/** Each engine's usual port. */
export const usualPort: Record<Engine, number> = { sqlserver: 1433, oracle: 1521, postgresql: 5432, mysql: 3306, h2: 9092 };

/** URL of a JDBC connection: Glue Developer Guide, "AWS Glue connection properties". */
export function jdbcUrl({ engine, port, database, anyCertificate }: SourceDatabase, host: string): string {
  switch (engine) {
    case "sqlserver": return `jdbc:sqlserver://${host}:${port};databaseName=${database}${anyCertificate ? ";encrypt=true;trustServerCertificate=true" : ""}`;
    case "oracle": return `jdbc:oracle:thin://@${host}:${port}/${database}`;
    case "postgresql": return `jdbc:postgresql://${host}:${port}/${database}`;
    case "mysql": return `jdbc:mysql://${host}:${port}/${database}`;
    case "h2": return `jdbc:h2:tcp://${host}:${port}/${database};MODE=MSSQLServer;DATABASE_TO_LOWER=TRUE`;
  }
}

/** Whether the connection must prove the database's certificate; H2 in the lab never leaves the machine. */
export const checksCertificate = ({ engine, anyCertificate }: SourceDatabase): boolean => engine !== "h2" && !anyCertificate;

/** Path of a table for a JDBC crawler: `database/schema/table`; MySQL has no schemas. */
export function crawlPath({ engine, database }: SourceDatabase, { table }: SourceTable): string {
  const parts = table.split(".");
  return [database, ...(engine === "mysql" ? parts.slice(-1) : parts)].join("/");
}

/** What is wrong with a source, in words; nothing when all is well. */
export function sourceFaults({ engine, port, database, tables }: SourceDatabase, channels: string[]): string[] {
  return [
    ...(engines.includes(engine) ? [] : [`source.engine is "${engine}"; set one of ${engines.join(", ")}`]),
    ...(Number.isInteger(port) && port >= 1 && port <= 65535 ? [] : [`source.port is ${port}; set a whole number from 1 to 65535`]),
    ...(/^[A-Za-z][A-Za-z0-9_$.]*$/.test(database) ? [] : [`source.database is "${database}"; set its name: letters, digits, _, $ and ., a letter first`]),
    ...(tables.length ? [] : ["source.tables is empty; set at least one {table, channel, watermark}"]),
    ...tables.flatMap((table, at) => tableFaults(table, at, channels)),
  ];
}

function tableFaults({ table, channel, watermark }: SourceTable, at: number, channels: string[]): string[] {
  return [
    ...(/^([A-Za-z_]\w*\.)?[A-Za-z_]\w*$/.test(table) ? [] : [`source.tables[${at}].table is "${table}"; set schema.table, such as dbo.readings`]),
    ...(channels.includes(channel) ? [] : [`source.tables[${at}].channel is "${channel}"; set one of ${channels.join(", ")}`]),
    ...(/^[A-Za-z_]\w*$/.test(watermark) ? [] : [`source.tables[${at}].watermark is "${watermark}"; set the name of a column`]),
  ];
}
