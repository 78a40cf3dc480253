/** Docs: docs/faults.md, made of the list. `npx tsx test/faults/docs.ts` writes it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fault, faults } from "./harness/list";
import { invariants } from "./harness/invariants";

export const file = join(__dirname, "..", "..", "docs", "faults.md");

export function page(): string {
  const rows = Object.entries<Fault>(faults).sort(([a], [b]) => a.localeCompare(b)).map(([name, { title, injected, checked }]) => `| ${name} | ${title} | ${injected} | ${checked} | yes |`);
  return [
    "# Faults that are tried",
    "",
    "Made of `test/faults/harness/list.ts` by `npx tsx test/faults/docs.ts`; a test holds it against the list.",
    "",
    "`npm test faults` tries each of them with two seeds. A seed decides data, order, place and moment of the fault; a trial that does not hold says",
    "`fault=F33 seed=2`, and `npm test faults -- F33 2` tries just that again. Other seeds: `npm test faults -- F33 1-60`.",
    "",
    "After each trial these hold, whatever went wrong (`test/faults/harness/invariants.ts`); the harness is tested with one planted bug for each of them:",
    "",
    ...invariants.map(({ name, promise }) => `- **${name}** ${promise}`),
    "",
    "F26–F37 and F52 run the stack `local` as it is deployed in the lab: its pipeline (waits cut short), functions, jobs on Spark, catalogue, buckets and source",
    "database. F38–F43 and F45 run its machines and functions on a lake of maps, F44 the lab's Athena, its page and its command. *Lab only* says that nothing of it was tried on AWS: a trial that holds in the lab says",
    "nothing of what AWS itself does.",
    "",
    "| | What holds | How it is brought about | What is checked beside the invariants | Lab only |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

if (require.main === module) writeFileSync(file, page());
