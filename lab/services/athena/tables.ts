/** Tables of one query: learned from the catalogue, put in front of DuckDB, and what reading them cost. */
import type { Catalogue } from "./catalogue";
import { type Engine, name, type Session, text } from "./engine";
import { folder, type Relation, relation } from "./relation";
import { type DataFile, filesView, icebergBytes, icebergView, partitionsNeeded, reader } from "./relation-sql";
import type { Known, Reads } from "./transpile";

type Files = Extract<Relation, { kind: "files" }>;
interface Place { values: string[]; location: string }

export class Tables {
  readonly known: Record<string, Known> = {};
  private readonly relations = new Map<string, Relation>();
  private readonly places = new Map<string, Place[]>();

  constructor(private readonly catalogue: Catalogue, private readonly engine: Engine) {}

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
      case "iceberg":
        return { columns: await this.engine.icebergColumns(table.metadata, table.prefix), partitions: [] };
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

  /** A session for these tables: it may read their prefixes and nothing else. */
  session(): Promise<Session> {
    const all = [...this.relations.values()];
    return this.engine.session(this.prefixes, all.every(({ kind }) => kind !== "files"));
  }

  private get prefixes(): string[] {
    return [...this.relations].flatMap(([key, table]) => {
      if (table.kind === "iceberg") return [table.prefix];
      if (table.kind !== "files") return [];
      const elsewhere = (this.places.get(key) ?? []).map(({ location }) => location).filter((location) => !location.startsWith(table.location));
      return [table.location, ...new Set(elsewhere)];
    });
  }

  /** Put the tables in front of DuckDB, only the partitions that are needed. Answers the bytes that will be read. */
  async open(session: Session, reads: Record<string, Reads>): Promise<number> {
    let bytes = 0;
    for (const [key, read] of Object.entries(reads)) {
      const table = this.relations.get(key);
      if (table?.kind === "iceberg") bytes += await this.openIceberg(session, key, table, read);
      if (table?.kind === "files") bytes += await this.openFiles(session, key, table, read);
    }
    return bytes;
  }

  private async openIceberg(session: Session, key: string, table: Extract<Relation, { kind: "iceberg" }>, read: Reads): Promise<number> {
    await session.run(icebergView(name(key), table));
    if (!read.columns.length) return 0;
    const [row] = await session.rows(icebergBytes(table.metadata, await this.engine.icebergColumns(table.metadata, table.prefix), read));
    return Number(row?.[0] ?? 0);
  }

  private async openFiles(session: Session, key: string, table: Files, read: Reads): Promise<number> {
    const files = await this.files(session, key, table, read);
    const parquet = table.format.kind === "parquet";
    const present = parquet && files.length ? await presentColumns(session, table, files) : new Set(table.columns.map((column) => column.name));
    await session.run(filesView(name(key), table, files, present));
    return parquet ? chunks(session, files, read.columns) : files.reduce((sum, file) => sum + file.bytes, 0);
  }

  private async files(session: Session, key: string, table: Files, read: Reads): Promise<DataFile[]> {
    const places = this.places.get(key) ?? (table.partitions.length ? [] : [{ values: [], location: table.location }]);
    const needed = read.partitions && places.length
      ? (await session.rows(partitionsNeeded(table.partitions, places.map(({ values }) => values), read.partitions))).map(([index]) => places[Number(index)]!)
      : places;
    const found: DataFile[] = [];
    for (let from = 0; from < needed.length; from += 16) {
      const some = needed.slice(from, from + 16).map(async ({ values, location }) => (await this.catalogue.files(location)).map((file) => ({ ...file, values })));
      found.push(...(await Promise.all(some)).flat());
    }
    return found;
  }
}

/** Columns that the files really have, by lower-case name. */
async function presentColumns(session: Session, table: Files, files: DataFile[]): Promise<Set<string>> {
  const columns = await session.rows(`DESCRIBE SELECT * FROM ${reader(table.format, table.columns, files)}`);
  return new Set(columns.map(([column]) => String(column).toLowerCase()));
}

/** Compressed bytes of the column chunks that a query of these columns reads, from the files' own metadata. */
async function chunks(session: Session, files: DataFile[], columns: string[]): Promise<number> {
  if (!files.length || !columns.length) return 0;
  const [row] = await session.rows(`SELECT coalesce(sum(total_compressed_size), 0)::DOUBLE FROM parquet_metadata([${files.map(({ uri }) => text(uri)).join(", ")}])
    WHERE lower(split_part(path_in_schema, ', ', 1)) IN (${columns.map(text).join(", ")})`);
  return Number(row?.[0] ?? 0);
}

function split(key: string): [database: string, table: string] {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}
