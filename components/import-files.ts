/** ImportFiles: exports in a bucket, one folder a channel: the crawler that finds them and the job that lands them. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayGetObjects, mayListBucket, mayReadCatalog, mayWorkIn, mayWriteCatalog, type Store } from "./access";
import type { Part } from "./block";
import type { Channel } from "./channel";
import { crawlerRole, type SparkSize, sparkJob } from "./glue-job";
import { mayLand } from "./import-landing";
import type { LakeCatalog } from "./lake-catalog";

export interface FilesArgs {
  catalog: LakeCatalog;
  channels: Channel[];
  exports: Store;
  /** Where the crawler writes what it finds. */
  database: aws.glue.CatalogDatabase;
}

/** Each folder becomes one table of its name. */
export function filesCrawler({ catalog, channels, exports, database }: FilesArgs, { child, physical, own }: Part): aws.glue.Crawler {
  const role = crawlerRole(child("crawl-history"), [...mayReadExports(channels, exports), mayReadCatalog(database), mayWriteCatalog(database)], catalog, own);
  return new aws.glue.Crawler(child("crawl-history"), {
    name: physical("source-history"),
    description: "Finds exports, all folders, when asked to",
    role: role.arn,
    databaseName: database.name,
    s3Targets: channels.map(({ channel }) => ({ path: pulumi.interpolate`s3://${exports.bucket.bucket}/${channel}/` })),
    // A table that goes at the source stays in the catalogue.
    schemaChangePolicy: { deleteBehavior: "LOG", updateBehavior: "UPDATE_IN_DATABASE" },
    // Level 2 is the first folder: whatever lies deeper is part of its table, not a table of its own.
    configuration: JSON.stringify({
      Version: 1, CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
      Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 2 },
    }),
    securityConfiguration: catalog.securityConfiguration.name,
  }, own);
}

/** Its own ledger tells which files were taken: Glue's bookmarks go with Glue's reader, which one broken file stops. */
export function filesJob({ catalog, channels, exports, database }: FilesArgs, size: SparkSize & { maxUnpackedMegabytes: number }, { child, physical, own }: Part): aws.glue.Job {
  return sparkJob(child("import-s3"), {
    ...size,
    physicalName: physical("import-s3"),
    description: "Exports in, raw readings of source=history out; files it has taken are skipped",
    script: "import_s3.py",
    permissions: [...mayReadExports(channels, exports), mayReadCatalog(database), ...mayLand(channels, "history", catalog),
      mayWorkIn(catalog.raw, "quarantine/"), mayWorkIn(catalog.lake, "state/import_s3/")],
    arguments: {
      "--channels": channels.map(({ channel }) => channel).join(","),
      "--source_database": database.name,
      "--raw_bucket": catalog.raw.bucket.bucket,
      "--reports_bucket": catalog.lake.bucket.bucket,
      "--max_unpacked_megabytes": String(size.maxUnpackedMegabytes),
      "--job-bookmark-option": "job-bookmark-disable",
    },
  }, catalog, own).job;
}

const mayReadExports = (channels: Channel[], exports: Store) => [...channels.map(({ channel }) => mayGetObjects(exports, `${channel}/`)), mayListBucket(exports)];
