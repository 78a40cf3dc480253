/**
 * Run logs: what a run prints, in CloudWatch Logs while it runs, as Glue 5 does (Developer Guide, "Logging for AWS Glue jobs").
 *
 *   script ──stdout, stderr──▶ /aws-glue/jobs/output   Spark, Glue's logger, how it failed ──▶ /aws-glue/jobs/error     stream <run>-driver
 */
import type { LogsService } from "../logs";

export type Kind = "output" | "error";

/** Where lines go; without it they stand in the lab's own log only. */
export type Sink = Pick<LogsService, "write">;

/** @param args of the run: `--custom-logGroup-prefix` and `--custom-logStream-prefix` name other places */
export function runLog(sink: Sink | undefined, runId: string, args: Record<string, string>): (kind: Kind, line: string) => void {
  const prefix = args["--custom-logGroup-prefix"] ?? "/aws-glue/jobs";
  const stream = `${args["--custom-logStream-prefix"] ?? runId}-driver`;
  return (kind, line) => sink?.write(`${prefix}/${kind}`, stream, line);
}
