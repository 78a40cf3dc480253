/** Faults: what went wrong with a query, in the words that Athena reports. Pure. */

/** A query that fails: a code such as COLUMN_NOT_FOUND and a message, as StateChangeReason joins them. */
export class QueryFault extends Error {
  /** @param retryable it may succeed when it is asked again: AthenaError's Retryable. */
  constructor(readonly code: string, message: string, readonly state: "FAILED" | "CANCELLED" = "FAILED", readonly retryable = false) {
    super(message);
  }

  /** Athena's own sentence for a cut-off carries no code. */
  get reason(): string {
    return this.code ? `${this.code}: ${this.message}` : this.message;
  }

  /** 2 is a fault of the user, 1 of the system: Athena API reference, AthenaError. */
  get category(): 1 | 2 {
    return this.code === "GENERIC_INTERNAL_ERROR" ? 1 : 2;
  }
}

/** Athena cancels such a query with this sentence. */
export const cutOff = (): QueryFault => new QueryFault("", "Bytes scanned limit was exceeded", "CANCELLED");

/** What DuckDB says, by what Athena would. The order matters: the first that fits. */
const meanings: [said: RegExp, code: string, message: (found: RegExpExecArray) => string][] = [
  [/(DIVISION_BY_ZERO): ([^\n]*)/, "DIVISION_BY_ZERO", ([, , text]) => text ?? ""],
  [/^Conversion Error: ([^\n]*)/, "INVALID_CAST_ARGUMENT", ([, text]) => text ?? ""],
  [/^Out of Range Error: ([^\n]*)/, "NUMERIC_VALUE_OUT_OF_RANGE", ([, text]) => text ?? ""],
  [/^Out of Memory Error/, "EXCEEDED_LOCAL_MEMORY_LIMIT", () => "Query exhausted resources at this scale factor"],
  [/^Catalog Error: \w+ Function with name "?([^" ]+)"? does not exist/, "FUNCTION_NOT_FOUND", ([, name]) => `Function '${name}' not registered (in the lab)`],
  [/^(?:HTTP|IO) Error: ([^\n]*)/, "HIVE_CANNOT_OPEN_SPLIT", ([, text]) => `Error opening split: ${text}`],
  [/^Permission Error: ([^\n]*)/, "PERMISSION_DENIED", ([, text]) => text ?? ""],
  [/^(?:Binder|Parser|Catalog|Syntax) Error: ([^\n]*)/, "SYNTAX_ERROR", ([, text]) => text ?? ""],
  [/^Invalid Input Error: ([^\n]*)/, "INVALID_FUNCTION_ARGUMENT", ([, text]) => text ?? ""],
];

/** Any fault of a run as a fault of its query. */
export function asQueryFault(fault: unknown): QueryFault {
  if (fault instanceof QueryFault) return fault;
  const said = fault instanceof Error ? fault.message : String(fault);
  for (const [pattern, code, message] of meanings) {
    const found = pattern.exec(said);
    if (found) return new QueryFault(code, message(found));
  }
  return new QueryFault("GENERIC_INTERNAL_ERROR", said.split("\n")[0] ?? "");
}
