/**
 * Catalog target: a table that the program declares. Its new partitions are added; the table itself is never touched.
 *
 * One object of each new partition is looked into. When it can't be read as the table declares it, the crawl fails, says which,
 * and adds nothing: a reader of the table would stumble over it.
 */
import { GetTableCommand } from "@aws-sdk/client-glue";
import type { Json } from "../../gateway/service";
import type { Crawl } from "./crawl";
import { partitionsOf, type Partition } from "./folders";
import type { Inference } from "./infer";
import { dataBelow, placeOf } from "./listing";
import { brought, known } from "./partitions";
import type { Schema } from "./schema";

export async function crawlTable(crawl: Crawl, inference: Inference, DatabaseName: string, Name: string): Promise<void> {
  const { Table: table } = await crawl.glue.send(new GetTableCommand({ DatabaseName, Name }));
  const { bucket, prefix } = placeOf(table?.StorageDescriptor?.Location ?? "");
  const keys = (table?.PartitionKeys ?? []).map((key) => key.Name ?? "");
  const things = await dataBelow(crawl.s3, bucket, prefix, []);
  crawl.log(`${DatabaseName}.${Name}: ${things.length} objects in s3://${bucket}/${prefix}`);
  if (!things.length || !keys.length) return;

  const found = partitionsOf({ folder: prefix, things });
  if (typeof found === "string") throw new Error(found);
  if (found.keys.join("/") !== keys.join("/")) throw new Error(`s3://${bucket}/${prefix} has folders by ${found.keys.join("/") || "nothing"}, ${DatabaseName}.${Name} has partition keys ${keys.join("/")}`);
  const before = await known(crawl, DatabaseName, Name);
  const fresh = found.partitions.filter(({ values }) => !before.has(JSON.stringify(values)));
  const faults = await misfits(crawl, inference, bucket, fresh, table);
  if (faults.length) throw new Error(`${DatabaseName}.${Name} stays as it is: ${faults.join("; ")}`);
  await brought(crawl, table, bucket, found.partitions, () => ({ ...table?.StorageDescriptor }));
}

async function misfits(crawl: Crawl, inference: Inference, bucket: string, fresh: readonly Partition[], table: Json): Promise<string[]> {
  const faults: string[] = [];
  for (const { things } of fresh) {
    crawl.goesOn();
    const [first] = things;
    if (!first) continue;
    const fault = misfit(await inference.of(bucket, first.key, first.size), table);
    if (fault) faults.push(`s3://${bucket}/${first.key} ${fault}`);
  }
  return faults;
}

/** Why a file can't be read as this table; undefined when it can. */
export function misfit(schema: Schema | undefined, table: Json): string | undefined {
  const format = /parquet/i.test(table.StorageDescriptor.InputFormat) ? "parquet" : /json/i.test(table.StorageDescriptor.SerdeInfo?.SerializationLibrary) ? "json" : "csv";
  if (schema?.format !== format) return `is ${schema?.format ?? "of no known format"}, the table is ${format}`;
  if (format !== "parquet") return undefined;
  const declared = new Map((table.StorageDescriptor.Columns as Json[]).map(({ Name, Type }) => [Name.toLowerCase(), Type]));
  const clash = schema.columns.find(({ Name, Type }) => declared.has(Name) && declared.get(Name) !== Type);
  return clash && `has ${clash.Name} as ${clash.Type}, the table as ${declared.get(clash.Name)}`;
}
