/** Redrive: which executions may be redriven (API_RedriveExecution; reasons as in redriveStatusReason of API_DescribeExecution). */
import { mostEvents } from "./history";
import type { Described } from "./tasks/states";

/** The redrivable period, from the end of the execution. */
const periodMs = 14 * 24 * 3_600_000;

export function notRedrivable({ status, stopDate = 0 }: Described, events: number, knowsMachine: boolean): string | undefined {
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  if (Date.now() - stopDate > periodMs) return "Execution redrivable period exceeded";
  if (events >= mostEvents - 1) return "Execution history event limit exceeded";
  return knowsMachine ? undefined : "Execution was started before the launch of RedriveExecution";
}
