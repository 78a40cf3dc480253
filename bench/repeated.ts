/** Repeated: a stack of many resources, made of one plan by repeating it under other names. Nothing in one copy is joined to another. */
import type { Plan } from "../policies/plan";
import type { Settings } from "../policies/settings";

type Change = (text: string) => string;

/** The plan and its settings as often as asked; the first time as they stand. */
export function repeated(plan: Plan, settings: Settings, times: number): { plan: Plan; settings: Settings } {
  const changes = Array.from({ length: times }, (_, copy): Change => (copy ? renaming(plan, copy) : (text) => text));
  const every = <T>(values: readonly T[]): T[] => changes.flatMap((change) => values.map((value) => walked(value, change) as T));
  return {
    plan: { ...plan, resources: every(plan.resources) },
    settings: { ...settings, outside: { ...settings.outside, networks: every(settings.outside.networks) }, exceptions: every(settings.exceptions) },
  };
}

/** Ids that AWS makes up: `vpc-` and 17 hex digits, the first part of a UUID, 64 hex digits. */
const ID = /\b([a-z]+-)?[0-9a-f]{5}([0-9a-f]{12}|[0-9a-f]{3}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{59})\b/g;

/** Begins every logical name, and with it all that is named after it, in another way. */
function renaming({ stack, resources }: Plan, copy: number): Change {
  const made = resources.filter(({ type }) => !type.startsWith("pulumi:")).map(({ name }) => name);
  const names = [...new Set(made), `${resources[0]!.urn.split("::")[1]}-${stack}`].sort((a, b) => b.length - a.length);
  const own = new RegExp(`(?<![\\w.])(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})(?![a-zA-Z0-9_=])`, "g");
  return (text) => text.replace(own, `x${copy}$1`).replace(ID, (_, kind: string | undefined, rest: string) => `${kind ?? ""}${copy.toString(16).padStart(5, "f")}${rest}`);
}

/** The same value with `change` applied to every text in it; keys stay. */
function walked(value: unknown, change: Change): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => walked(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walked(inner, change)]));
}
