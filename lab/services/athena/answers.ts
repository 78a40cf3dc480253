/** Answers: lists and pages of what is known of executions, in the shapes of Athena's API. */
import type { Json } from "../../gateway/service";
import { type Execution, over, shown } from "./execution";
import type { Results } from "./results";
import { invalid } from "./workgroups";

export function batch(ids: unknown[], get: (id: string) => Execution | undefined, now: number): object {
  const found = ids.map((id) => get(String(id)));
  return {
    QueryExecutions: found.flatMap((each) => (each ? [shown(each, now)] : [])),
    UnprocessedQueryExecutionIds: ids.filter((_, at) => !found[at]).map((id) => ({
      QueryExecutionId: id, ErrorCode: "INVALID_INPUT", ErrorMessage: `QueryExecution ${String(id)} was not found`,
    })),
  };
}

/** Ids, the latest first. */
export function listed(executions: Execution[], { MaxResults = 50, NextToken }: Json): object {
  const ids = executions.map(({ id }) => id);
  const from = NextToken === undefined ? 0 : whole("NextToken", NextToken, 0, ids.length);
  const to = from + whole("MaxResults", MaxResults, 0, 50);
  return { QueryExecutionIds: ids.slice(from, to), ...(to < ids.length && { NextToken: String(to) }) };
}

/** Rows of a result; the first of a SELECT is its header, and a page's token is the byte where it starts. */
export async function resultPage(execution: Execution, { NextToken = "0", MaxResults = 1000 }: Json, results: Pick<Results, "page">): Promise<object> {
  if (!over(execution)) throw invalid(`Query has not yet finished. Current state: ${execution.state}`);
  if (execution.state !== "SUCCEEDED") throw invalid(`Query did not finish successfully. Final query state: ${execution.state}`);
  const from = whole("NextToken", NextToken, 0, Number.MAX_SAFE_INTEGER);
  const { rows, next } = await results.page(execution, from, whole("MaxResults", MaxResults, 1, 1000));
  return {
    UpdateCount: 0,
    ResultSet: {
      Rows: rows.map((cells) => ({ Data: cells.map((cell) => (cell === undefined ? {} : { VarCharValue: cell })) })),
      ResultSetMetadata: { ColumnInfo: execution.columns ?? [] },
    },
    ...(next !== undefined && { NextToken: String(next) }),
  };
}

function whole(what: string, value: unknown, low: number, high: number): number {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < low || number > high) throw invalid(`${what} must be a whole number from ${low} to ${high}`);
  return number;
}
