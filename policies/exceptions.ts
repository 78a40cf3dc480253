/** Exceptions: violations that the settings let stand at some resources, for a reason and until a day; none of them is silent. */
import { EXCEPTED, EXPIRED, type Rule, UNUSED, type Violation } from "./rule";
import { dayOf, type Exception, type Settings } from "./settings";

/** Violations with those taken out that an exception is for, and each exception itself as one line of the report. */
export function excepted(found: Violation[], settings: Settings, rules: readonly Rule[]): Violation[] {
  const known = new Set(rules.map(({ name }) => name));
  const asked = settings.exceptions.filter(({ rule }) => known.has(rule));
  const stands = standing(settings);
  const lines = asked.flatMap((exception) => linesOf(exception, found.filter(({ policy }) => policy === exception.rule), dayOf(settings)));
  const unknown = rules.length > 1 ? settings.exceptions.filter(({ rule }) => !known.has(rule)) : [];
  return [...found.filter((violation) => !stands(violation)), ...lines, ...unknown.map((one) => line(EXPIRED, "mandatory", "", `There is no rule ${one.rule}; correct the exception at ${patterns(one).join(", ")}`))];
}

/** Whether the settings let a violation stand today. */
export function standing(settings: Settings): (violation: Violation) => boolean {
  const today = dayOf(settings);
  const byRule = new Map<string, RegExp[]>();
  for (const { rule, resource, until } of settings.exceptions) if (until >= today) byRule.set(rule, [...(byRule.get(rule) ?? []), named(resource)]);
  return ({ policy, urn }) => byRule.get(policy)?.some((one) => one.test(nameOf(urn))) ?? false;
}

/** What the report says of an exception: its resources and reason; what of it nothing needs; or that it has run out. */
function linesOf(exception: Exception, broken: Violation[], today: string): Violation[] {
  const { rule, until, reason, resource } = exception;
  const at = (pattern: Exception["resource"]): string[] => [...new Set(broken.map(({ urn }) => urn))].filter((urn) => named(pattern).test(nameOf(urn)));
  const own = at(resource);
  if (until < today) return [line(EXPIRED, "mandatory", own[0] ?? "", `${rule} at ${patterns(exception).join(", ")}: the exception ended on ${until}; mend the resource, or give the exception a later day and a reason`)];
  const idle = patterns(exception).filter((pattern) => !at(pattern).length);
  return [
    ...(own.length ? [line(EXCEPTED, "advisory", "", `${rule} at ${places(own)} until ${until}: ${reason}`)] : []),
    ...(idle.length ? [line(UNUSED, "advisory", "", `${rule} at ${idle.join(", ")}: nothing needs the exception any more; remove it`)] : []),
  ];
}

const line = (policy: string, level: Violation["level"], urn: string, message: string): Violation => ({ policy, level, urn, message });

const patterns = ({ resource }: Exception): readonly string[] => [resource].flat();

/** Logical name of a URN. */
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** Every name once, after its type: `Bucket raw, lake; Key news`. */
function places(urns: string[]): string {
  const typeOf = (urn: string): string => urn.split("::")[2]?.split(/[$:]/).at(-1) ?? "";
  return [...new Set(urns.map(typeOf))].map((type) => `${type} ${urns.filter((urn) => typeOf(urn) === type).map(nameOf).join(", ")}`).join("; ");
}

/** Logical names, or ones with `*` for any run of characters. */
function named(resource: Exception["resource"]): RegExp {
  const each = [resource].flat().map((pattern) => pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*"));
  return new RegExp(`^(?:${each.join("|")})$`);
}
