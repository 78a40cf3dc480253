import { expect } from "chai";
import fc from "fast-check";
import { isZone, parseSchedule, type Schedule } from "../../../components/schedule-expression";
import { nextAfter } from "./occurrence";
import { instantOf } from "./zone";

const read = (expression: string): Schedule => {
  const found = parseSchedule(expression);
  if ("faults" in found) throw new Error(`${expression}: ${found.faults.join("; ")}`);
  return found.schedule;
};
const at = (text: string): number => Date.parse(text);
/** Occurrences one after the other, as UTC. */
function come(expression: string, after: string, count: number, zone = "UTC", from = after, until?: string): string[] {
  const found: string[] = [];
  for (let last: number | undefined = at(after); found.length < count;) {
    last = nextAfter(read(expression), last, { zone, from: at(from), ...(until && { until: at(until) }) });
    if (last === undefined) break;
    found.push(new Date(last).toISOString().replace(":00.000Z", "Z"));
  }
  return found;
}

describe("occurrences of a schedule", () => {
  const cases: [expression: string, after: string, expected: string[], zone?: string][] = [
    ["cron(15 10 ? * 6L 2026-2027)", "2026-01-01T00:00Z", ["2026-01-30T10:15Z", "2026-02-27T10:15Z"]],
    ["cron(0 8 ? * 2#1 *)", "2026-11-23T00:00Z", ["2026-12-07T08:00Z", "2027-01-04T08:00Z"]],
    ["cron(0 8 ? * MON#5 *)", "2026-11-01T00:00Z", ["2026-11-30T08:00Z", "2027-03-29T08:00Z"]],
    // 1 November 2026 is a Sunday, 1 and 15 August are Saturdays, 31 January 2027 is a Sunday.
    ["cron(0 8 1W 8 ? *)", "2026-07-01T00:00Z", ["2026-08-03T08:00Z"]],
    ["cron(0 8 1W 11 ? *)", "2026-01-01T00:00Z", ["2026-11-02T08:00Z"]],
    ["cron(0 8 15W 8 ? *)", "2026-01-01T00:00Z", ["2026-08-14T08:00Z"]],
    ["cron(0 8 LW 1 ? *)", "2027-01-01T00:00Z", ["2027-01-29T08:00Z"]],
    ["cron(0 0 L 2 ? *)", "2027-01-01T00:00Z", ["2027-02-28T00:00Z", "2028-02-29T00:00Z"]],
    ["cron(0 0 29 2 ? *)", "2096-03-01T00:00Z", ["2104-02-29T00:00Z"]],
    ["cron(0/25 3 * * ? *)", "2026-01-01T03:10Z", ["2026-01-01T03:25Z", "2026-01-01T03:50Z", "2026-01-02T03:00Z"]],
    ["cron(0 0 31 4 ? *)", "2026-01-01T00:00Z", []],
    ["cron(0 0 1 1 ? 2025)", "2026-01-01T00:00Z", []],
    // Berlin: clocks go from 02:00 to 03:00 on 29 March 2026, and from 03:00 back to 02:00 on 25 October.
    ["cron(30 2 * * ? *)", "2026-03-28T00:00Z", ["2026-03-28T01:30Z", "2026-03-30T00:30Z"], "Europe/Berlin"],
    ["cron(30 2 * * ? *)", "2026-10-24T12:00Z", ["2026-10-25T00:30Z", "2026-10-26T01:30Z"], "Europe/Berlin"],
    ["cron(0 * * * ? *)", "2026-10-24T23:00Z", ["2026-10-25T00:00Z", "2026-10-25T02:00Z"], "Europe/Berlin"],
    ["cron(0 9 ? * MON *)", "2026-11-22T12:00Z", ["2026-11-23T03:30Z"], "Asia/Kolkata"],
    ["at(2026-12-01T03:00:00)", "2026-11-23T00:00Z", ["2026-12-01T02:00Z"], "Europe/Berlin"],
    ["at(2026-03-29T02:30:00)", "2026-03-01T00:00Z", [], "Europe/Berlin"],
    ["at(2026-10-01T03:00:00)", "2026-11-23T00:00Z", []],
  ];
  for (const [expression, after, expected, zone] of cases) {
    it(`${expression}${zone ? ` in ${zone}` : ""} after ${after}`, () => expect(come(expression, after, Math.max(1, expected.length), zone)).to.deep.equal(expected));
  }

  it("of a rate begin at its start, are as far apart through a change of clocks, and end", () => {
    expect(come("rate(1 day)", "2026-03-28T00:00Z", 9, "Europe/Berlin", "2026-03-28T12:00Z", "2026-03-30T12:00Z")).to.deep.equal(["2026-03-28T12:00Z", "2026-03-29T12:00Z", "2026-03-30T12:00Z"]);
    expect(come("rate(5 minutes)", "2026-11-23T00:07Z", 2, "UTC", "2026-11-23T00:01Z")).to.deep.equal(["2026-11-23T00:11Z", "2026-11-23T00:16Z"]);
  });

  it("of cron come neither before the start nor after the end, a one-time one at its time whatever these say", () => {
    expect(come("cron(0 3 * * ? *)", "2026-01-01T00:00Z", 9, "UTC", "2026-01-02T03:00Z", "2026-01-03T03:00Z")).to.deep.equal(["2026-01-02T03:00Z", "2026-01-03T03:00Z"]);
    expect(come("at(2026-01-02T03:00:00)", "2026-01-01T00:00Z", 9, "UTC", "2026-02-01T00:00Z", "2026-01-01T12:00Z")).to.deep.equal(["2026-01-02T03:00Z"]);
  });

  it("know the zones of the IANA database and no offsets", () => {
    expect(["Europe/Berlin", "UTC", "Asia/Kolkata"].every(isZone)).to.equal(true);
    expect(["Europe/Nowhere", "+02:00", ""].some(isZone)).to.equal(false);
  });
});

