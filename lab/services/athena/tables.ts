/** Tables of one query: learned from the catalogue, put in front of DuckDB, and what reading them cost. */
import type { Catalogue } from "./catalogue";
import { name, type Session, text } from "./engine";
import { folder, type Relation, relation } from "./relation";
import { type DataFile, filesView, icebergView, partitionsNeeded, reader } from "./relation-sql";
import type { Known, Reads } from "./transpile";

type Files = Extract<Relation, { kind: "files" }>;
interface Place { values: string[]; location: string }

export class Tables {
  readonly known: Record<string, Known> = {};
  private readonly relations = new Map<string, Relation>();
  private readonly places = new Map<string, Place[]>();
  private readonly schemas = new Set<string>();

  constructor(private readonly catalogue: Catalogue, private readonly session: Session) {}

  /** Look these up: their columns, where they are, or that they are not there. */
  async learn(keys: string[]): Promise<void> {
    await Promise.all(keys.map(async (key) => {
      const found = await this.catalogue.table(...split(key));
      if (typeof found === "string") this.known[key] = { absent: found };
      else this.relations.set(key, relation(found));
    }));
    for (const key of keys) if (this.relations.has(key)) this.known[key] = await this.describe(key, this.relations.get(key)!);
  }

  private async describe(key: string, table: Relation): Promise<Known> {
    switch (table.kind) {
      case "absent":
        return { absent: table.why };
      case "view":
        return { view: { sql: table.sql, database: table.database, columns: table.columns } };
      case "iceberg": {
        await this.schema(key);
        await this.session.run(icebergView(at(key), table));
        const columns = await this.session.rows(`DESCRIBE ${at(key)}`);
        return { columns: Object.fromEntries(columns.map(([column, type]) => [String(column), String(type)])), partitions: [] };
      }
      case "files": {
        if (table.partitions.length) this.places.set(key, await this.partitions(key));
        const all = [...table.columns, ...table.partitions];
        return { columns: Object.fromEntries(all.map((column) => [column.name, column.type])), partitions: table.partitions.map((column) => column.name) };
      }
    }
  }

  private async partitions(key: string): Promise<Place[]> {
    const all = await this.catalogue.partitions(...split(key));
    return all.flatMap(({ Values, StorageDescriptor }) => (Values && StorageDescriptor?.Location ? [{ values: Values, location: folder(StorageDescriptor.Location) }] : []));
  }

  /** Every prefix that the query may have to read. */
  get prefixes(): string[] {
    return [...this.relations].flatMap(([key, table]) => {
      if (table.kind === "iceberg") return [table.prefix];
      if (table.kind !== "files") return [];
      const elsewhere = (this.places.get(key) ?? []).map(({ location }) => location).filter((location) => !location.startsWith(table.location));
      return [table.location, ...new Set(elsewhere)];
    });
  }

  /** Put the tables that are made of files in front of DuckDB, only the partitions that are needed. Answers the bytes to read. */
  async open(reads: Record<string, Reads>): Promise<number> {
    let bytes = 0;
    for (const [key, read] of Object.entries(reads)) {
      const table = this.relations.get(key);
      if (table?.kind !== "files") continue;
      const files = await this.files(key, table, read);
      await this.schema(key);
      const present = table.format.kind === "parquet" && files.length ? await this.present(table, files) : new Set(table.columns.map((column) => column.name));
      await this.session.run(filesView(at(key), table, files, present));
      bytes += table.format.kind === "parquet" ? await this.chunks(files, read.columns) : files.reduce((sum, file) => sum + file.bytes, 0);
    }
    return bytes;
  }

  private async files(key: string, table: Files, read: Reads): Promise<DataFile[]> {
    const places = this.places.get(key) ?? (table.partitions.length ? [] : [{ values: [], location: table.location }]);
    const needed = read.partitions && places.length
      ? (await this.session.rows(partitionsNeeded(table.partitions, places.map(({ values }) => values), read.partitions))).map(([index]) => places[Number(index)]!)
      : places;
    const found: DataFile[] = [];
    for (let from = 0; from < needed.length; from += 16) {
      const some = needed.slice(from, from + 16).map(async ({ values, location }) => (await this.catalogue.files(location)).map((file) => ({ ...file, values })));
      found.push(...(await Promise.all(some)).flat());
    }
    return found;
  }

  /** Columns that the files really have, by lower-case name. */
  private async present(table: Files, files: DataFile[]): Promise<Set<string>> {
    const columns = await this.session.rows(`DESCRIBE SELECT * FROM ${reader(table.format, table.columns, files)}`);
    return new Set(columns.map(([column]) => String(column).toLowerCase()));
  }

  /** Compressed bytes of the column chunks that a query of these columns reads, from the files' own metadata. */
  private async chunks(files: DataFile[], columns: string[]): Promise<number> {
    if (!files.length || !columns.length) return 0;
    const [row] = await this.session.rows(`SELECT coalesce(sum(total_compressed_size), 0)::DOUBLE FROM parquet_metadata([${files.map(({ uri }) => text(uri)).join(", ")}])
      WHERE lower(split_part(path_in_schema, ', ', 1)) IN (${columns.map(text).join(", ")})`);
    return Number(row?.[0] ?? 0);
  }

  /** Bytes of the columns used, of the files of Iceberg tables that were really opened. Known only after the query ran. */
  async icebergBytes(reads: Record<string, Reads>): Promise<number> {
    const tables = Object.entries(reads).flatMap(([key, read]) => {
      const table = this.relations.get(key);
      return table?.kind === "iceberg" && read.columns.length ? [{ table, read }] : [];
    });
    if (!tables.length) return 0;
    const opened = await this.opened();
    let bytes = 0;
    for (const { table, read } of tables) {
      const sizes = await this.session.rows(`SELECT file_path, sum(column_size)::DOUBLE FROM iceberg_column_stats(${text(table.metadata)})
        WHERE lower(column_name) IN (${read.columns.map(text).join(", ")}) GROUP BY file_path`);
      for (const [file, size] of sizes) if (opened.has(String(file))) bytes += Number(size ?? 0);
    }
    return bytes;
  }

  /** Objects that DuckDB fetched, from its log of requests: http://gateway/bucket/key, as s3://bucket/key. */
  private async opened(): Promise<Set<string>> {
    const urls = await this.session.rows("SELECT DISTINCT request.url FROM duckdb_logs_parsed('HTTP') WHERE request.type = 'GET'");
    return new Set(urls.map(([url]) => `s3:/${decodeURIComponent(new URL(String(url)).pathname)}`));
  }

  private async schema(key: string): Promise<void> {
    const [database] = split(key);
    if (!this.schemas.has(database)) await this.session.run(`CREATE SCHEMA IF NOT EXISTS ${name(database)}`);
    this.schemas.add(database);
  }
}

function split(key: string): [database: string, table: string] {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}

const at = (key: string): string => split(key).map(name).join(".");
