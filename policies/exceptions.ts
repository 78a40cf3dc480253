/** Exceptions: violations that the settings let stand at some resources, for a reason and until a day; none of them is silent. */
import { EXCEPTED, EXPIRED, type Rule, UNUSED, type Violation } from "./rule";
import { dayOf, type Exception, type Settings } from "./settings";

/** Violations with those taken out that an exception is for, and each exception itself as a line of the report. */
export function excepted(found: Violation[], settings: Settings, rules: readonly Rule[]): Violation[] {
  const { exceptions } = settings;
  const today = dayOf(settings);
  const asked = exceptions.filter(({ rule }) => rules.some(({ name }) => name === rule));
  const matches = (exception: Exception) => ({ policy, urn }: Violation): boolean => policy === exception.rule && named(exception.resource, urn);
  const holding = asked.filter(({ until }) => until >= today);
  const left = found.filter((violation) => !holding.some((exception) => matches(exception)(violation)));
  const lines = asked.flatMap((exception) => {
    const own = [...new Set(found.filter(matches(exception)).map(({ urn }) => urn))];
    if (!holding.includes(exception)) return [line(EXPIRED, "mandatory", own[0] ?? "", `${exception.rule} at ${exception.resource}: the exception ended on ${exception.until}; mend the resource, or give the exception a later day and a reason`)];
    if (!own.length) return [line(UNUSED, "advisory", "", `${exception.rule} at ${exception.resource}: nothing needs the exception any more; remove it`)];
    return own.map((urn) => line(EXCEPTED, "advisory", urn, `${exception.rule} until ${exception.until}: ${exception.reason}`));
  });
  const unknown = rules.length > 1 ? exceptions.filter(({ rule }) => !rules.some(({ name }) => name === rule)) : [];
  return [...left, ...lines, ...unknown.map(({ rule, resource }) => line(EXPIRED, "mandatory", "", `There is no rule ${rule}; correct the exception at ${resource}`))];
}

const line = (policy: string, level: Violation["level"], urn: string, message: string): Violation => ({ policy, level, urn, message });

/** Whether a logical name, or one with `*` for any run of characters, is that of a URN. */
function named(pattern: string, urn: string): boolean {
  const words = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${words.join(".*")}$`).test(urn.split("::").at(-1) ?? "");
}
