/** Outline: what every report for people shows, in its order: broken rules by promise, advice, what is undecided, exceptions. */
import { EXCEPTED, EXPIRED, PROMISES, type Rule, UNDECIDED, UNUSED, type Violation } from "../rule";
import { rules } from "../rules";

export const SECTIONS = ["mandatory", "advice", "undecided", "exceptions"] as const;
export type Section = (typeof SECTIONS)[number];

/** What one rule says, each sentence once with the resources that it is said of. */
export interface Finding {
  /** Name of the rule that it is about. */
  rule: string;
  /** What to set, where the sentences do not say it already. */
  set: string | undefined;
  said: { message: string; resources: string[] }[];
}

export interface Group {
  promise: string;
  findings: Finding[];
}

/** What is about no rule of this pack. */
export const OTHER = "other";

const known = new Map(rules.map((rule) => [rule.name, rule]));

/** The rule that a violation is about; undefined for a name that no rule has. */
export function ruleOf({ policy, message }: Violation): Rule | undefined {
  const special = [UNDECIDED, EXCEPTED, EXPIRED, UNUSED].includes(policy);
  return known.get(special ? (/^[\w-]+/.exec(message)?.[0] ?? "") : policy);
}

export function sectionOf({ policy, level }: Violation): Section {
  if (policy === UNDECIDED) return "undecided";
  if (policy === EXCEPTED) return "exceptions";
  return level === "mandatory" ? "mandatory" : "advice";
}

/** The groups of a section, in the order of the promises. */
export function outline(found: readonly Violation[], section: Section): Group[] {
  const own = found.filter((violation) => sectionOf(violation) === section);
  const promiseOf = (violation: Violation): string => ruleOf(violation)?.promise ?? OTHER;
  return [...PROMISES, OTHER].map((promise) => ({ promise, findings: findings(own.filter((violation) => promiseOf(violation) === promise), section) })).filter(({ findings }) => findings.length);
}

function findings(own: Violation[], section: Section): Finding[] {
  const names = [...new Set(own.map((violation) => ruleOf(violation)?.name ?? violation.policy))];
  return names.map((name) => {
    const about = own.filter((violation) => (ruleOf(violation)?.name ?? violation.policy) === name);
    const said = [...new Set(about.map(({ message }) => message))].map((message) =>
      ({ message, resources: [...new Set(about.filter((violation) => violation.message === message).map(({ urn }) => short(urn)))].filter(Boolean) }));
    const set = known.get(name)?.set;
    return { rule: name, set: section === "exceptions" || said.some(({ message }) => message === set) ? undefined : set, said };
  });
}

/** Type and logical name: `Bucket lake-raw`. */
export function short(urn: string): string {
  const [types = "", ...name] = urn.split("::").slice(2);
  return `${types.split(/[$:]/).at(-1)} ${name.join("::")}`.trim();
}

/** How many there are of each, such as `0 violations, 12 exceptions`, or `3 violations (1 mandatory), 2 undecided, 1 exception`. */
export const counted = (found: readonly Violation[]): string => {
  const of = (section: Section): number => found.filter((violation) => sectionOf(violation) === section).length;
  const [mandatory, all] = [of("mandatory"), of("mandatory") + of("advice")];
  const undecided = of("undecided") ? `, ${of("undecided")} undecided` : "";
  return `${some(all, "violation")}${all ? ` (${mandatory} mandatory)` : ""}${undecided}, ${some(of("exceptions"), "exception")}`;
};

const some = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
