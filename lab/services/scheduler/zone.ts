/** Zone: local time and instants. Local times are written as if they were UTC, in milliseconds: 03:00 in Berlin is 03:00Z. */

const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws a RangeError when there is no such zone. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const there = formats.get(zone);
  if (there) return there;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
  });
  formats.set(zone, made);
  return made;
}

/** What clocks show at an instant. */
export function localAt(instant: number, zone: string): number {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(instant).map(({ type, value }) => [type, Number(value)])) as Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) + (((instant % 1000) + 1000) % 1000);
}

const dayMs = 86_400_000;

/** When clocks show it, the first time where they do so twice; undefined where they leave it out. */
export function instantOf(local: number, zone: string): number | undefined {
  const offsets = [local - dayMs, local + dayMs].map((near) => localAt(near, zone) - near);
  return offsets.map((offset) => local - offset).filter((instant) => localAt(instant, zone) === local).sort((one, other) => one - other)[0];
}
