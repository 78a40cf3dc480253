/** Ask: one query to Athena, waited for, its rows read. Throttled calls are tried again by the SDK, a few times. */
import { type AthenaClient, GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand, StopQueryExecutionCommand } from "@aws-sdk/client-athena";
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

const longestLookMs = 2000;

export const asking = (athena: AthenaClient, workgroup: string, { seconds, firstLookMs }: Patience): Ask => async ({ sql, parameters }) => {
  const { QueryExecutionId } = await athena.send(new StartQueryExecutionCommand({
    QueryString: sql, WorkGroup: workgroup, ...(parameters.length && { ExecutionParameters: parameters }),
  }));
  const until = Date.now() + seconds * 1000;
  for (let wait = firstLookMs; ; wait = Math.min(wait * 2, longestLookMs)) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    const { State: state, StateChangeReason: reason } = QueryExecution?.Status ?? {};
    if (state === "SUCCEEDED") return rowsOf(athena, QueryExecutionId);
    if (state === "FAILED" || state === "CANCELLED") throw new QueryFailed(reason ?? `The query was ${state.toLowerCase()}`);
    if (Date.now() > until) {
      await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
      throw new QueryFailed(`The query took longer than ${seconds} s and was stopped`);
    }
  }
};

/** Every page; the first row of the first one is the header. */
async function rowsOf(athena: AthenaClient, QueryExecutionId: string | undefined): Promise<Row[]> {
  const rows: (string | undefined)[][] = [];
  for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
    const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }));
    rows.push(...(page.ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue)));
    NextToken = page.NextToken;
  }
  const [header = [], ...data] = rows;
  return data.map((cells) => Object.fromEntries(header.map((column, at) => [column ?? "", cells[at]])));
}
