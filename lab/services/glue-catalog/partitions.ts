/** Partitions of the catalogue's tables: all of one table are one document, so a batch is carried out whole or not at all. */
import { ApiFault, type Json } from "../../gateway/service";
import type { Lab } from "../../lab";
import type { Store } from "../../store";
import type { Key } from "./expression";
import { keyOf } from "./names";

/** An entry of a batch that could not be carried out. */
export interface Fault {
  PartitionValues: string[];
  ErrorDetail: { ErrorCode: string; ErrorMessage: string };
}

/** What becomes of the partition with these values: `change` gets what there is and gives what shall be, undefined for none. */
export interface Change {
  values: string[];
  change: (was: Json | undefined) => Json | undefined;
}

export class Partitions {
  private readonly kept: Store<Record<string, Json>>;

  /** @param table finds a table, or throws that there is none */
  constructor(private readonly lab: Lab, private readonly table: (database: string, name: string) => Json) {
    this.kept = lab.store<Record<string, Json>>("glue-partitions");
  }

  /** In the order of their values. */
  all(database: string, name: string): Json[] {
    return Object.entries(this.of(this.table(database, name))).sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  }

  get(database: string, name: string, values: string[]): Json | undefined {
    return this.of(this.table(database, name))[JSON.stringify(values)];
  }

  /** Carry out those that can be; the faults of the others. */
  change(database: string, name: string, changes: Change[]): Fault[] {
    const table = this.table(database, name);
    const all = { ...this.of(table) };
    const faults: Fault[] = [];
    for (const { values, change } of changes) {
      try {
        fit(table.PartitionKeys ?? [], values);
        const next = change(all[JSON.stringify(values)]);
        if (next) all[JSON.stringify(next.Values)] = this.made(table, next);
        else delete all[JSON.stringify(values)];
      } catch (fault) {
        if (!(fault instanceof ApiFault)) throw fault;
        faults.push({ PartitionValues: values, ErrorDetail: { ErrorCode: fault.code, ErrorMessage: fault.message } });
      }
    }
    if (faults.length < changes.length) this.kept.put(keyOf(table.DatabaseName, table.Name), all);
    return faults;
  }

  deleteAll({ DatabaseName, Name }: Json): void {
    this.kept.delete(keyOf(DatabaseName, Name));
  }

  private of({ DatabaseName, Name }: Json): Record<string, Json> {
    return this.kept.get(keyOf(DatabaseName, Name)) ?? {};
  }

  private made({ DatabaseName, Name }: Json, input: Json): Json {
    return { CreationTime: Math.floor(Date.now() / 1000), ...input, DatabaseName, TableName: Name, CatalogId: this.lab.account };
  }
}

function fit(keys: Key[], values: string[]): void {
  if (Array.isArray(values) && values.length === keys.length) return;
  throw new ApiFault("InvalidInputException", "The number of partition keys do not match the number of partition values");
}
