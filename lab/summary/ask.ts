/** Ask: one statement through Athena's API, its rows by column name. Any fault of the query is thrown with its reason. */
import { type AthenaClient, GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { setTimeout as pause } from "node:timers/promises";

export type Row = Record<string, string | undefined>;

/** @param workgroup whose settings say where the results go and what a query may read. */
export async function ask(athena: AthenaClient, workgroup: string, sql: string): Promise<Row[]> {
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand({ QueryString: sql, WorkGroup: workgroup }));
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const state = QueryExecution?.Status?.State;
    if (state === "SUCCEEDED") break;
    if (state === "FAILED" || state === "CANCELLED") throw new Error(`Athena: ${QueryExecution?.Status?.StateChangeReason ?? state}`);
    await pause(50);
  }
  return rows(athena, QueryExecutionId!);
}

async function rows(athena: AthenaClient, QueryExecutionId: string): Promise<Row[]> {
  const found: Row[] = [];
  let columns: string[] | undefined;
  let NextToken: string | undefined;
  do {
    const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, ...(NextToken ? { NextToken } : {}) }));
    const cells = (page.ResultSet?.Rows ?? []).map(({ Data }) => (Data ?? []).map(({ VarCharValue }) => VarCharValue));
    columns ??= cells.shift()?.map((name) => name ?? "") ?? [];
    for (const row of cells) found.push(Object.fromEntries(columns.map((name, i) => [name, row[i]])));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}
