/** RawTables: the tables of what arrived, declared from the schemas, and the crawler that adds their partitions. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayGetObjects, mayListBucket, mayReadCatalog, mayWriteCatalog } from "./access";
import type { Part } from "./block";
import { type Channel, rawColumns, rawPartitions } from "./channel";
import { crawlerRole, type Workshop } from "./glue-job";
import type { PrivateBucket } from "./private-bucket";

/** Declared from the schema, so that no crawler can change it. Every door writes Parquet. */
export function rawTable(channel: Channel, raw: PrivateBucket, database: aws.glue.CatalogDatabase, { child, own }: Part): aws.glue.CatalogTable {
  return new aws.glue.CatalogTable(child(`raw-${channel.channel}`), {
    name: channel.table,
    databaseName: database.name,
    description: channel.description,
    tableType: "EXTERNAL_TABLE",
    parameters: { EXTERNAL: "TRUE", classification: "parquet" },
    partitionKeys: rawPartitions,
    storageDescriptor: {
      location: pulumi.interpolate`s3://${raw.bucket.bucket}/${channel.table}/`,
      columns: rawColumns(channel),
      inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
      serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", parameters: { "serialization.format": "1" } },
    },
  }, own);
}

/** Runs on the declared tables: it finds new partitions and leaves every schema alone. */
export function rawCrawler(tables: aws.glue.CatalogTable[], channels: Channel[], raw: PrivateBucket, shop: Workshop, { child, physical, own }: Part): aws.glue.Crawler {
  const { rawDatabase, securityConfiguration } = shop;
  const names = channels.map(({ table }) => table);
  const role = crawlerRole(child("crawl"), [
    ...names.map((table) => mayGetObjects(raw, `${table}/`)), mayListBucket(raw),
    mayReadCatalog(rawDatabase, names), mayWriteCatalog(rawDatabase, names),
  ], shop, own);
  return new aws.glue.Crawler(child("crawl"), {
    name: physical("lake-data"),
    description: "Adds what arrived to the raw tables, as partitions",
    role: role.arn,
    databaseName: rawDatabase.name,
    catalogTargets: [{ databaseName: rawDatabase.name, tables: tables.map((table) => table.name) }],
    // LOG: new partitions come in, tables stay as declared; catalogue targets allow no other deletion.
    schemaChangePolicy: { deleteBehavior: "LOG", updateBehavior: "LOG" },
    configuration: JSON.stringify({ Version: 1, CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } } }),
    securityConfiguration: securityConfiguration.name,
  }, own);
}
