/**
 * S3 target: folders of files become tables with the columns that the files show.
 *
 *   list ─▶ look into files ─▶ group into tables ─▶ compare with the catalogue ─▶ write, as the schema change policy says
 *
 * Nothing is written before everything was found: a crawl that fails leaves the catalogue as it was.
 */
import { CreateTableCommand, DeleteTableCommand, EntityNotFoundException, GetTableCommand, paginateGetTables, UpdateTableCommand, type TableInput } from "@aws-sdk/client-glue";
import { createHash } from "node:crypto";
import type { Json } from "../../gateway/service";
import { configurationOf, type Crawl } from "./crawl";
import { atLevel, byLikeness, partitionsOf, type Found, type Partition, type Thing } from "./folders";
import type { Inference } from "./infer";
import { dataBelow, placeOf, sampled } from "./listing";
import { brought } from "./partitions";
import { combined, descriptor, parametersOf, tableName, unlike, type Schema } from "./schema";

/** A table that was found, ready to be written. */
export interface Sighting {
  name: string;
  bucket: string;
  folder: string;
  schema: Schema;
  sizes: number[];
  keys: string[];
  partitions: Partition[];
  /** What the target leaves out, as patterns of whole URIs: scripts that read the table leave it out, too. */
  exclusions: string[];
  /** The schema of each partition, for those that don't inherit the table's. */
  schemaOf: (partition: Partition) => Schema;
}

export async function look(crawl: Crawl, inference: Inference, { Path, Exclusions = [], SampleSize }: Json): Promise<Sighting[]> {
  const { bucket, prefix } = placeOf(Path);
  const things = await dataBelow(crawl.s3, bucket, prefix, Exclusions);
  const schemas = new Map<string, Schema>();
  const looked = sampled(things, SampleSize);
  crawl.log(`${Path}: ${things.length} objects, ${looked.length} looked into`);
  for (const { key, size } of looked) {
    crawl.goesOn();
    const schema = await inference.of(bucket, key, size);
    if (schema) schemas.set(key, schema);
    else crawl.log(`s3://${bucket}/${key} is no CSV with two columns or more, JSON or Parquet; left out`);
  }
  const known = things.filter(({ key }) => schemas.has(key) || !looked.some((one) => one.key === key));
  const of = (some: readonly Thing[]): Schema[] => some.flatMap(({ key }) => schemas.get(key) ?? []);
  const { tableLevel, combine } = configurationOf(crawl.definition);
  const tables = tableLevel === undefined ? byLikeness(known, prefix, (some) => clash(of(some), combine) === undefined) : atLevel(known, tableLevel);
  const exclusions = (Exclusions as string[]).map((pattern) => `s3://${bucket}/${prefix}${pattern}`);
  return tables.map((found) => ({ ...sighting(crawl, bucket, found, of), exclusions }));
}

function sighting({ definition }: Crawl, bucket: string, found: Found, of: (things: readonly Thing[]) => Schema[]): Omit<Sighting, "exclusions"> {
  const [first, ...rest] = of(found.things);
  const parted = partitionsOf(found);
  if (typeof parted === "string") throw new Error(`s3://${bucket}/${parted}`);
  if (!first) throw new Error(`s3://${bucket}/${found.folder} has nothing that could be read`);
  const fault = clash([first, ...rest], configurationOf(definition).combine);
  if (fault) throw new Error(`s3://${bucket}/${found.folder} holds what can't be one table: ${fault}`);
  const schema = combined([first, ...rest]);
  const schemaOf = ({ things }: Partition): Schema => {
    const [one, ...others] = of(things);
    return one ? combined([one, ...others]) : schema;
  };
  return { name: tableName(definition.TablePrefix, found.folder), bucket, folder: found.folder, schema, sizes: found.things.map(({ size }) => size), ...parted, schemaOf };
}

