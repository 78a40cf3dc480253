/** SHOW and DESCRIBE: what the catalogue holds, row by row, as Athena lists it. */
import type { Column } from "@aws-sdk/client-glue";
import type { Catalogue } from "./catalogue";
import { QueryFault } from "./faults";
import type { Sink } from "./run";
import type { Meant } from "./transpile";
import { columnInfo } from "./types";

type Asked = Exclude<Meant, { statement: "query" }>;

export async function asked(question: Asked, catalogue: Catalogue, sink: Sink): Promise<void> {
  const [columns, rows] = await listed(question, catalogue);
  sink.columns(columns.map((name) => columnInfo(name, "VARCHAR")));
  await sink.rows(rows);
}

async function listed(question: Asked, catalogue: Catalogue): Promise<[columns: string[], rows: string[][]]> {
  switch (question.statement) {
    case "show_databases":
      return [["database_name"], fitting(await catalogue.databases(), question.pattern)];
    case "show_tables": {
      const tables = await catalogue.tables(question.database);
      if (!tables) throw new QueryFault("SCHEMA_NOT_FOUND", `Schema '${question.database}' does not exist`);
      return [["tab_name"], fitting(tables, question.pattern)];
    }
    case "show_columns":
      return [["field"], (await columnsOf(question, catalogue)).map(({ Name = "" }) => [Name])];
    case "describe":
      return [["col_name", "data_type", "comment"], (await columnsOf(question, catalogue)).map(({ Name = "", Type = "", Comment = "" }) => [Name, Type, Comment])];
    case "show_partitions":
      return [["partition"], await partitionsOf(question, catalogue)];
  }
}

type OfTable = { database: string; table: string };

async function columnsOf(question: OfTable, catalogue: Catalogue): Promise<Column[]> {
  const table = await tableOf(question, catalogue);
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
}

async function partitionsOf(question: OfTable, catalogue: Catalogue): Promise<string[][]> {
  const keys = (await tableOf(question, catalogue)).PartitionKeys ?? [];
  const all = await catalogue.partitions(question.database, question.table);
  return all.map(({ Values = [] }) => [keys.map(({ Name }, at) => `${Name}=${Values[at]}`).join("/")]).sort();
}

async function tableOf({ database, table }: OfTable, catalogue: Catalogue) {
  const found = await catalogue.table(database, table);
  if (found === "schema") throw new QueryFault("SCHEMA_NOT_FOUND", `Schema '${database}' does not exist`);
  if (found === "table") throw new QueryFault("TABLE_NOT_FOUND", `Table 'awsdatacatalog.${database}.${table}' does not exist`);
  return found;
}

/** Names that fit a pattern in which * stands for any letters and | parts alternatives. */
function fitting(names: string[], pattern: string | null): string[][] {
  const parts = (pattern ?? "*").split("|").map((part) => part.split("*").map((literal) => literal.replace(/[\\^$.+?()[\]{}]/g, "\\$&")).join(".*"));
  const fits = new RegExp(`^(?:${parts.join("|")})$`, "i");
  return names.filter((each) => fits.test(each)).map((each) => [each]);
}
