/** Docs: docs/policies.md, written from the rules. `npx node --import tsx policies/docs.ts` writes it; a test says when it is out of date. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Level, PROMISES, type Rule } from "./rule";
import { rules } from "./rules";

export const file = join(__dirname, "..", "docs", "policies.md");

const levels: Record<Level, string> = {
  mandatory: "mandatory",
  prod: "mandatory in prod, advisory elsewhere",
  advisory: "advisory",
};

const head = (all: readonly Rule[]): string => `# Policies
What a stack promises, in ${all.length} rules. They run in \`sensorlake preview --stack S\`, in \`sensorlake check PLAN.json\` and in
\`pulumi preview --policy-pack policies\`, with the same verdicts. This page is written from the rules: \`npx node --import tsx policies/docs.ts\`.

**Settings** of a stack stand in \`policies/config.<stack>.json\` (schema: \`policies/settings.schema.json\`): whether it is \`prod\`, whether
what can't be decided fails (\`undecidedFails\`), and exceptions, each for one rule at the resources that it names, with a reason and a last
day. An exception is a line of every report; what of it nothing needs is advice, and one that has run out fails. \`outside\` names what of
others a stack works with on purpose: networks, buckets and accounts; \`tags\` what everything carries in place of Project, Environment
and Owner. A stack without settings is judged as prod.

**Undecided** is what a rule says of a value that is known only after an update. It is never taken for kept.
\`sensorlake check --undecided-fails\`, which pull requests run, counts it as broken where the rule is mandatory, unless the settings
say \`"undecidedFails": false\`.

| promise | rules |
|---|---|
${PROMISES.map((promise) => `| [${promise}](#${promise}) | ${all.filter((rule) => rule.promise === promise).length} |`).join("\n")}
`;

/** The whole page. */
export function page(all: readonly Rule[] = rules): string {
  const parts = PROMISES.map((promise) => [`## ${promise}`, "", ...all.filter((rule) => rule.promise === promise).map(section)].join("\n"));
  return `${[head(all), ...parts].join("\n").trimEnd()}\n`;
}

const section = ({ name, why, set, level, types, covers }: Rule): string => [
  `### ${name}`,
  `${why}`,
  `**Set**: ${plain(set)}.`,
  `**Level**: ${levels[level]}. **On**: ${types.map((type) => `\`${short(type)}\``).join(", ")}.${covers.length ? ` **Covers**: ${covers.join(", ")}.` : ""}`,
].join("\n\n").concat("\n");

const plain = (words: string): string => words.replace(/\.$/, "").replace(/[<>*]/g, "\\$&");
const short = (type: string): string => type.replace(/^aws:(\w+)\/\w+:(\w+)$/, "$1.$2");

if (require.main === module) writeFileSync(file, page());
