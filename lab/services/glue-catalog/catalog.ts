/**
 * Catalog: databases, tables with their versions, and partitions, each table and its partitions one document that is put whole.
 *
 * A table changes only from the version that the caller names (`VersionId`), so of two writers one is told so: this is what
 * Iceberg's commits stand on.
 */
import { ApiFault, type Json } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import type { Key } from "./expression";
import { nameOf } from "./names";

interface TableDocument {
  current: Json;
  /** Earlier versions, the oldest first. */
  archive: Json[];
}

const archivedVersions = 100;

export class Catalog {
  private readonly databases: Store<Json>;
  private readonly tables: Store<TableDocument>;
  private readonly partitions: Store<Record<string, Json>>;

  constructor(private readonly lab: Lab) {
    this.databases = lab.store<Json>("glue-databases");
    this.tables = lab.store<TableDocument>("glue-tables");
    this.partitions = lab.store<Record<string, Json>>("glue-partitions");
  }

  createDatabase(input: Json): void {
    const Name = nameOf("databaseInput.name", input?.Name);
    if (this.databases.has(Name)) throw new ApiFault("AlreadyExistsException", "Database already exists.");
    this.databases.put(Name, { CreateTableDefaultPermissions: [], ...input, Name, CreateTime: now(), CatalogId: this.lab.account });
  }

  updateDatabase(name: string, input: Json): void {
    const was = this.database(name);
    this.databases.put(was.Name, { ...input, Name: was.Name, CreateTime: was.CreateTime, CatalogId: was.CatalogId });
  }

  database(name: string): Json {
    const found = this.databases.get(nameOf("name", name));
    if (!found) throw new ApiFault("EntityNotFoundException", `Database ${name.toLowerCase()} not found.`);
    return found;
  }

  allDatabases(): Json[] {
    return this.databases.entries().map(([, one]) => one);
  }

  deleteDatabase(name: string): void {
    const { Name } = this.database(name);
    for (const table of this.allTables(Name)) this.deleteTable(Name, table.Name);
    this.databases.delete(Name);
  }

  createTable(database: string, input: Json): void {
    const { Name: DatabaseName } = this.database(database);
    const Name = nameOf("tableInput.name", input?.Name);
    const key = keyOf(DatabaseName, Name);
    if (this.tables.has(key)) throw new ApiFault("AlreadyExistsException", "Table already exists.");
    this.tables.put(key, { current: this.made(DatabaseName, Name, input, now(), "0"), archive: [] });
  }

  /** @param from the version that the change was made on; undefined takes whatever there is */
  updateTable(database: string, input: Json, from: string | undefined, skipArchive: boolean): void {
    const { current, archive } = this.document(database, input?.Name);
    if (from !== undefined && from !== null && from !== current.VersionId) {
      throw new ApiFault("ConcurrentModificationException", `Update table failed due to concurrent modifications: it is at version ${current.VersionId}, not ${from}.`);
    }
    const next = this.made(current.DatabaseName, current.Name, input, current.CreateTime, String(Number(current.VersionId) + 1));
    this.tables.put(keyOf(current.DatabaseName, current.Name), { current: next, archive: skipArchive ? archive : [...archive, current].slice(-archivedVersions) });
  }

  table(database: string, name: string): Json {
    return this.document(database, name).current;
  }

  allTables(database: string): Json[] {
    const { Name } = this.database(database);
    return this.tables.entries().map(([, { current }]) => current).filter((table) => table.DatabaseName === Name);
  }

  /** The newest first. */
  versions(database: string, name: string): Json[] {
    const { current, archive } = this.document(database, name);
    return [...archive, current].reverse();
  }

  deleteTable(database: string, name: string): void {
    const { current } = this.document(database, name);
    const key = keyOf(current.DatabaseName, current.Name);
    this.partitions.delete(key);
    this.tables.delete(key);
  }

  /** Partitions of a table in the order of their values. */
  allPartitions(database: string, name: string): Json[] {
    const { current } = this.document(database, name);
    const all = this.partitions.get(keyOf(current.DatabaseName, current.Name)) ?? {};
    return Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  }

  partition(database: string, name: string, values: string[]): Json | undefined {
    const { current } = this.document(database, name);
    return this.partitions.get(keyOf(current.DatabaseName, current.Name))?.[JSON.stringify(values)];
  }

  /** Change many partitions as one; `change` gets what there is and gives what shall be, undefined for none. */
  changePartitions(database: string, name: string, changes: { values: string[]; change: (was: Json | undefined) => Json | undefined }[]): Fault[] {
    const { current } = this.document(database, name);
    const key = keyOf(current.DatabaseName, current.Name);
    const all = { ...this.partitions.get(key) };
    const faults: Fault[] = [];
    for (const { values, change } of changes) {
      try {
        this.fit(current.PartitionKeys, values);
        const next = change(all[JSON.stringify(values)]);
        if (!next) delete all[JSON.stringify(values)];
        else all[JSON.stringify(next.Values)] = this.partitionOf(current, next);
      } catch (fault) {
        if (!(fault instanceof ApiFault)) throw fault;
        faults.push({ PartitionValues: values, ErrorDetail: { ErrorCode: fault.code, ErrorMessage: fault.message } });
      }
    }
    if (faults.length < changes.length) this.partitions.put(key, all);
    return faults;
  }

  private fit(keys: Key[] | undefined, values: string[]): void {
    if (Array.isArray(values) && values.length === (keys ?? []).length) return;
    throw new ApiFault("InvalidInputException", "The number of partition keys do not match the number of partition values");
  }

  private partitionOf(table: Json, input: Json): Json {
    return { CreationTime: now(), ...input, DatabaseName: table.DatabaseName, TableName: table.Name, CatalogId: this.lab.account };
  }

  private made(DatabaseName: string, Name: string, input: Json, CreateTime: number, VersionId: string): Json {
    return {
      Retention: 0, ...input, Name, DatabaseName, CreateTime, UpdateTime: now(), VersionId,
      CreatedBy: `arn:aws:iam::${this.lab.account}:user/lab`, IsRegisteredWithLakeFormation: false, CatalogId: this.lab.account,
    };
  }

  private document(database: string, name: string): TableDocument {
    const { Name } = this.database(database);
    const found = this.tables.get(keyOf(Name, nameOf("name", name)));
    if (!found) throw new ApiFault("EntityNotFoundException", `Entity Not Found: Table ${Name}.${name.toLowerCase()} is not there.`);
    return found;
  }
}

/** An entry of a batch that could not be carried out. */
export interface Fault {
  PartitionValues: string[];
  ErrorDetail: { ErrorCode: string; ErrorMessage: string };
}

/** "/" is in no name. */
const keyOf = (database: string, table: string): string => `${database}/${table}`;

const now = (): number => Math.floor(Date.now() / 1000);
