/**
 * Occurrence: when a schedule comes next. Scheduler User Guide, "Schedule types in EventBridge Scheduler": a local time that clocks
 * leave out in spring is skipped, one that they show twice in autumn comes once, and days of a rate are 24 hours long.
 */
import type { Cron, Day, Schedule } from "../../../components/schedule-expression";
import { instantOf, localAt } from "./zone";

export interface Bounds {
  /** Name in the IANA database. */
  zone: string;
  /** Milliseconds since 1970: where a rate counts from, and before which nothing comes. */
  from: number;
  /** The last moment at which it may come. */
  until?: number;
}

/** The first occurrence after an instant; undefined when there is none any more. */
export function nextAfter(schedule: Schedule, after: number, { zone, from, until = Infinity }: Bounds): number | undefined {
  const next = schedule.kind === "rate" ? nextOfRate(schedule.everyMs, after, from)
    // Start and end are of those that come again: API_CreateSchedule, StartDate.
    : schedule.kind === "at" ? later(instantOf(Date.parse(`${schedule.local}Z`), zone), after)
    : nextOfCron(schedule, Math.max(after, from - 1), zone);
  return next !== undefined && (schedule.kind === "at" || next <= until) ? next : undefined;
}

const later = (instant: number | undefined, after: number): number | undefined => (instant !== undefined && instant > after ? instant : undefined);

const nextOfRate = (everyMs: number, after: number, from: number): number => (after < from ? from : from + (Math.floor((after - from) / everyMs) + 1) * everyMs);

const minuteMs = 60_000;

function nextOfCron(cron: Cron, after: number, zone: string): number | undefined {
  // What clocks show for the first time after that is not less, put back or not.
  const first = new Date(localAt(after, zone));
  for (const year of cron.years.filter((each) => each >= first.getUTCFullYear())) {
    for (const month of cron.months) {
      if (Date.UTC(year, month, 0) + 1440 * minuteMs <= first.getTime()) continue;
      for (const day of daysOf(cron.days, year, month)) {
        const midnight = Date.UTC(year, month - 1, day);
        if (midnight + 1440 * minuteMs <= first.getTime()) continue;
        const found = firstOf(cron, midnight, first.getTime(), after, zone);
        if (found !== undefined) return found;
      }
    }
  }
  return undefined;
}

function firstOf({ hours, minutes }: Cron, midnight: number, first: number, after: number, zone: string): number | undefined {
  for (const hour of hours) {
    for (const minute of minutes) {
      const local = midnight + (hour * 60 + minute) * minuteMs;
      const instant = local < first ? undefined : instantOf(local, zone);
      if (instant !== undefined && instant > after) return instant;
    }
  }
  return undefined;
}

/** Days of a month that are meant, in order. */
function daysOf(days: Day[], year: number, month: number): number[] {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return Array.from({ length }, (_, at) => at + 1).filter((date) => days.some((day) => isOn(day, { year, month, date, length })));
}

interface OfMonth { year: number; month: number; date: number; length: number }

function isOn(day: Day, on: OfMonth): boolean {
  const { date, length } = on;
  if ("day" in day) return date === day.day;
  if ("last" in day) return date === length;
  if ("weekday" in day) return day.weekday <= length && date === nearestWeekday(day.weekday, on);
  if ("lastWeekday" in day) return date === nearestWeekday(length, on);
  if (weekdayOf(on) !== day.on) return false;
  return !("nth" in day) || (day.nth === 0 ? date > length - 7 : Math.ceil(date / 7) === day.nth);
}

/** Sunday is 1. */
const weekdayOf = ({ year, month, date }: OfMonth): number => new Date(Date.UTC(year, month - 1, date)).getUTCDay() + 1;

/** Monday to Friday, in the same month. */
function nearestWeekday(date: number, on: OfMonth): number {
  const weekday = weekdayOf({ ...on, date });
  if (weekday === 7) return date > 1 ? date - 1 : date + 2;
  if (weekday === 1) return date < on.length ? date + 1 : date - 2;
  return date;
}
