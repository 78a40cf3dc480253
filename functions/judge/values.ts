/**
 * Values: what is a timestamp, an identifier, a number, by the type of a field. Nothing is cast: `"21.5"` is a string, so it
 * is no temperature. A fault is a fixed sentence without the value, so that faults can be counted; the bytes are kept elsewhere.
 */
import type { Field } from "../../components/channel";

/** Times that a reading may have, counted from its arrival. */
export interface Plausible {
  /** Oldest: days before arrival. */
  pastDays: number;
  /** Newest: minutes after arrival, for clocks that run ahead. */
  futureMinutes: number;
}

/** A value as JSON text for the raw table, or what is wrong with it. */
export type Verdict = { text: string } | { fault: string };

/** @param text the value as it was written, valid JSON. @param arrival milliseconds since 1970. */
export function valueOf(field: Field, text: string, arrival: number, plausible: Plausible): Verdict {
  const kind = kindOf(text);
  const wanted = field.type === "string" || field.type === "timestamp" ? "a string" : "a number";
  if (kind !== wanted) return { fault: `is ${kind}, not ${wanted}` };
  if (field.type === "timestamp") return timestamp(JSON.parse(text) as string, arrival, plausible);
  if (field.type === "string") return string(JSON.parse(text) as string, field);
  return field.type === "double" ? double(text, field) : integer(text, field);
}

function kindOf(text: string): string {
  if (text.startsWith('"')) return "a string";
  if (text.startsWith("{")) return "an object";
  if (text.startsWith("[")) return "an array";
  if (text === "true" || text === "false") return "a boolean";
  return text === "null" ? "null" : "a number";
}

const written = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;

function timestamp(value: string, arrival: number, { pastDays, futureMinutes }: Plausible): Verdict {
  if (!written.test(value)) return { fault: "is not written as YYYY-MM-DD HH:MM:SS" };
  const time = Date.parse(`${value.replace(" ", "T")}Z`);
  // Date.parse takes 30 February and 24:00:00 for other times; a leap second it refuses.
  if (Number.isNaN(time) || spelled(time).slice(0, 19) !== value) return { fault: "is no time of the calendar" };
  if (time < arrival - pastDays * 86_400_000) return { fault: `is more than ${pastDays} days before arrival` };
  if (time > arrival + futureMinutes * 60_000) return { fault: `is more than ${futureMinutes} minutes after arrival` };
  return { text: JSON.stringify(value) };
}

/** Milliseconds since 1970 as `YYYY-MM-DD HH:MM:SS.mmm`, UTC. */
export const spelled = (time: number): string => new Date(time).toISOString().replace("T", " ").replace("Z", "");

/** No two texts that look the same may name two rooms, and none may look like a path. */
const unfit: [RegExp, string][] = [
  [/^$/, "is empty"],
  [/\p{Cs}/u, "has half of a surrogate pair"],
  [/[\p{Cc}\p{Zl}\p{Zp}]/u, "has a control character or a line break"],
  [/\p{Cf}/u, "has an invisible character"],
  [/^\s|\s$/u, "begins or ends with a space"],
  [/[/\\]|\.\./, "has a part of a path (/, \\ or ..)"],
];

function string(value: string, { maxLength = Infinity }: Field): Verdict {
  // First of all, so that no pattern looks at what is too long anyhow.
  if ([...value].length > maxLength) return { fault: `is longer than ${maxLength} characters` };
  const fault = unfit.find(([pattern]) => pattern.test(value))?.[1];
  if (fault) return { fault };
  if (value.normalize("NFC") !== value) return { fault: "is not in Unicode's composed form (NFC)" };
  return { text: JSON.stringify(value) };
}

function double(text: string, field: Field): Verdict {
  const value = Number(text);
  // 1e400 is valid JSON and infinite; -0 is what a sensor just below zero rounds to, and is zero.
  if (!Number.isFinite(value)) return { fault: "is beyond what a double holds" };
  return outside(value, field) ?? { text: JSON.stringify(value) };
}

const largest = { int: 2n ** 31n - 1n, bigint: 2n ** 63n - 1n };

function integer(text: string, field: Field): Verdict {
  if (!/^-?\d+$/.test(text)) return { fault: "is not written as a whole number" };
  const value = BigInt(text);
  const most = largest[field.type as "int" | "bigint"];
  if (value > most || value < -most - 1n) return { fault: `is beyond what ${field.type === "int" ? "an int" : "a bigint"} holds` };
  return outside(value, field) ?? { text: value.toString() };
}

function outside(value: number | bigint, { min = -Infinity, max = Infinity, unit }: Field): Verdict | undefined {
  const of = unit ? ` ${unit}` : "";
  if (value < min) return { fault: `is below ${min}${of}` };
  return value > max ? { fault: `is above ${max}${of}` } : undefined;
}