function clash([first, ...rest]: readonly Schema[], combine: boolean): string | undefined {
  if (!first) return undefined;
  for (const one of rest) {
    const why = unlike(first, one, combine);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** Write one table and its partitions. */
export async function write(crawl: Crawl, seen: Sighting): Promise<string> {
  const { glue, definition, log } = crawl;
  const { DatabaseName } = definition;
  const location = `s3://${seen.bucket}/${seen.folder}`;
  const there = await found(crawl, seen.name);
  // Another folder of this name has a table already: Glue sets a hash of the location behind the name.
  const taken = there !== undefined && there.StorageDescriptor?.Location !== location;
  const Name = taken ? `${seen.name}_${createHash("md5").update(location).digest("hex")}` : seen.name;
  const was = taken ? await found(crawl, Name) : there;
  const next = tableOf(crawl, seen, Name, was);
  if (!was) await glue.send(new CreateTableCommand({ DatabaseName, TableInput: next }));
  else if (isOutdated(was, next) && definition.SchemaChangePolicy.UpdateBehavior === "UPDATE_IN_DATABASE") {
    await glue.send(new UpdateTableCommand({ DatabaseName, TableInput: next, VersionId: was.VersionId }));
  } else if (isOutdated(was, next)) log(`${DatabaseName}.${Name}: the files show other columns; the table stays as it is`);
  log(`${DatabaseName}.${Name}: ${seen.sizes.length} objects, ${seen.partitions.length} partitions`);
  if (seen.keys.length) {
    const { inheritFromTable } = configurationOf(definition);
    const own = (partition: Partition) => descriptor(location, seen.schemaOf(partition), {});
    await brought(crawl, { DatabaseName, Name }, seen.bucket, seen.partitions, inheritFromTable ? () => ({ ...next.StorageDescriptor }) : own);
  }
  return Name;
}

function tableOf({ crawler, definition }: Crawl, seen: Sighting, Name: string, was: Json): TableInput {
  const known: Json[] = configurationOf(definition).mergeNewColumns ? was?.StorageDescriptor?.Columns ?? [] : [];
  const fresh = seen.schema.columns.filter((column) => !known.some((one) => one.Name === column.Name));
  const schema = { ...seen.schema, columns: [...known.map(({ Name: name, Type }) => ({ Name: name, Type })), ...fresh] };
  const Parameters = { ...parametersOf(crawler, schema, seen.sizes), ...(seen.exclusions.length && { exclusions: JSON.stringify(seen.exclusions) }) };
  return {
    Name, Owner: "owner", TableType: "EXTERNAL_TABLE", Retention: 0, Parameters, PartitionKeys: seen.keys.map((key) => ({ Name: key, Type: "string" })),
    StorageDescriptor: descriptor(`s3://${seen.bucket}/${seen.folder}`, schema, Parameters),
  };
}

/** A table whose data had gone and is back is as good as changed. */
const isOutdated = (was: Json, next: Json): boolean => shape(was) !== shape(next) || was.Parameters?.DEPRECATED_BY_CRAWLER !== undefined;

/** What of a table a reader would notice; counts and sizes are not part of it. */
const shape = ({ StorageDescriptor: { Columns, SerdeInfo, InputFormat, Location }, PartitionKeys }: Json): string =>
  JSON.stringify([Columns.map(({ Name, Type }: Json) => [Name, Type]), SerdeInfo.SerializationLibrary, InputFormat, Location, (PartitionKeys ?? []).map(({ Name }: Json) => Name)]);

async function found({ glue, definition }: Crawl, Name: string): Promise<Json> {
  try {
    return (await glue.send(new GetTableCommand({ DatabaseName: definition.DatabaseName, Name }))).Table;
  } catch (fault) {
    if (fault instanceof EntityNotFoundException) return undefined;
    throw fault;
  }
}

/** Tables that this crawler wrote and that it did not find again: gone, marked as deprecated, or only told of. */
export async function retire(crawl: Crawl, names: ReadonlySet<string>): Promise<void> {
  const { glue, definition, log, crawler } = crawl;
  const { DatabaseName, SchemaChangePolicy: { DeleteBehavior } } = definition;
  for await (const { TableList = [] } of paginateGetTables({ client: glue }, { DatabaseName })) {
    for (const table of TableList) {
      if (table.Parameters?.UPDATED_BY_CRAWLER !== crawler || names.has(table.Name ?? "") || table.Parameters.DEPRECATED_BY_CRAWLER) continue;
      log(`${DatabaseName}.${table.Name}: its data is gone (${DeleteBehavior})`);
      if (DeleteBehavior === "DELETE_FROM_DATABASE") await glue.send(new DeleteTableCommand({ DatabaseName, Name: table.Name }));
      if (DeleteBehavior !== "DEPRECATE_IN_DATABASE") continue;
      const { Name, Owner, TableType, Retention, StorageDescriptor, PartitionKeys, Parameters } = table;
      const deprecated = { ...Parameters, DEPRECATED_BY_CRAWLER: String(Date.now()) };
      await glue.send(new UpdateTableCommand({ DatabaseName, TableInput: { Name, Owner, TableType, Retention, StorageDescriptor, PartitionKeys, Parameters: deprecated } }));
    }
  }
}
