/** Tables: columns that have one name each. */
import type { Rule } from "../rule";
import { type Props, UNKNOWN } from "../stack";

const TABLE = "aws:glue/catalogTable:CatalogTable";

export const columnsDiffer: Rule = {
  name: "st-name-03",
  why: "Glue folds names to lower case: two columns that differ in case only are one, and queries fail.",
  set: "Name each column and partition key once, whatever the case.",
  covers: [],
  level: "mandatory",
  promise: "names",
  types: [TABLE],
  check: ({ props }) => {
    const names = [...((props.storageDescriptor?.columns ?? []) as Props[]), ...((props.partitionKeys ?? []) as Props[])].map(({ name }) => String(name));
    if (names.includes(UNKNOWN)) return { undecided: "the name of a column" };
    const folded = names.map((name) => name.toLowerCase());
    return folded.filter((name, at) => folded.indexOf(name) !== at).map((name) => `column ${name} stands twice; name each column and partition key once`);
  },
};
