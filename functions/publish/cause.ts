/**
 * Cause: the innermost reason of a failure. Step Functions wraps it: a nested execution's cause is the JSON of its
 * description, a Glue job's the JSON of its run, a function's the JSON of its error.
 */
export interface Cause {
  error: string;
  cause: string;
}

export function rootCause(failure: { Error?: string; Cause?: string }): Cause {
  const error = failure.Error ?? "unknown";
  const cause = failure.Cause ?? "no cause given";
  const inner = parsed(cause);
  if (!inner) return { error, cause: beyond[error] ?? cause };
  if (typeof inner.Cause === "string") return rootCause({ Error: textOf(inner.Error) ?? error, Cause: inner.Cause });
  const said = textOf(inner.ErrorMessage) ?? textOf(inner.FailureReason) ?? textOf(inner.errorMessage);
  return { error: textOf(inner.errorType) ?? error, cause: said ? `${named(inner)}${said}` : cause };
}

/** What Step Functions says of a distributed Map has no word of what failed in it. */
const beyond: Record<string, string> = {
  "States.ExceedToleratedFailureThreshold": "a room among many was not trained; the executions of the Map run say which, and why",
};

/** The job it was, where the wrapping says so. */
function named(inner: Record<string, unknown>): string {
  const name = textOf(inner.JobName) ?? textOf(inner.TrainingJobName) ?? textOf(inner.TransformJobName);
  return name ? `${name}: ` : "";
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
