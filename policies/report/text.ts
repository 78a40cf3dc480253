/** Reports for people: a terminal and a comment on a pull request. */
import type { Violation } from "../rule";
import { counted, type Finding, OTHER, outline, type Section, SECTIONS } from "./outline";

/** What a report is told beside the violations. */
export interface Checked {
  stack: string;
  /** Where the rules are described: a path or an address. */
  docs?: string;
  resources: number;
  rules: number;
}

const titles: Record<Section, string> = { mandatory: "Mandatory", advice: "Advice", undecided: "Undecided before an update", exceptions: "Exceptions" };

/** Resources that a line of the terminal names before it says how many more there are. */
const NAMED = 6;

/** By section and promise: the rule and where it is described, what it says of which resources, what to set; then one line of counts. */
export function text(found: Violation[], { stack, resources, rules, docs }: Checked): string {
  const lines = SECTIONS.flatMap((section) => {
    const groups = outline(found, section).flatMap(({ promise, findings }) => [`  ${promise}`, ...findings.flatMap((finding) => printed(section, promise, finding, docs))]);
    return groups.length ? [titles[section], ...groups] : [];
  });
  return [...lines, `${stack}: ${resources} resources, ${rules} rules, ${counted(found)}`].join("\n");
}

function printed(section: Section, promise: string, { rule, set, said }: Finding, docs: string | undefined): string[] {
  // An exception says by itself which rule it is from and where.
  if (section === "exceptions") return said.map(({ message }) => `    ${message}`);
  return [
    `    ${rule}${docs && promise !== OTHER ? `  ${docs}#${rule}` : ""}`,
    ...said.flatMap(({ message, resources }) => [...message.split("\n").map((line) => `      ${line}`), ...(resources.length ? [`        ${few(resources)}`] : [])]),
    ...(set ? [`      → ${set}`] : []),
  ];
}

const few = (names: string[]): string => [...names.slice(0, NAMED), ...(names.length > NAMED ? [`and ${names.length - NAMED} more`] : [])].join(", ");

/** What must be mended stands open; advice, what is undecided and exceptions can be opened. */
export function markdown(found: Violation[], { stack, resources, rules, docs }: Checked): string {
  const parts = SECTIONS.flatMap((section) => {
    const rows = outline(found, section).flatMap(({ promise, findings }) => findings.flatMap((finding) => tableRows(section, promise, finding, docs)));
    if (!rows.length) return [];
    const table = [...(section === "exceptions" ? ["| promise | rule | where, until when and why |", "|---|---|---|"] : ["| promise | rule | resource | what to set |", "|---|---|---|---|"]), ...rows];
    return section !== "mandatory" ? ["", `<details><summary>${titles[section]} (${rows.length})</summary>`, "", ...table, "", "</details>"] : ["", `**${titles[section]}**`, "", ...table];
  });
  return [`**Policies, stack ${cell(stack)}**: ${rules} rules on ${resources} resources, ${counted(found)}.`, ...parts, ""].join("\n");
}

function tableRows(section: Section, promise: string, { rule, said }: Finding, docs: string | undefined): string[] {
  const named = docs && promise !== OTHER ? `[${cell(rule)}](${docs}#${rule})` : cell(rule);
  if (section === "exceptions") return said.map(({ message }) => `| ${promise} | ${named} | ${cell(message.replace(`${rule} `, ""))} |`);
  return said.map(({ message, resources }) => `| ${promise} | ${named} | ${cell(few(resources))} | ${cell(message)} |`);
}

const cell = (words: string): string => words.replace(/[\\|`<>*_[\]]/g, "\\$&").replace(/\r?\n/g, " ");
