/**
 * Schedule: what is asked for, checked as AWS checks it: API_CreateSchedule, its ranges and enumerations. The messages on expressions,
 * names and start dates are those that were recorded on AWS (localstack/localstack, scheduler/test_scheduler.snapshot.json; getmoto/moto 8172).
 */
import { isZone, parseSchedule } from "../../../components/schedule-expression";
import { ApiFault, type Json } from "../../gateway/service";
import { checkTarget, type Target } from "./targets";

/** As the API shows it, but for times, which are milliseconds since 1970. */
export interface Kept {
  Arn: string;
  Name: string;
  GroupName: string;
  Description?: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  StartDate?: number;
  EndDate?: number;
  FlexibleTimeWindow: { Mode: "OFF" | "FLEXIBLE"; MaximumWindowInMinutes?: number };
  State: "ENABLED" | "DISABLED";
  ActionAfterCompletion: "NONE" | "DELETE";
  KmsKeyArn?: string;
  Target: Target;
  CreationDate: number;
  LastModificationDate: number;
}

const day = 86_400;
/** What AWS does where nothing is said: API_RetryPolicy. */
const retries = { MaximumEventAgeInSeconds: day, MaximumRetryAttempts: 185 };

export const invalid = (message: string): ApiFault => new ApiFault("ValidationException", message);
const unfit = (what: string, value: unknown, must: string): ApiFault => invalid(`1 validation error detected: Value '${String(value)}' at '${what}' failed to satisfy constraint: Member must ${must}`);

export function checkName(what: string, name: unknown): string {
  if (typeof name !== "string" || !/^[0-9a-zA-Z\-_.]+$/.test(name)) throw unfit(what, name, "satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$");
  if (name.length > 64) throw unfit(what, name, "have length less than or equal to 64");
  return name;
}

function within(what: string, value: unknown, low: number, high: number): void {
  if (typeof value !== "number" || !Number.isInteger(value) || value < low) throw unfit(what, value, `have value greater than or equal to ${low}`);
  if (value > high) throw unfit(what, value, `have value less than or equal to ${high}`);
}

function oneOf<T extends string>(what: string, value: unknown, words: readonly T[]): T {
  if (!words.includes(value as T)) throw unfit(what, value, `satisfy enum value set: [${words.join(", ")}]`);
  return value as T;
}

/** Seconds on the wire, or the text of a time. */
function dateOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === "number" ? value * 1000 : Date.parse(String(value));
  if (!Number.isFinite(time)) throw invalid(`Timestamp format is invalid: ${String(value)}`);
  return time;
}

/** Milliseconds that a start may lie back. */
const startMs = 5 * 60_000;

/** A schedule as it is to be kept; a change names all of it, what it leaves out is as if it was new: API_UpdateSchedule. */
export function scheduleOf(named: Pick<Kept, "Arn" | "Name" | "GroupName" | "CreationDate">, input: Json, now: number): Kept {
  const { ScheduleExpression, ScheduleExpressionTimezone = "UTC", Description, KmsKeyArn, State = "ENABLED", ActionAfterCompletion = "NONE" } = input;
  const read = parseSchedule(String(ScheduleExpression));
  if ("faults" in read) throw invalid(`Invalid Schedule Expression ${String(ScheduleExpression)}.`);
  if (!isZone(ScheduleExpressionTimezone)) throw invalid(`Invalid Schedule Expression Timezone ${String(ScheduleExpressionTimezone)}.`);
  const StartDate = dateOf(input.StartDate);
  const EndDate = dateOf(input.EndDate);
  if (StartDate !== undefined && StartDate < now - startMs && read.schedule.kind !== "at") throw invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
  if (StartDate !== undefined && EndDate !== undefined && EndDate <= StartDate) throw invalid("The EndDate you specify must come after the StartDate.");
  return {
    ...named, ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow: windowOf(input.FlexibleTimeWindow),
    State: oneOf("state", State, ["ENABLED", "DISABLED"]), ActionAfterCompletion: oneOf("actionAfterCompletion", ActionAfterCompletion, ["NONE", "DELETE"]), Target: targetOf(input.Target),
    ...(Description !== undefined && { Description }), ...(KmsKeyArn !== undefined && { KmsKeyArn }), ...(StartDate !== undefined && { StartDate }), ...(EndDate !== undefined && { EndDate }),
    LastModificationDate: now,
  };
}

function windowOf(window: Json): Kept["FlexibleTimeWindow"] {
  const Mode = oneOf("flexibleTimeWindow.mode", window?.Mode, ["OFF", "FLEXIBLE"]);
  if (Mode === "OFF") return { Mode };
  within("flexibleTimeWindow.maximumWindowInMinutes", window.MaximumWindowInMinutes, 1, 1440);
  return { Mode, MaximumWindowInMinutes: window.MaximumWindowInMinutes };
}

function targetOf(target: Json): Target {
  for (const key of ["Arn", "RoleArn"]) if (typeof target?.[key] !== "string") throw unfit(`target.${key === "Arn" ? "arn" : "roleArn"}`, target?.[key], "not be null");
  checkTarget(target);
  const RetryPolicy = { ...retries, ...target.RetryPolicy };
  within("target.retryPolicy.maximumEventAgeInSeconds", RetryPolicy.MaximumEventAgeInSeconds, 60, day);
  within("target.retryPolicy.maximumRetryAttempts", RetryPolicy.MaximumRetryAttempts, 0, 185);
  return { ...target, RetryPolicy };
}

const seconds = (time: number | undefined): number | undefined => (time === undefined ? undefined : time / 1000);

/** As GetSchedule answers. */
export const shown = ({ StartDate, EndDate, CreationDate, LastModificationDate, ...schedule }: Kept) => ({
  ...schedule, StartDate: seconds(StartDate), EndDate: seconds(EndDate), CreationDate: seconds(CreationDate), LastModificationDate: seconds(LastModificationDate),
});

/** As ListSchedules answers. */
export const summed = ({ Arn, Name, GroupName, State, Target, CreationDate, LastModificationDate }: Kept) => ({
  Arn, Name, GroupName, State, Target: { Arn: Target.Arn }, CreationDate: seconds(CreationDate), LastModificationDate: seconds(LastModificationDate),
});
