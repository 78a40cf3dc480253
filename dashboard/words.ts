/** Words: numbers, times and lengths of time as people read them. All times are UTC. Pure. */

const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const count = new Intl.NumberFormat("en");

export const counted = (value: number): string => count.format(value);

/** `1 anomaly`, `2 anomalies`. */
export const several = (count: number, one: string, more: string): string => `${counted(count)} ${count === 1 ? one : more}`;

export const measured = (value: number | null, unit: string): string => (value === null ? "no value" : `${number.format(value)}${unit ? ` ${unit}` : ""}`);

/** `2014-04-01 12:00`, of seconds since 1970. */
export const time = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

/** `1 h 5 min`, `42 s`. */
export function lasted(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: [number, string][] = [[Math.floor(whole / 3600), "h"], [Math.floor((whole % 3600) / 60), "min"], [whole % 60, "s"]];
  const shown = parts.filter(([value], at) => value > 0 || (at === 2 && whole === 0)).slice(0, 2);
  return shown.map(([value, unit]) => `${value}\u00a0${unit}`).join("\u00a0");
}

/** Names as they stand, with what cannot be seen made visible: no two rooms look alike by an invisible letter. */
export const visible = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16) ?? ""}}`);
