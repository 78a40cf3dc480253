/** Emptied: buckets, catalogue and bookmarks as they are before the first run. */
import {
  BatchDeletePartitionCommand, BatchDeleteTableCommand, EntityNotFoundException, type GlueClient, paginateGetPartitions, paginateGetTables, ResetJobBookmarkCommand,
} from "@aws-sdk/client-glue";
import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

/** Keys of all objects of a bucket. */
export async function keysOf(client: S3Client, Bucket: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) keys.push(...Contents.map(({ Key = "" }) => Key));
  return keys;
}

export async function emptyBuckets(s3: S3Client, buckets: string[]): Promise<void> {
  await Promise.all(buckets.map(async (Bucket) => {
    const keys = await keysOf(s3, Bucket);
    for (let at = 0; at < keys.length; at += 1000) {
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.slice(at, at + 1000).map((Key) => ({ Key })), Quiet: true } }));
    }
  }));
}

/** Tables that jobs and crawlers made go; of those that the stack declares, the partitions. */
export async function emptyCatalogue(glue: GlueClient, { raw, ...made }: Record<"raw" | "lake" | "history" | "external", string>): Promise<void> {
  for (const DatabaseName of Object.values(made)) {
    const declared = DatabaseName === made.lake ? ["runs"] : [];
    const names = (await tablesOf(glue, DatabaseName)).filter((name) => !declared.includes(name));
    if (names.length) await glue.send(new BatchDeleteTableCommand({ DatabaseName, TablesToDelete: names }));
  }
  for (const TableName of await tablesOf(glue, raw)) {
    const PartitionsToDelete = [];
    for await (const { Partitions = [] } of paginateGetPartitions({ client: glue }, { DatabaseName: raw, TableName })) PartitionsToDelete.push(...Partitions.map(({ Values }) => ({ Values })));
    if (PartitionsToDelete.length) await glue.send(new BatchDeletePartitionCommand({ DatabaseName: raw, TableName, PartitionsToDelete }));
  }
}

async function tablesOf(client: GlueClient, DatabaseName: string): Promise<string[]> {
  const names: string[] = [];
  // Views are the stack's own.
  for await (const { TableList = [] } of paginateGetTables({ client }, { DatabaseName })) names.push(...TableList.filter(({ TableType }) => TableType !== "VIRTUAL_VIEW").map(({ Name = "" }) => Name));
  return names;
}

export async function forgetBookmarks(glue: GlueClient, jobs: string[]): Promise<void> {
  await Promise.all(jobs.map((JobName) => glue.send(new ResetJobBookmarkCommand({ JobName })).catch((fault: unknown) => {
    if (!(fault instanceof EntityNotFoundException)) throw fault;
  })));
}
