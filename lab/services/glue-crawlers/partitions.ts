/**
 * Partitions: brings the partitions of a table to what lies in the bucket: new ones in, changed ones up to date and gone ones out,
 * as the policy says (Glue Developer Guide, "Setting crawler configuration options").
 */
import { BatchCreatePartitionCommand, BatchDeletePartitionCommand, BatchUpdatePartitionCommand, paginateGetPartitions, type Partition } from "@aws-sdk/client-glue";
import type { Json } from "../../gateway/service";
import type { Crawl } from "./crawl";
import type { Partition as There } from "./folders";

const batch = 100;

/** The partitions that the catalogue has, by their values. */
export async function known({ glue }: Crawl, database: string, table: string): Promise<Map<string, Partition>> {
  const found = new Map<string, Partition>();
  for await (const { Partitions = [] } of paginateGetPartitions({ client: glue }, { DatabaseName: database, TableName: table })) {
    for (const one of Partitions) found.set(JSON.stringify(one.Values), one);
  }
  return found;
}

/** @param descriptor StorageDescriptor of a partition, but for its Location */
export async function brought(crawl: Crawl, table: Json, bucket: string, there: readonly There[], descriptor: (partition: There) => Json): Promise<void> {
  const { glue, log, definition } = crawl;
  const { DatabaseName, Name: TableName } = table;
  const before = await known(crawl, DatabaseName, TableName);
  const fresh = there.filter(({ values }) => !before.has(JSON.stringify(values)));
  for (let at = 0; at < fresh.length; at += batch) {
    crawl.goesOn();
    const PartitionInputList = fresh.slice(at, at + batch).map((one) => ({
      Values: one.values, StorageDescriptor: { ...descriptor(one), Location: `s3://${bucket}/${one.folder}` },
      Parameters: { objectCount: String(one.things.length), sizeKey: String(one.things.reduce((sum, { size }) => sum + size, 0)) },
    }));
    const { Errors = [] } = await glue.send(new BatchCreatePartitionCommand({ DatabaseName, TableName, PartitionInputList }));
    const fault = Errors.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException");
    if (fault) throw new Error(`partition ${fault.PartitionValues?.join("/")} of ${TableName}: ${fault.ErrorDetail?.ErrorMessage}`);
  }
  if (fresh.length) log(`${DatabaseName}.${TableName}: ${fresh.length} partitions added`);
  await renewed(crawl, table, there.flatMap((one) => {
    const was = before.get(JSON.stringify(one.values));
    const StorageDescriptor = { ...descriptor(one), Location: `s3://${bucket}/${one.folder}` };
    return was && reads(was.StorageDescriptor) !== reads(StorageDescriptor) ? [{ Values: one.values, StorageDescriptor, Parameters: was.Parameters ?? {} }] : [];
  }));
  const left = new Set(there.map(({ values }) => JSON.stringify(values)));
  const gone = [...before].filter(([key]) => !left.has(key)).map(([, { Values }]) => ({ Values: Values ?? [] }));
  if (!gone.length || definition.SchemaChangePolicy.DeleteBehavior === "LOG") return void (gone.length && log(`${DatabaseName}.${TableName}: ${gone.length} partitions have no data any more; kept`));
  for (let at = 0; at < gone.length; at += 25) {
    await glue.send(new BatchDeletePartitionCommand({ DatabaseName, TableName, PartitionsToDelete: gone.slice(at, at + 25) }));
  }
  log(`${DatabaseName}.${TableName}: ${gone.length} partitions removed`);
}

/** What of a partition a reader would notice. */
const reads = (storage: Json): string => JSON.stringify([storage?.Columns?.map(({ Name, Type }: Json) => [Name, Type]), storage?.SerdeInfo?.SerializationLibrary, storage?.Location]);

async function renewed({ glue, log, definition, goesOn }: Crawl, { DatabaseName, Name: TableName }: Json, changed: Json[]): Promise<void> {
  if (!changed.length) return;
  if (definition.SchemaChangePolicy.UpdateBehavior === "LOG") return log(`${DatabaseName}.${TableName}: ${changed.length} partitions show other columns; kept as they are`);
  for (let at = 0; at < changed.length; at += batch) {
    goesOn();
    const Entries = changed.slice(at, at + batch).map((PartitionInput) => ({ PartitionValueList: PartitionInput.Values, PartitionInput }));
    await glue.send(new BatchUpdatePartitionCommand({ DatabaseName, TableName, Entries }));
  }
  log(`${DatabaseName}.${TableName}: ${changed.length} partitions updated`);
}
