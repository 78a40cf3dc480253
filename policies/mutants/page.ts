/** Page: docs/policy-mutants.md, written from a hunt. `npx node --import tsx policies/mutants/page.ts` writes it; a test says when it is out of date. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hunted, type Hunted } from "./hunted";
import { reasonFor } from "./rest";
import { areas, weights } from "./weight";
import type { Weight } from "./weight/weight";

export const file = join(__dirname, "..", "..", "docs", "policy-mutants.md");

/** Stacks that the page tells of. */
export const STACKS = ["dev", "prod"];

const areaOf = (type: string): string => Object.keys(areas).find((area) => type in areas[area]!) ?? "";
const short = (type: string): string => type.replace(/^aws:(\w+)\/\w+:(\w+)$/, "$1.$2");
/** Words in a cell of a table. */
const cell = (words: string): string => words.replace(/[<>*_|{}[\]$\\]/g, "\\$&");
const share = (part: number, whole: number): string => `${(Math.floor((part / whole) * 1000) / 10).toFixed(1)} %`;

const head = `# Mutants of the policy pack
A mutant is a stack of this program that is weaker by one thing: a switch turned, a key, a condition or a whole resource taken away, a
policy widened, something public put beside. Every property that bears on security is weakened in every way that the table of weights
below names, one at a time; a mutant counts as told when a rule says something of it that it does not say of the real stack. What is only
*undecided* does not count, and neither does what an exception of the stack's settings lets stand. This page is written by
\`npx node --import tsx policies/mutants/page.ts\`, and a test keeps it true.
`;

/** How many of a stack's mutants are told, by area. */
function summary({ stack, outcomes }: Hunted): string {
  const row = (area: string, of: Hunted["outcomes"]): string => {
    const [mandatory, advice] = ["mandatory", "advisory"].map((level) => of.filter(({ by }) => by?.level === level).length) as [number, number];
    return `| ${area} | ${of.length} | ${mandatory} | ${advice} | ${of.length - mandatory - advice} | ${share(mandatory + advice, of.length)} |`;
  };
  const rows = Object.keys(areas).map((area) => row(area, outcomes.filter(({ mutant }) => areaOf(mutant.type) === area)));
  return [`## ${stack}`, "", "| area | mutants | told, and stopped | told, as advice | not told | told |", "|---|---|---|---|---|---|", ...rows, row("**all**", outcomes), ""].join("\n");
}

/** Mutants that nothing tells, alike ones in one line. */
function rest(all: readonly Hunted[]): string {
  const lines = new Map<string, Set<string>>();
  for (const { stack, outcomes } of all) {
    for (const { mutant, by } of outcomes) {
      if (by) continue;
      const how = mutant.how.replace(/^statement \d+ /, "");
      const line = `| ${short(mutant.type)} ${cell(mutant.path)} | ${cell(how)} | ${reasonFor(mutant)?.because ?? "no reason yet"} |`;
      lines.set(line, (lines.get(line) ?? new Set()).add(`${mutant.resource} (${stack})`));
    }
  }
  const rows = [...lines].map(([line, where]) => line.replace("|", `| ${[...where].map(cell).join(", ")} |`)).sort();
  return ["## What no rule tells", "", "| where | what | how | why |", "|---|---|---|---|", ...rows, ""].join("\n");
}

/** The table of weights: what of each type is weakened, and why the rest bears on nothing. */
function weighed(): string {
  const parts = Object.entries(weights).map(([type, weight]) => [`### ${short(type)}`, "", ...lines(weight), ""].join("\n"));
  return ["## Weights", "", "What is weakened, and of all else that a plan has why it bears on nothing. Tags, on every type, say whose a resource is.", "", ...parts].join("\n");
}

function lines({ removal, properties, absent = {}, beside = [] }: Weight): string[] {
  const weakened = [...(removal === true ? ["the resource itself"] : []), ...Object.keys(properties).filter((path) => typeof properties[path] === "function").map((path) => `\`${path}\``),
    ...Object.keys(absent).map((path) => `\`${path}\` (set)`), ...beside.map(({ how }) => `${how} (beside)`)];
  const by = new Map<string, string[]>();
  for (const [path, reason] of Object.entries(properties)) if (typeof reason === "string") by.set(reason, [...(by.get(reason) ?? []), `\`${path}\``]);
  return [
    ...(weakened.length ? [`- weakened: ${weakened.join(", ")}`] : []),
    ...(typeof removal === "string" ? [`- not removed: ${removal}`] : []),
    ...[...by].map(([reason, paths]) => `- not: ${paths.join(", ")} (${reason})`),
  ];
}

/** The page without its counts, which change with every resource of the program. */
export const withoutCounts = (text: string): string => text.replace(/^\| \**\w+\** \|( \d+ \|)+ [\d.]+ % \|$/gm, (line) => line.split("|")[1]!.trim());

/** The whole page. */
export const page = (all: readonly Hunted[]): string => `${[head, ...all.map(summary), rest(all), weighed()].join("\n").trimEnd()}\n`;

async function write(): Promise<void> {
  const all: Hunted[] = [];
  for (const stack of STACKS) all.push(await hunted(stack));
  writeFileSync(file, page(all));
}

if (require.main === module) void write();
