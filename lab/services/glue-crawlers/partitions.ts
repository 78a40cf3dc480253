/** Partitions: brings the partitions of a table to what lies in the bucket: new ones in, gone ones out when the policy says so. */
import { BatchCreatePartitionCommand, BatchDeletePartitionCommand, paginateGetPartitions } from "@aws-sdk/client-glue";
import type { Json } from "../../gateway/service";
import type { Crawl } from "./crawl";
import type { Partition } from "./folders";

const batch = 100;

/** Values of the partitions that the catalogue has. */
export async function known({ glue }: Crawl, database: string, table: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { Partitions = [] } of paginateGetPartitions({ client: glue }, { DatabaseName: database, TableName: table, ExcludeColumnSchema: true })) {
    for (const { Values = [] } of Partitions) found.set(JSON.stringify(Values), Values);
  }
  return found;
}

/** @param descriptor StorageDescriptor of a partition, but for its Location */
export async function brought(crawl: Crawl, table: Json, bucket: string, there: readonly Partition[], descriptor: (partition: Partition) => Json): Promise<void> {
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
  const left = new Set(there.map(({ values }) => JSON.stringify(values)));
  const gone = [...before].filter(([key]) => !left.has(key)).map(([, Values]) => ({ Values }));
  if (!gone.length || definition.SchemaChangePolicy.DeleteBehavior === "LOG") return void (gone.length && log(`${DatabaseName}.${TableName}: ${gone.length} partitions have no data any more; kept`));
  for (let at = 0; at < gone.length; at += 25) {
    await glue.send(new BatchDeletePartitionCommand({ DatabaseName, TableName, PartitionsToDelete: gone.slice(at, at + 25) }));
  }
  log(`${DatabaseName}.${TableName}: ${gone.length} partitions removed`);
}
