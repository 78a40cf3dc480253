/** Schedule: when a pipeline may start by itself; what EventBridge Scheduler reads in it stands in schedule-expression.ts. */
import { isZone, parseSchedule } from "./schedule-expression";

/** What is wrong with an expression or its time zone, in words; nothing when all is well. One that comes once is no schedule of a pipeline. */
export function scheduleFaults(expression: string, timezone = "UTC"): string[] {
  const read = parseSchedule(expression);
  const faults = "faults" in read ? read.faults : read.schedule.kind === "at" ? ["set rate(1 hour), cron(0 3 * * ? *) or the like"] : [];
  const zone = isZone(timezone) ? [] : [`timezone is "${timezone}"; set a name of the IANA database, such as Europe/Berlin`];
  return [...faults.map((fault) => `schedule is "${expression}"; ${fault}`), ...zone];
}
