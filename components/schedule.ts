/** Schedule: expressions that EventBridge Scheduler takes. User Guide, "Schedule types in EventBridge Scheduler". */

const times = ["minute", "hour", "day"];

/** What is wrong with an expression, in words; nothing when all is well. One that comes once is no schedule of a pipeline. */
export function scheduleFaults(expression: string): string[] {
  const [, kind = "", inside = ""] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? [];
  if (kind === "rate") return rateFaults(expression, inside);
  if (kind === "cron") return cronFaults(expression, inside.split(" "));
  return [`schedule is "${expression}"; set rate(1 hour), cron(0 3 * * ? *) or the like`];
}

function rateFaults(expression: string, inside: string): string[] {
  const [, count = "", unit = "", many = ""] = /^([1-9]\d*) (\w+?)(s?)$/.exec(inside) ?? [];
  const fits = times.includes(unit) && (many === "s" || count === "1");
  return fits ? [] : [`schedule is "${expression}"; set rate(<whole number> minutes), hours or days`];
}

/** Minutes, hours, day of month, month, day of week, year: each a list of values, ranges and steps. */
const fields: [name: string, low: number, high: number, words: string[]][] = [
  ["minutes", 0, 59, []], ["hours", 0, 23, []], ["day of month", 1, 31, ["?", "L"]],
  ["month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]],
  ["day of week", 1, 7, ["?", "L", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]], ["year", 1970, 2199, []],
];

function cronFaults(expression: string, values: string[]): string[] {
  if (values.length !== fields.length) return [`schedule is "${expression}"; set six fields: ${fields.map(([name]) => name).join(", ")}`];
  const wrong = fields.flatMap(([name, low, high, words], at) => (fits(values[at] ?? "", low, high, words) ? [] : [`schedule is "${expression}"; its ${name} is "${values[at]}"; set ${low} to ${high}, * or what EventBridge Scheduler takes`]));
  const asked = [values[2], values[4]].filter((value) => value === "?").length;
  return [...wrong, ...(asked === 1 ? [] : [`schedule is "${expression}"; set ? for either the day of the month or the day of the week`])];
}

function fits(text: string, low: number, high: number, words: string[]): boolean {
  const value = (part: string): boolean => words.includes(part) || (/^\d+$/.test(part) && Number(part) >= low && Number(part) <= high);
  const day = (part: string): boolean => words.includes("?") && (/^\d+W$|^LW$/.test(part) || /^[1-7](L|#[1-5])$/.test(part));
  return text.split(",").every((one) => {
    const [range = "", step, ...more] = one.split("/");
    const steps = more.length === 0 && (step === undefined || /^[1-9]\d*$/.test(step));
    const [from = "", to, ...beyond] = range.split("-");
    return steps && (range === "*" || day(range) || (beyond.length === 0 && value(from) && (to === undefined || value(to))));
  });
}
