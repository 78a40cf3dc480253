/** SourceDatabase: a database that readings come from: where it is, and how each engine writes that down. */
import type * as pulumi from "@pulumi/pulumi";
import { readingFaults, type SourceReading } from "./source-reading";

/** Engines by the names of Glue's JDBC connections; h2 is what the lab runs, in SQL Server's mode. */
export const engines = ["sqlserver", "oracle", "postgresql", "mysql", "h2"] as const;
export type Engine = (typeof engines)[number];

/** A table of readings, as the job `import_db` takes it. */
export interface SourceTable {
  /** `schema.table` as the engine knows it, such as `dbo.readings`. */
  table: string;
  /** Channel whose fields its columns hold. */
  channel: string;
  /** Column with the time of a row's last change; an index on it makes an import of little a matter of little. */
  watermark: string;
  /** Column of numbers or times, with an index, that a large read is cut by; left out: `watermark`. For tables that were filled at one time. */
  split?: string;
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
  reading?: SourceReading;
  /** How connections are encrypted; left out: `verified`, and `none` for H2, which never leaves the machine. */
  tls?: Tls;
  /** PostgreSQL: `s3://bucket/key` of the root certificate (PEM) that the database's is proven by, where neither RDS nor a public authority signed it. */
  certificate?: string;
  /** Whom the certificate is for, where that is not the host: a host name for SQL Server, a distinguished name for Oracle. */
  certificateName?: string;
}

/** `verified`: the certificate must prove the host; `encrypted`: any certificate, such as one that the database made itself; `none`: as the driver likes. */
export const tlsKinds = ["verified", "encrypted", "none"] as const;
export type Tls = (typeof tlsKinds)[number];
export const tlsOf = ({ engine, tls }: Pick<SourceDatabase, "engine" | "tls">): Tls => (engine === "h2" ? "none" : tls ?? "verified");

/** Each engine's usual port. */
export const usualPort: Record<Engine, number> = { sqlserver: 1433, oracle: 1521, postgresql: 5432, mysql: 3306, h2: 9092 };

/** URL of a JDBC connection: Glue Developer Guide, "AWS Glue connection properties". */
export function jdbcUrl(source: SourceDatabase, host: string): string {
  const { engine, port, database } = source;
  const more = parameters[engine]?.[tlsOf(source)] ?? "";
  switch (engine) {
    case "sqlserver": return `jdbc:sqlserver://${host}:${port};databaseName=${database}${more}`;
    case "oracle": return `jdbc:oracle:thin://@${host}:${port}/${database}`;
    case "postgresql": return `jdbc:postgresql://${host}:${port}/${database}${more}`;
    case "mysql": return `jdbc:mysql://${host}:${port}/${database}${more}`;
    case "h2": return `jdbc:h2:tcp://${host}:${port}/${database};MODE=MSSQLServer;DATABASE_TO_LOWER=TRUE`;
  }
}

/** What tells each driver to take any certificate, or none. To prove one is for Glue to enforce, by the connection's other properties. */
const parameters: Partial<Record<Engine, Partial<Record<Tls, string>>>> = {
  sqlserver: { encrypted: ";encrypt=true;trustServerCertificate=true", none: ";encrypt=false" },
  postgresql: { encrypted: "?sslmode=require" },
  mysql: { encrypted: "?sslMode=REQUIRED" },
};

/** Properties of a Glue connection that say how it is encrypted: Glue API, "Connection", ConnectionProperties. */
export function tlsProperties(source: SourceDatabase): Record<string, string> {
  const { certificate, certificateName } = source;
  return {
    JDBC_ENFORCE_SSL: String(tlsOf(source) === "verified"),
    ...(certificate && { CUSTOM_JDBC_CERT: certificate }), ...(certificateName && { CUSTOM_JDBC_CERT_STRING: certificateName }),
  };
}

/** Path of a table for a JDBC crawler: `database/schema/table`; MySQL has no schemas. */
export function crawlPath({ engine, database }: SourceDatabase, { table }: SourceTable): string {
  const parts = table.split(".");
  return [database, ...(engine === "mysql" ? parts.slice(-1) : parts)].join("/");
}

/** What is wrong with a source, in words; nothing when all is well. */
export function sourceFaults(source: SourceDatabase, channels: string[]): string[] {
  const { engine, port, database, tables } = source;
  return [
    ...(engines.includes(engine) ? [] : [`source.engine is "${engine}"; set one of ${engines.join(", ")}`]),
    ...(Number.isInteger(port) && port >= 1 && port <= 65535 ? [] : [`source.port is ${port}; set a whole number from 1 to 65535`]),
    ...(/^[A-Za-z][A-Za-z0-9_$.]*$/.test(database) ? [] : [`source.database is "${database}"; set its name: letters, digits, _, $ and ., a letter first`]),
    ...(tables.length ? [] : ["source.tables is empty; set at least one {table, channel, watermark}"]),
    ...tables.flatMap((table, at) => tableFaults(table, at, channels)),
    ...tlsFaults(source),
    ...readingFaults(source.reading),
  ];
}

/** What is wrong with how it is encrypted: a setting that would be ignored is a fault. */
export function tlsFaults(source: Pick<SourceDatabase, "engine" | "tls" | "certificate" | "certificateName">): string[] {
  const { engine, tls, certificate, certificateName } = source;
  const verified = tlsOf(source) === "verified";
  return [
    ...(engine === "oracle" && tls === "encrypted" ? ["source.tls is encrypted, and Oracle takes no certificate that is not proven; set verified, with source.certificate for one of your own, or none"] : []),
    ...(certificate !== undefined && !/^s3:\/\/[^/]+\/.+/.test(certificate) ? [`source.certificate is "${certificate}"; set s3://bucket/key of a root certificate in PEM`] : []),
    ...(!verified && (certificate ?? certificateName) !== undefined ? ["source.certificate and certificateName have no use where nothing is proven; remove them, or set source.tls to verified"] : []),
    // Their drivers read a trust store of each worker's, which nobody can put there before a job starts.
    ...(verified && certificate !== undefined && engine !== "postgresql" ? [`source.certificate can't be proven by the driver of ${engine}; leave it out where RDS or a public authority signed the database's, or set source.tls to ${engine === "oracle" ? "none" : "encrypted"}`] : []),
    ...(certificateName !== undefined && engine !== "sqlserver" && engine !== "oracle" ? [`source.certificateName has no use for ${engine}, whose certificate must be for source.host; remove it`] : []),
  ];
}

function tableFaults({ table, channel, watermark, split = watermark }: SourceTable, at: number, channels: string[]): string[] {
  return [
    ...(/^([A-Za-z_]\w*\.)?[A-Za-z_]\w*$/.test(table) ? [] : [`source.tables[${at}].table is "${table}"; set schema.table, such as dbo.readings`]),
    ...(channels.includes(channel) ? [] : [`source.tables[${at}].channel is "${channel}"; set one of ${channels.join(", ")}`]),
    ...(/^[A-Za-z_]\w*$/.test(watermark) ? [] : [`source.tables[${at}].watermark is "${watermark}"; set the name of a column`]),
    ...(split === watermark || /^[A-Za-z_]\w*$/.test(split) ? [] : [`source.tables[${at}].split is "${split}"; set the name of a column`]),
  ];
}
