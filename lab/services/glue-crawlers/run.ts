/** Run: one crawl, target by target. Resolves when it succeeded, rejects with the reason when it did not. */
import { DuckDBInstance } from "@duckdb/node-api";
import type { Json } from "../../gateway/service";
import { crawlTable } from "./catalog-target";
import type { Crawl } from "./crawl";
import { Inference } from "./infer";
import { crawlDatabase } from "./jdbc-target";
import { look, retire, write, type Sighting } from "./s3-target";

/** @param ending called when all was looked at and only writing is left */
export async function run(crawl: Crawl, ending: () => void): Promise<void> {
  const { S3Targets = [], JdbcTargets = [], CatalogTargets = [] } = crawl.definition.Targets;
  const instance = await DuckDBInstance.create(":memory:", { threads: "1", memory_limit: "512MB" });
  const duck = await instance.connect();
  try {
    const inference = new Inference(crawl.s3, duck);
    const seen: Sighting[] = [];
    for (const target of S3Targets as Json[]) seen.push(...(await look(crawl, inference, target)));
    const written = new Set<string>();
    for (const target of JdbcTargets as Json[]) for (const name of await crawlDatabase(crawl, target)) written.add(name);
    for (const { DatabaseName, Tables } of CatalogTargets as Json[]) {
      for (const table of Tables as string[]) await crawlTable(crawl, inference, DatabaseName, table);
    }
    crawl.goesOn();
    ending();
    for (const one of seen) written.add(await write(crawl, one));
    if (!CatalogTargets.length) await retire(crawl, written);
  } finally {
    duck.closeSync();
    instance.closeSync();
    for (const client of [crawl.s3, crawl.glue, crawl.secrets]) client.destroy();
  }
}
