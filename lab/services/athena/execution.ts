/** Execution: one query from its submission on, as it is kept and as GetQueryExecution shows it. Pure. */
import type { Json } from "../../gateway/service";
import type { QueryFault } from "./faults";
import type { ColumnInfo } from "./types";
import { checkLocation, invalid, type ResultConfiguration, type Workgroup } from "./workgroups";

export type State = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

export interface Execution {
  id: string;
  query: string;
  parameters?: string[];
  database?: string;
  workgroup: string;
  result: ResultConfiguration & { OutputLocation: string };
  kind: "DML" | "UTILITY" | "DDL";
  state: State;
  reason?: string;
  category?: 1 | 2;
  retryable?: boolean;
  /** Milliseconds since 1970. */
  submitted: number;
  started?: number;
  completed?: number;
  scanned?: number;
  columns?: ColumnInfo[];
  token?: string;
}

/** Longest query that Athena takes: user guide, "Service Quotas". */
const longestQuery = 262_144;

/** What StartQueryExecution asks for, checked; the workgroup's settings win where it enforces them. */
export function submitted(id: string, input: Json, workgroup: Workgroup, now: number): Execution {
  const { QueryString, QueryExecutionContext: context = {}, ExecutionParameters, ClientRequestToken } = input;
  if (typeof QueryString !== "string" || !QueryString.trim()) throw invalid("QueryString is missing");
  if (Buffer.byteLength(QueryString) > longestQuery) throw invalid(`The query is longer than ${longestQuery} bytes`);
  if (input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration?.Enabled) throw invalid("The lab does not reuse results.");
  if (workgroup.State !== "ENABLED") throw invalid(`WorkGroup ${workgroup.Name} is disabled.`);
  if (context.Catalog && context.Catalog.toLowerCase() !== "awsdatacatalog") throw invalid(`The lab does not have the catalog ${context.Catalog}; it has AwsDataCatalog`);
  const parameters = ExecutionParameters ?? [];
  if (!Array.isArray(parameters) || parameters.some((each) => typeof each !== "string")) throw invalid("ExecutionParameters is a list of texts");
  const kind = kindOf(QueryString);
  const result = resultOf(input.ResultConfiguration ?? {}, workgroup);
  return {
    id, query: QueryString, workgroup: workgroup.Name, kind, state: "QUEUED", submitted: now,
    result: { ...result, OutputLocation: `${result.OutputLocation.replace(/\/?$/, "/")}${id}.${kind === "DML" ? "csv" : "txt"}` },
    ...(parameters.length && { parameters }), ...(context.Database && { database: String(context.Database) }), ...(ClientRequestToken && { token: String(ClientRequestToken) }),
  };
}

function resultOf(asked: ResultConfiguration, { Configuration }: Workgroup): ResultConfiguration & { OutputLocation: string } {
  const own = Configuration.ResultConfiguration ?? {};
  const result = Configuration.EnforceWorkGroupConfiguration ? own : { ...own, ...asked };
  if (!result.OutputLocation) throw invalid("No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.");
  checkLocation(result.OutputLocation);
  return { ...result, OutputLocation: result.OutputLocation };
}

/** SHOW and DESCRIBE are utilities, which write plain text; the rest reads or changes data, or defines. */
export function kindOf(query: string): Execution["kind"] {
  const word = query.replace(/^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?\*\/|\()+/, "").split(/[^a-z]/i)[0]?.toUpperCase() ?? "";
  if (["SHOW", "DESCRIBE", "DESC", "EXPLAIN"].includes(word)) return "UTILITY";
  return ["CREATE", "ALTER", "DROP", "MSCK"].includes(word) ? "DDL" : "DML";
}

/** What makes two submissions with the same token the same. */
export const sameAs = (one: Execution, other: Execution): boolean =>
  JSON.stringify([one.query, one.parameters, one.database, one.workgroup]) === JSON.stringify([other.query, other.parameters, other.database, other.workgroup]);

export const failed = (execution: Execution, fault: QueryFault, now: number, scanned?: number): Execution => ({
  ...execution, state: fault.state, reason: fault.reason, category: fault.category, ...(fault.retryable && { retryable: true }), completed: now, ...(scanned !== undefined && { scanned }),
});

export const over = ({ state }: Execution): boolean => !["QUEUED", "RUNNING"].includes(state);

export function shown(execution: Execution, now: number): object {
  const { id, query, kind, result, database, workgroup, parameters, state, reason, category, retryable = false, submitted: since, started, completed, scanned } = execution;
  const until = completed ?? now;
  return {
    QueryExecutionId: id, Query: query, StatementType: kind, SubstatementType: kind === "DML" ? "SELECT" : kind, ResultConfiguration: result, WorkGroup: workgroup,
    QueryExecutionContext: { ...(database && { Database: database }), Catalog: "awsdatacatalog" },
    ...(parameters && { ExecutionParameters: parameters }),
    Status: {
      State: state, SubmissionDateTime: since / 1000, ...(completed && { CompletionDateTime: completed / 1000 }), ...(reason && { StateChangeReason: reason }),
      ...(state === "FAILED" && { AthenaError: { ErrorCategory: category ?? 2, Retryable: retryable, ErrorMessage: reason } }),
    },
    Statistics: {
      EngineExecutionTimeInMillis: started ? until - started : 0, DataScannedInBytes: scanned ?? 0, TotalExecutionTimeInMillis: until - since,
      QueryQueueTimeInMillis: (started ?? until) - since, ServiceProcessingTimeInMillis: 0,
    },
    EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
  };
}
