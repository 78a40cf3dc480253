/** Crawl: what one run of a crawler works with, and its outcome in words. */
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Json } from "../../gateway/service";
import type { Lab } from "../../lab";

export interface Crawl {
  lab: Lab;
  crawler: string;
  definition: Json;
  s3: S3Client;
  glue: GlueClient;
  secrets: SecretsManagerClient;
  log: (line: string) => void;
  /** Throws when the crawl was stopped; asked between two pieces of work. */
  goesOn: () => void;
}

/** The reason of a crawl that was stopped. */
export class Cancelled extends Error {}

export function crawlOf(lab: Lab, crawler: string, definition: Json, log: Crawl["log"], goesOn: Crawl["goesOn"]): Crawl {
  const [s3, glue, secrets] = [new S3Client(lab.client()), new GlueClient(lab.client()), new SecretsManagerClient(lab.client())];
  return { lab, crawler, definition, s3, glue, secrets, log, goesOn };
}

/** `Configuration`, as far as crawlers here follow it. */
export function configurationOf(definition: Json) {
  const { CrawlerOutput: output, Grouping: grouping } = JSON.parse(definition.Configuration || "{}");
  return {
    inheritFromTable: output?.Partitions?.AddOrUpdateBehavior === "InheritFromTable",
    mergeNewColumns: output?.Tables?.AddOrUpdateBehavior === "MergeNewColumns",
    /** Files of one format make one table, however little their columns have in common. */
    combine: grouping?.TableGroupingPolicy === "CombineCompatibleSchemas",
    tableLevel: grouping?.TableLevelConfiguration as number | undefined,
  };
}
