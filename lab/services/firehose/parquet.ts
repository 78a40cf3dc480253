/** Parquet: rows of JSON as one file, written by DuckDB. Times are instants (UTC), as Spark and Athena take them. */
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type Column, duckdbType } from "./rows";

export class ParquetWriter {
  private connection: Promise<DuckDBConnection> | undefined;

  /** @param folder for files that live as long as a call; made when missing. */
  constructor(private readonly folder: string) {}

  /** @param lines rows with exactly these columns, at least one. */
  async write(lines: string[], columns: Column[]): Promise<Buffer> {
    const connection = await (this.connection ??= opened());
    mkdirSync(this.folder, { recursive: true });
    const [from, to] = ["json", "parquet"].map((kind) => join(this.folder, `${randomUUID()}.${kind}`)) as [string, string];
    try {
      writeFileSync(from, lines.join("\n"));
      const types = columns.map((column) => `${name(column)}: '${duckdbType(column)}'`).join(", ");
      const select = columns.map((column) => (duckdbType(column) === "TIMESTAMP" ? `${name(column)}::TIMESTAMPTZ AS ${name(column)}` : name(column))).join(", ");
      await connection.run(`COPY (SELECT ${select} FROM read_json(${text(from)}, format = 'newline_delimited', columns = {${types}})) TO ${text(to)} (FORMAT parquet, COMPRESSION snappy)`);
      return readFileSync(to);
    } finally {
      [from, to].forEach((path) => rmSync(path, { force: true }));
    }
  }

  async close(): Promise<void> {
    (await this.connection)?.closeSync();
  }
}

async function opened(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  await connection.run("SET TimeZone = 'UTC'; SET preserve_insertion_order = true");
  return connection;
}

const name = ({ name }: Column): string => `"${name.replaceAll('"', '""')}"`;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
