/** Json: answers of SDKs as Step Functions shows them. */
// Parameters of any API: each integration hands them to the SDK, which checks them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type JsonObject = Record<string, any>;

/** Optimized integrations show times as milliseconds, SDK integrations as ISO text. */
export type TimeStyle = "milliseconds" | "iso";

export function plainJson(value: unknown, times: TimeStyle): unknown {
  if (value instanceof Date) return times === "iso" ? value.toISOString() : value.getTime();
  if (Array.isArray(value)) return value.map((each) => plainJson(each, times));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([key, each]) => key !== "$metadata" && each !== undefined).map(([key, each]) => [key, plainJson(each, times)]));
}

/** Keys with a capital, as every integration's answer has them. */
export const pascal = (value: unknown): unknown => rekeyed(value, (key) => key.charAt(0).toUpperCase() + key.slice(1));
/** Keys as the SDK of Step Functions takes them. */
export const camel = (value: unknown): unknown => rekeyed(value, (key) => key.charAt(0).toLowerCase() + key.slice(1));

function rekeyed(value: unknown, spell: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => rekeyed(each, spell));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [spell(key), rekeyed(each, spell)]));
}
