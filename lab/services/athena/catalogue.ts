/** Catalogue: what Glue and S3 say of the tables that a query names, asked through the gateway. */
import { EntityNotFoundException, GetDatabaseCommand, GetDatabasesCommand, GetTableCommand, GetTablesCommand, GlueClient, paginateGetPartitions, type Partition, type Table } from "@aws-sdk/client-glue";
import { paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import type { Lab } from "../../lab";
import { folder } from "./relation";

export interface S3Object {
  uri: string;
  bytes: number;
}

export class Catalogue {
  private readonly glue: GlueClient;
  private readonly s3: S3Client;

  constructor(lab: Lab) {
    this.glue = new GlueClient(lab.client());
    this.s3 = new S3Client(lab.client());
  }

  /** A table, or which of the two is not there. */
  async table(database: string, table: string): Promise<Table | "schema" | "table"> {
    const found = await unlessMissing(this.glue.send(new GetTableCommand({ DatabaseName: database, Name: table })));
    if (found?.Table) return found.Table;
    return (await unlessMissing(this.glue.send(new GetDatabaseCommand({ Name: database })))) ? "table" : "schema";
  }

  async databases(): Promise<string[]> {
    const names: string[] = [];
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const page = await this.glue.send(new GetDatabasesCommand({ NextToken }));
      names.push(...(page.DatabaseList ?? []).map(({ Name }) => Name ?? ""));
      NextToken = page.NextToken;
    }
    return names.sort();
  }

  /** Names of a database's tables; nothing when there is no such database. */
  async tables(database: string): Promise<string[] | undefined> {
    const names: string[] = [];
    for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
      const page = await unlessMissing(this.glue.send(new GetTablesCommand({ DatabaseName: database, NextToken })));
      if (!page) return undefined;
      names.push(...(page.TableList ?? []).map(({ Name }) => Name ?? ""));
      NextToken = page.NextToken;
    }
    return names.sort();
  }

  async partitions(database: string, table: string): Promise<Partition[]> {
    const all: Partition[] = [];
    for await (const page of paginateGetPartitions({ client: this.glue }, { DatabaseName: database, TableName: table })) all.push(...(page.Partitions ?? []));
    return all;
  }

  /** Data files under a prefix; names that begin with _ or . are not data to Athena, and empty ones hold none. */
  async files(location: string): Promise<S3Object[]> {
    const [, Bucket, Prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(folder(location)) ?? [];
    if (!Bucket) return [];
    const found: S3Object[] = [];
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket, Prefix })) {
      for (const { Key = "", Size = 0 } of page.Contents ?? []) {
        const hidden = Key.slice(Prefix?.length ?? 0).split("/").some((part) => /^[._]/.test(part));
        if (Size && !hidden) found.push({ uri: `s3://${Bucket}/${Key}`, bytes: Size });
      }
    }
    return found;
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (fault) {
    if (fault instanceof EntityNotFoundException || (fault as Error).name === "EntityNotFoundException") return undefined;
    throw fault;
  }
}
