/** Ask: one query to Athena, waited for, its rows read. Throttled calls are tried again by the SDK, a few times. */
import { type AthenaClient, GetQueryExecutionCommand, type GetQueryResultsCommandOutput, GetQueryResultsCommand, StartQueryExecutionCommand, StopQueryExecutionCommand } from "@aws-sdk/client-athena";
import type { Row } from "./answer";
import type { Query } from "./question";

/** Asks a query; rows by column. */
export type Ask = (query: Query) => Promise<Row[]>;

/** A query that did not succeed, in Athena's words. */
export class QueryFailed extends Error {}

export interface Patience {
  /** Seconds until a query is given up and stopped. */
  seconds: number;
  /** Milliseconds until the first look at its state; doubled with every look, to at most two seconds. */
  firstLookMs: number;
}

export interface Place {
  workgroup: string;
  /** Database of tables that are named without one. */
  database?: string;
}

export interface Answer {
  columns: { name: string; type: string }[];
  /** NULL is undefined. */
  rows: (string | undefined)[][];
}

const longestLookMs = 2000;

export const asking = (athena: AthenaClient, workgroup: string, patience: Patience): Ask => async (query) => {
  const { columns, rows } = await queryAthena(athena, { workgroup }, query, patience);
  return rows.map((cells) => Object.fromEntries(columns.map(({ name }, at) => [name, cells[at]])));
};

export async function queryAthena(athena: AthenaClient, { workgroup, database }: Place, { sql, parameters }: Query, { seconds, firstLookMs }: Patience): Promise<Answer> {
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand({
    QueryString: sql, WorkGroup: workgroup, ...(database && { QueryExecutionContext: { Database: database } }), ...(parameters.length && { ExecutionParameters: parameters }),
  }));
  const until = Date.now() + seconds * 1000;
  for (let wait = firstLookMs; ; wait = Math.min(wait * 2, longestLookMs)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State: state, StateChangeReason: reason } = QueryExecution?.Status ?? {};
    if (state === "SUCCEEDED") return answerOf(athena, QueryExecutionId, QueryExecution?.StatementType === "DML");
    if (state === "FAILED" || state === "CANCELLED") throw new QueryFailed(reason ?? `The query was ${state.toLowerCase()}`);
    if (Date.now() > until) {
      await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
      throw new QueryFailed(`The query took longer than ${seconds} s and was stopped`);
    }
  }
}

/** Every page. The first row of a SELECT is its header; SHOW and DESCRIBE have none. */
async function answerOf(athena: AthenaClient, QueryExecutionId: string | undefined, headed: boolean): Promise<Answer> {
  const answer: Answer = { columns: [], rows: [] };
  for (let page: GetQueryResultsCommandOutput | undefined; !page || page.NextToken;) {
    page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken: page?.NextToken }));
    answer.columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = "", Type = "" }) => ({ name: Name, type: Type }));
    for (const { Data = [] } of page.ResultSet?.Rows ?? []) answer.rows.push(Data.map(({ VarCharValue }) => VarCharValue));
  }
  if (headed) answer.rows.shift();
  return answer;
}
