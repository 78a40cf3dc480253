/** Reports for people: a terminal and a comment on a pull request. */
import { EXCEPTED, EXPIRED, UNDECIDED, UNUSED, type Violation } from "../rule";

/** What a report is told beside the violations. */
export interface Checked {
  stack: string;
  /** Where the rules are described: a path or an address. */
  docs?: string;
  resources: number;
  rules: number;
}

const short = (urn: string): string => urn.split("::").slice(2).join(" ").replace(/^.*\$/, "");

/** Violations grouped by rule, mandatory ones first, then one line of counts. */
export function text(found: Violation[], { stack, resources, rules, docs }: Checked): string {
  const names = [...new Set([...found].sort(byLevel).map(({ policy }) => policy))];
  const groups = names.map((name) => {
    const own = found.filter(({ policy }) => policy === name);
    return [`${name} (${own[0]!.level})${docs && !SPECIAL.includes(name) ? `  ${docs}#${name}` : ""}`, ...own.map(({ urn, message }) => `  ${short(urn)}\n    ${message}`)].join("\n");
  });
  return [...groups, `${stack}: ${resources} resources, ${rules} rules, ${count(found, "mandatory")} mandatory violations, ${count(found, "advisory")} advisory`].join("\n");
}

export function markdown(found: Violation[], checked: Checked): string {
  const named = (policy: string): string => (checked.docs && !SPECIAL.includes(policy) ? `[${cell(policy)}](${checked.docs}#${policy})` : cell(policy));
  const rows = [...found].sort(byLevel).map(({ policy, level, urn, message }) => `| ${[named(policy), ...[level, short(urn), message].map(cell)].join(" | ")} |`);
  const table = rows.length ? ["", "| rule | level | resource | what to set |", "|---|---|---|---|", ...rows] : [];
  return [`**Policies, stack ${cell(checked.stack)}**: ${checked.rules} rules on ${checked.resources} resources, ${count(found, "mandatory")} mandatory violations, ${count(found, "advisory")} advisory.`, ...table, ""].join("\n");
}

/** What is reported under these names is no rule, and has no heading. */
const SPECIAL = [UNDECIDED, EXCEPTED, EXPIRED, UNUSED];
const count = (found: Violation[], level: Violation["level"]): number => found.filter((violation) => violation.level === level).length;
const byLevel = (a: Violation, b: Violation): number => (a.level === b.level ? 0 : a.level === "mandatory" ? -1 : 1);
const cell = (words: string): string => words.replace(/[\\|`<>*_[\]]/g, "\\$&").replace(/\r?\n/g, " ");
