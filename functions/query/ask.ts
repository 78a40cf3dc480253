/**
 * Ask: one query to Athena, waited for, its rows read. A call that is throttled is made again, and a query that only reads is
 * asked again where Athena says that it may succeed then: a few times, with growing pauses, within the patience. What stays
 * without an answer is thrown, and never answered with no rows.
 */
import { type AthenaClient, GetQueryExecutionCommand, type GetQueryResultsCommandOutput, GetQueryResultsCommand, type QueryExecution, StartQueryExecutionCommand, StopQueryExecutionCommand } from "@aws-sdk/client-athena";
import type { Row } from "./answer";
import type { Query } from "./question";

/** Asks a query; rows by column. */
export type Ask = (query: Query) => Promise<Row[]>;

/** A query that did not succeed, in Athena's words: it failed, Athena was too busy to take it, or it took too long. */
export class QueryFailed extends Error {
  constructor(message: string, readonly how: "failed" | "busy" | "late" = "failed", readonly mayRetry = false) {
    super(message);
  }
}

export interface Patience {
  /** Seconds until a query is given up and stopped. */
  seconds: number;
  /** Milliseconds until the first look at its state; doubled with every look, to at most two seconds. */
  firstLookMs: number;
  /** Times that a call is made, and a query asked, at most; left out: 4. */
  attempts?: number;
  /** Milliseconds before the second time, doubled with every one; left out: 500. */
  pauseMs?: number;
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

export function queryAthena(athena: AthenaClient, place: Place, query: Query, patience: Patience): Promise<Answer> {
  const until = Date.now() + patience.seconds * 1000;
  const again = (fault: unknown): boolean => fault instanceof QueryFailed && fault.mayRetry;
  return repeated(() => once(athena, place, query, patience, until), again, patience, until);
}

/** Do it, and again while it fails in a way that may pass; the last failure is thrown. */
async function repeated<T>(act: () => Promise<T>, again: (fault: unknown) => boolean, { attempts = 4, pauseMs = 500 }: Patience, until: number): Promise<T> {
  for (let attempt = 1, pause = pauseMs; ; attempt += 1, pause *= 2) {
    try {
      return await act();
    } catch (fault) {
      if (!again(fault) || attempt >= attempts || Date.now() + pause > until) throw fault;
      await sleep(pause);
    }
  }
}

async function once(athena: AthenaClient, { workgroup, database }: Place, { sql, parameters }: Query, patience: Patience, until: number): Promise<Answer> {
  const call = <T>(act: () => Promise<T>): Promise<T> => repeated(act, isBusy, patience, until).catch((fault: unknown) => { throw isBusy(fault) ? busy(fault) : fault; });
  const { QueryExecutionId } = await call(() => athena.send(new StartQueryExecutionCommand({
    QueryString: sql, WorkGroup: workgroup, ...(database && { QueryExecutionContext: { Database: database } }), ...(parameters.length && { ExecutionParameters: parameters }),
  })));
  let over: QueryExecution | undefined;
  try {
    for (let wait = patience.firstLookMs; !over; wait = Math.min(wait * 2, longestLookMs)) {
      await sleep(wait);
      const { QueryExecution: seen } = await call(() => athena.send(new GetQueryExecutionCommand({ QueryExecutionId })));
      if (!["QUEUED", "RUNNING"].includes(String(seen?.Status?.State))) over = seen;
      else if (Date.now() > until) throw new QueryFailed(`The query took longer than ${patience.seconds} s and was stopped`, "late");
    }
  } finally {
    // Whoever gives up must not leave it at work, and on the bill.
    if (!over) await athena.send(new StopQueryExecutionCommand({ QueryExecutionId })).catch(() => undefined);
  }
  const { State: state, StateChangeReason: reason, AthenaError: error } = over.Status ?? {};
  if (state !== "SUCCEEDED") throw new QueryFailed(reason ?? `The query was ${String(state).toLowerCase()}`, "failed", error?.Retryable === true && onlyReads(sql));
  return answerOf(athena, QueryExecutionId, over.StatementType === "DML", call);
}

/** Every page. The first row of a SELECT is its header; SHOW and DESCRIBE have none. */
async function answerOf(athena: AthenaClient, QueryExecutionId: string | undefined, headed: boolean, call: <T>(act: () => Promise<T>) => Promise<T>): Promise<Answer> {
  const answer: Answer = { columns: [], rows: [] };
  for (let page: GetQueryResultsCommandOutput | undefined; !page || page.NextToken;) {
    const NextToken = page?.NextToken;
    page = await call(() => athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken })));
    answer.columns = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = "", Type = "" }) => ({ name: Name, type: Type }));
    for (const { Data = [] } of page.ResultSet?.Rows ?? []) answer.rows.push(Data.map(({ VarCharValue }) => VarCharValue));
  }
  if (headed) answer.rows.shift();
  return answer;
}

/** Running and queued queries are over the account's quota, or calls come too fast: Athena API reference, "Common Errors". */
const isBusy = (fault: unknown): boolean => /^(TooManyRequests|Throttling)(Exception)?$/.test((fault as Error).name);

const busy = (fault: unknown): QueryFailed => new QueryFailed(`Athena is too busy to answer: ${(fault as Error).message}`, "busy");

/** What may be asked twice without leaving anything behind. */
const onlyReads = (sql: string): boolean => /^[\s(]*(select|with|show|describe|explain)\b/i.test(sql);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
