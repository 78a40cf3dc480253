/** Pattern: which events a rule takes. EventBridge User Guide, "Comparison operators for use in event patterns". */

type Json = unknown;
type Matcher = Json;

const operators = ["prefix", "suffix", "anything-but", "exists"];

/** What of a pattern the lab does not have, each by its name; nothing when all of it is understood. */
export function unsupported(pattern: Json): string[] {
  if (!isObject(pattern)) return ["a pattern that is no JSON object"];
  return Object.entries(pattern).flatMap(([key, value]) => (key.startsWith("$") ? [key] : Array.isArray(value) ? value.flatMap(matcherFaults) : unsupported(value)));
}

function matcherFaults(matcher: Matcher): string[] {
  if (!isObject(matcher)) return [];
  return Object.entries(matcher).flatMap(([operator, value]) => {
    if (!operators.includes(operator)) return [operator];
    const plain = operator === "anything-but" ? [value].flat().every((one) => !isObject(one)) : !isObject(value);
    return plain ? [] : [`${operator} of another operator`];
  });
}

/** A key that the event does not have is matched by `exists: false` alone. */
export function matches(pattern: Json, event: Json): boolean {
  if (!isObject(pattern)) return false;
  return Object.entries(pattern).every(([key, wanted]) => {
    const value = isObject(event) ? event[key] : undefined;
    if (!Array.isArray(wanted)) return matches(wanted, value ?? {});
    return wanted.some((matcher) => (Array.isArray(value) ? value : [value]).some((one) => fits(matcher, one)));
  });
}

function fits(matcher: Matcher, value: Json): boolean {
  if (!isObject(matcher)) return value === matcher;
  if ("exists" in matcher) return (value !== undefined) === matcher.exists;
  if ("anything-but" in matcher) return value !== undefined && ![matcher["anything-but"]].flat().includes(value as never);
  if (typeof value !== "string") return false;
  return "prefix" in matcher ? value.startsWith(String(matcher.prefix)) : value.endsWith(String(matcher.suffix));
}

const isObject = (value: unknown): value is Record<string, Json> => typeof value === "object" && value !== null && !Array.isArray(value);
