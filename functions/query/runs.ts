/** Runs: what the pipeline did, from the records that it keeps in the lake bucket. Pure. */

export interface RunStep {
  step: string;
  skipped: boolean;
  reason?: string;
  seconds?: number;
}

export interface Run {
  id: string;
  outcome: string;
  /** ISO. */
  started: string;
  ended?: string;
  seconds?: number;
  reason?: string;
  cause?: string;
  steps: RunStep[];
  /** Readings that the run did not take, by reason. */
  rejected: Record<string, number>;
}

/** A record as the function `publish` writes it; what has not its shape is told apart, not guessed at. */
export function runOf(record: unknown): Run | undefined {
  if (!isRecord(record) || typeof record.run_id !== "string" || typeof record.outcome !== "string" || typeof record.started !== "string") return undefined;
  const text = (key: string): object => (typeof record[key] === "string" ? { [key]: record[key] } : {});
  const reports = Array.isArray(record.reports) ? record.reports.filter(isRecord) : [];
  return {
    id: record.run_id, outcome: record.outcome, started: record.started, ...text("ended"), ...text("reason"), ...text("cause"),
    ...(typeof record.seconds === "number" && { seconds: record.seconds }),
    steps: (Array.isArray(record.steps) ? record.steps.filter(isRecord) : []).map((step) => ({
      step: String(step.step), skipped: step.skipped === true, ...(typeof step.reason === "string" && { reason: step.reason }), ...(typeof step.seconds === "number" && { seconds: step.seconds }),
    })),
    rejected: summed(reports.map(({ rejected }) => rejected)),
  };
}

/** Counts by reason, added up; what is no count is left out. */
export function summed(counts: unknown[]): Record<string, number> {
  const sum = new Map<string, number>();
  for (const each of counts.filter(isRecord)) {
    for (const [reason, count] of Object.entries(each)) if (typeof count === "number") sum.set(reason, (sum.get(reason) ?? 0) + count);
  }
  return Object.fromEntries(sum);
}

/** Reasons in a file of rejected messages: one JSON line each; Firehose names its own `errorCode`. */
export function reasonsIn(lines: string): Record<string, number> {
  const found = lines.split("\n").filter(Boolean).map((line) => ({ [reasonOf(line)]: 1 }));
  return summed(found);
}

function reasonOf(line: string): string {
  try {
    const value: unknown = JSON.parse(line);
    if (isRecord(value)) return String(value.reason ?? value.errorCode ?? "no reason given");
  } catch {
    return "no reason given";
  }
  return "no reason given";
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
