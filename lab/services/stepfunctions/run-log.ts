/**
 * Run log: an execution's events in its machine's log group, as Step Functions delivers them to CloudWatch Logs. Developer Guide,
 * "Using CloudWatch Logs to log execution history" and its table of log levels; the fields were recorded on AWS
 * (localstack/localstack, v2/logs/test_logs.snapshot.json).
 */
import { createHash } from "node:crypto";
import { ApiFault } from "../../gateway/service";
import type { HistoryEvent } from "./history";

/** The log groups of the lab, as far as this writes to them. */
export interface LogGroups {
  has(group: string): boolean;
  write(group: string, stream: string, message: string): void;
}

export interface LoggingConfiguration {
  level?: string;
  includeExecutionData?: boolean;
  destinations?: { cloudWatchLogsLogGroup?: { logGroupArn?: string } }[];
}

const fatal = /^Execution(Aborted|Failed|TimedOut)$/;
const error = /^(Execution(Aborted|Failed|TimedOut)|FailStateEntered|\w+StateAborted|\w+StateFailed|MapIteration(Aborted|Failed)|MapRun(Aborted|Failed)|(LambdaFunction|Task)(Failed|ScheduleFailed|StartFailed|SubmitFailed|TimedOut))$/;
const levels: Record<string, RegExp> = { ALL: /./, ERROR: error, FATAL: fatal };

/** Bytes of one input or output in a log; the rest is cut off. */
const mostBytes = 248 * 1024;

const groupOf = ({ destinations }: LoggingConfiguration): string | undefined => /:log-group:([^:]+)(:\*)?$/.exec(destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn ?? "")?.[1];

/** Refuse what can't be logged to, when a machine is made or changed. */
export function checkLogging(logging: LoggingConfiguration | undefined, groups: LogGroups | undefined): void {
  if (!logging || logging.level === undefined || logging.level === "OFF") return;
  const wrong = (why: string): ApiFault => new ApiFault("InvalidLoggingConfiguration", `Invalid Logging Configuration: ${why}`);
  if (!levels[logging.level]) throw new ApiFault("ValidationException", `1 validation error detected: Value '${logging.level}' at 'loggingConfiguration.level' failed to satisfy constraint: Member must satisfy enum value set: [ALL, ERROR, OFF, FATAL]`);
  const group = groupOf(logging);
  if (logging.destinations?.length !== 1 || group === undefined) throw wrong("Must specify exactly one Log Destination.");
  if (groups && !groups.has(group)) throw wrong("Log Destination not found.");
}

/** What writes an execution's events; nothing where they are not logged. A group that is gone takes no more, and hinders nobody. */
export function runLog({ name, logging }: { name: string; logging: LoggingConfiguration | undefined }, run: { executionArn: string; startDate: number; redriveCount?: number }, groups: LogGroups | undefined): (event: HistoryEvent) => void {
  const group = logging && groupOf(logging);
  const wanted = levels[logging?.level ?? ""];
  if (!group || !wanted || !groups) return () => undefined;
  const minute = new Date(run.startDate).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  const stream = `states/${name}/${minute}/${createHash("sha256").update(run.executionArn).digest("hex").slice(0, 8)}`;
  return (event) => {
    if (wanted.test(event.type) && groups.has(group)) groups.write(group, stream, JSON.stringify(entryOf(event, run, logging.includeExecutionData === true)));
  };
}

function entryOf({ id, previousEventId, timestamp, type, lane: _lane, ...details }: HistoryEvent, { executionArn, redriveCount = 0 }: { executionArn: string; redriveCount?: number }, data: boolean): object {
  const [own = {}] = Object.values(details) as Record<string, unknown>[];
  return {
    id: String(id), type, details: data ? cut(own) : without(own), previous_event_id: String(previousEventId), event_timestamp: String(Math.round(timestamp * 1000)),
    execution_arn: executionArn, redrive_count: String(redriveCount),
  };
}

const without = (details: Record<string, unknown>): object => Object.fromEntries(Object.entries(details).filter(([key]) => !/^(input|output|parameters)(Details)?$/.test(key)));

const cut = (details: Record<string, unknown>): object =>
  Object.fromEntries(Object.entries(details).map(([key, value]) => {
    const text = details[key.replace("Details", "")];
    const long = typeof text === "string" && Buffer.byteLength(text) > mostBytes;
    if (/^(input|output)Details$/.test(key)) return [key, { truncated: long }];
    return [key, /^(input|output)$/.test(key) && long ? Buffer.from(text).subarray(0, mostBytes).toString("utf8") : value];
  }));