/** A part of a field, as text and as what it must fit. */
interface Part { text: string; fits: (value: number) => boolean }
const part = (low: number, high: number): fc.Arbitrary<Part> => fc.oneof(
  fc.constant({ text: "*", fits: () => true }),
  fc.integer({ min: low, max: high }).map((one) => ({ text: String(one), fits: (value: number) => value === one })),
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
    .map(([from, to]) => ({ text: `${from}-${to}`, fits: (value: number) => value >= from && value <= to })),
  fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: 1, max: 30 })).map(([from, by]) => ({ text: `${from}/${by}`, fits: (value: number) => value >= from && (value - from) % by === 0 })),
);
const field = (low: number, high: number): fc.Arbitrary<Part> => fc.array(part(low, high), { minLength: 1, maxLength: 3 })
  .map((parts) => ({ text: parts.map(({ text }) => text).join(","), fits: (value) => parts.some(({ fits }) => fits(value)) }));

describe("occurrences against a clock that is read every minute", () => {
  it("are the same in zones that change their clocks", () => {
    const starts = ["2026-03-28T20:00Z", "2026-10-24T20:00Z", "2026-04-04T12:00Z", "2026-10-03T12:00Z", "2026-11-01T00:00Z"];
    // Lord Howe changes its clocks by half an hour.
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];
    fc.assert(fc.property(field(0, 59), field(0, 23), fc.constantFrom(...starts), fc.constantFrom(...zones), fc.integer({ min: 0, max: 600 }), (minutes, hours, start, zone, offset) => {
      const after = at(start) + offset * 60_000;
      const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
      const shown = new Set<string>();
      let expected: number | undefined;
      // What clocks showed in the three hours before is not shown for the first time.
      for (let minute = -180; expected === undefined && minute <= 1080; minute += 1) {
        const time = after + minute * 60_000;
        const text = clock.format(time);
        const [hour = "", of = ""] = (text.split(", ")[1] ?? "").split(":");
        if (minute > 0 && !shown.has(text) && minutes.fits(Number(of)) && hours.fits(Number(hour))) expected = time;
        shown.add(text);
      }
      const found = nextAfter(read(`cron(${minutes.text} ${hours.text} * * ? *)`), after, { zone, from: 0 });
      expect(found !== undefined && found <= after + 1080 * 60_000 ? found : undefined, `${minutes.text} ${hours.text} ${zone} ${new Date(after).toISOString()}`).to.equal(expected);
    }), { numRuns: 60 });
  });

  it("are the same days of months and weeks", () => {
    const day = (time: number): number => new Date(time).getUTCDate();
    const weekday = (time: number): number => new Date(time).getUTCDay() + 1;
    const length = (time: number): number => new Date(Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth() + 1, 0)).getUTCDate();
    const away = (time: number, days: number): number => time + days * 86_400_000;
    const works = (time: number): boolean => weekday(time) > 1 && weekday(time) < 7;
    const sameMonth = (one: number, other: number): boolean => new Date(one).getUTCMonth() === new Date(other).getUTCMonth();
    /** A working day that no other one of the month is nearer to the date. */
    const nearest = (time: number, date: number): boolean => {
      const aim = away(time, date - day(time));
      if (!sameMonth(aim, time) || !works(time)) return false;
      return [0, -1, 1, -2, 2].map((days) => away(aim, days)).find((one) => works(one) && sameMonth(one, aim)) === time;
    };
    const dates = fc.oneof(
      field(1, 31).map(({ text, fits }) => ({ text: `${text} * ?`, on: (time: number) => fits(day(time)) })),
      fc.integer({ min: 1, max: 31 }).map((date) => ({ text: `${date}W * ?`, on: (time: number) => nearest(time, date) })),
      fc.constant({ text: "L * ?", on: (time: number) => day(time) === length(time) }),
      fc.constant({ text: "LW * ?", on: (time: number) => nearest(time, length(time)) }),
      field(1, 7).map(({ text, fits }) => ({ text: `? * ${text}`, on: (time: number) => fits(weekday(time)) })),
      fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 })).map(([on, nth]) => ({ text: `? * ${on}#${nth}`, on: (time: number) => weekday(time) === on && day(time) > (nth - 1) * 7 && day(time) <= nth * 7 })),
      fc.integer({ min: 1, max: 7 }).map((on) => ({ text: `? * ${on}L`, on: (time: number) => weekday(time) === on && !sameMonth(time, away(time, 7)) })),
    );
    fc.assert(fc.property(dates, fc.integer({ min: 0, max: 3000 }), ({ text, on }, days) => {
      const after = at("2024-01-01T12:00Z") + days * 86_400_000;
      const expected = Array.from({ length: 1200 }, (_, step) => after + (step + 1) * 86_400_000).find(on);
      const found = nextAfter(read(`cron(0 12 ${text} *)`), after, { zone: "UTC", from: 0 });
      expect(found !== undefined && found <= after + 1200 * 86_400_000 ? found : undefined, `${text} ${new Date(after).toISOString()}`).to.equal(expected);
    }), { numRuns: 300 });
  });

  it("are times that the zone has", () => {
    expect(instantOf(at("2026-03-29T02:30Z"), "Europe/Berlin")).to.equal(undefined);
    expect(instantOf(at("2026-10-25T02:30Z"), "Europe/Berlin")).to.equal(at("2026-10-25T00:30Z"));
  });
});
