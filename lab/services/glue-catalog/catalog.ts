/**
 * Catalog: databases and tables with their versions, each one document that is put whole.
 *
 * A table changes only from the version that the caller names (`VersionId`), so of two writers one is told so: this is what
 * Iceberg's commits stand on.
 */
import { ApiFault, type Json } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import { keyOf, nameOf } from "./names";
import { Partitions } from "./partitions";

interface TableDocument {
  current: Json;
  /** Earlier versions, the oldest first. */
  archive: Json[];
}

const archivedVersions = 100;

export class Catalog {
  private readonly databases: Store<Json>;
  private readonly tables: Store<TableDocument>;
  readonly partitions: Partitions;

  constructor(private readonly lab: Lab) {
    this.databases = lab.store<Json>("glue-databases");
    this.tables = lab.store<TableDocument>("glue-tables");
    this.partitions = new Partitions(lab, (database, name) => this.table(database, name));
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
    this.partitions.deleteAll(current);
    this.tables.delete(keyOf(current.DatabaseName, current.Name));
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

const now = (): number => Math.floor(Date.now() / 1000);
