/**
 * Schedule expression: what EventBridge Scheduler reads in rate(…), cron(…) and at(…). User Guide, "Schedule types in EventBridge
 * Scheduler"; which ones AWS refuses was recorded on it (localstack/localstack, scheduler/test_scheduler.snapshot.json).
 */

export interface Rate {
  kind: "rate";
  /** Milliseconds from one occurrence to the next. */
  everyMs: number;
}

export interface Once {
  kind: "at";
  /** Local time, as `2026-11-23T03:00:00`. */
  local: string;
}

/** Days that a field asks for: `last` of the month, `weekday` nearest a day, `nth` or last (0) of that weekday; Sunday is 1. */
export type Day = { day: number } | { last: true } | { weekday: number } | { lastWeekday: true } | { on: number } | { on: number; nth: number };

export interface Cron {
  kind: "cron";
  /** Each in ascending order. */
  minutes: number[];
  hours: number[];
  months: number[];
  years: number[];
  /** Any of these; the day of the week or of the month, whichever is asked for. */
  days: Day[];
}

export type Schedule = Rate | Once | Cron;

const units: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** Whether it is a name of the IANA database: "Time zones on EventBridge Scheduler". It takes no offsets. */
export function isZone(zone: string): boolean {
  try {
    return /^[A-Za-z]/.test(zone) && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

/** The schedule that is meant, or what is wrong with it, each a sentence's second half. */
export function parseSchedule(expression: string): { schedule: Schedule } | { faults: string[] } {
  const [, kind = "", inside = ""] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "rate") return rate(inside);
  if (kind === "cron") return cron(inside.split(" "));
  if (kind === "at") return once(inside);
  return { faults: ["set rate(1 hour), cron(0 3 * * ? *) or the like"] };
}

/** Of a unit, one and many are the same to AWS: `rate(2 minute)` is taken. */
function rate(inside: string): ReturnType<typeof parseSchedule> {
  const [, count = "", unit = ""] = /^([1-9]\d{0,9}) (minute|hour|day)s?$/.exec(inside) ?? [];
  const everyMs = Number(count) * (units[unit] ?? 0);
  return everyMs ? { schedule: { kind: "rate", everyMs } } : { faults: ["set rate(<whole number> minutes), hours or days"] };
}

function once(inside: string): ReturnType<typeof parseSchedule> {
  const there = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside) && Number.isFinite(Date.parse(`${inside}Z`)) && new Date(`${inside}Z`).toISOString().startsWith(inside);
  return there ? { schedule: { kind: "at", local: inside } } : { faults: ["set at(<yyyy-mm-ddThh:mm:ss>), a time that there is"] };
}

/** A field: its range, and the names that stand for numbers from the lowest on. */
interface Field {
  name: string;
  low: number;
  high: number;
  names?: readonly string[];
}

const fields: [Field, Field, Field, Field, Field, Field] = [
  { name: "minutes", low: 0, high: 59 }, { name: "hours", low: 0, high: 23 }, { name: "day of month", low: 1, high: 31 },
  { name: "month", low: 1, high: 12, names: months }, { name: "day of week", low: 1, high: 7, names: weekdays }, { name: "year", low: 1970, high: 2199 },
];

function cron(values: string[]): ReturnType<typeof parseSchedule> {
  if (values.length !== fields.length) return { faults: [`set six fields: ${fields.map(({ name }) => name).join(", ")}`] };
  const [minutes, hours, dates, inMonths, onDays, years] = fields.map((field, at) => {
    const value = values[at] ?? "";
    if (at === 2) return value === "?" ? [] : each(value, (one) => dateOf(one, field));
    if (at === 4) return value === "?" ? [] : weekdaysOf(value, field);
    return each(value, (one) => numbers(one, field));
  }) as [number[] | undefined, number[] | undefined, Day[] | undefined, number[] | undefined, Day[] | undefined, number[] | undefined];
  const wrong = [minutes, hours, dates, inMonths, onDays, years].flatMap((found, at) => (found ? [] : [said(fields[at] as Field, values[at] ?? "")]));
  const asked = [values[2], values[4]].filter((value) => value === "?").length;
  const faults = [...wrong, ...(asked === 1 ? [] : ["set ? for either the day of the month or the day of the week"])];
  if (faults.length || !minutes || !hours || !dates || !inMonths || !onDays || !years) return { faults };
  return { schedule: { kind: "cron", minutes: sorted(minutes), hours: sorted(hours), months: sorted(inMonths), years: sorted(years), days: [...dates, ...onDays] } };
}

const said = ({ name, low, high }: Field, value: string): string => `its ${name} is "${value}"; set ${low} to ${high}, * or what EventBridge Scheduler takes`;

const sorted = (numbers: number[]): number[] => [...new Set(numbers)].sort((one, other) => one - other);

/** Every part of a list; undefined when one of them is none. */
function each<T>(value: string, read: (part: string) => T[] | undefined): T[] | undefined {
  const parts = value.split(",").map(read);
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** `5`, `1-5`, `*`, and each with a step: `10/15` is every fifteenth from ten on. */
function numbers(part: string, { low, high, names = [] }: Field): number[] | undefined {
  const [, from = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  const number = (text: string): number | undefined => {
    const value = names.includes(text) ? names.indexOf(text) + low : /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= low && value <= high ? value : undefined;
  };
  const first = from === "*" ? low : number(from);
  const last = to !== undefined ? number(to) : from === "*" || step !== undefined ? high : first;
  if (first === undefined || last === undefined || last < first || (from === "*" && to !== undefined)) return undefined;
  const by = Number(step ?? 1);
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, at) => first + at * by);
}

function dateOf(part: string, field: Field): Day[] | undefined {
  if (part === "L") return [{ last: true }];
  if (part === "LW") return [{ lastWeekday: true }];
  const [, near] = /^(\d+)W$/.exec(part) ?? [];
  if (near !== undefined) return numbers(near, field)?.map((weekday) => ({ weekday }));
  return numbers(part, field)?.map((day) => ({ day }));
}

/** One `#` takes the whole field; `L` alone is the last day of the week, after a day the last such of the month. */
function weekdaysOf(value: string, field: Field): Day[] | undefined {
  const [, day = "", nth] = /^(\w+)#([1-5])$/.exec(value) ?? [];
  if (nth !== undefined) return numbers(day, field)?.map((on) => ({ on, nth: Number(nth) }));
  return each(value, (part): Day[] | undefined => {
    if (part === "L") return [{ on: field.high }];
    const [, last] = /^(\d|[A-Z]{3})L$/.exec(part) ?? [];
    return last === undefined ? numbers(part, field)?.map((on) => ({ on })) : numbers(last, field)?.map((on) => ({ on, nth: 0 }));
  });
}
