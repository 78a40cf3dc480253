/** Names: what Athena and Glue read as one word. A hyphen needs quoting in every query, or fails in the DDL. */
import type { Answer, Rule } from "./rule";
import { UNKNOWN } from "./stack";

const WORD = /^[a-z][a-z0-9_]{0,254}$/;

/** What is wrong with a name that queries use; `what` says where it stands. */
export function nameAnswer(what: string, name: unknown): Answer {
  if (name === undefined || name === null) return `Set ${what}: the automatic name carries a hyphen`;
  if (name === UNKNOWN) return { undecided: what };
  if (typeof name !== "string" || !WORD.test(name)) {
    return `${what} is "${String(name)}"; set a name of lower-case letters, digits and _, a letter first (Athena takes no hyphen)`;
  }
  return undefined;
}

export const databaseNamed: Rule = {
  name: "name-database",
  why: "A database with a hyphen can't be named in a query without quotes, nor created by Athena's DDL.",
  level: "mandatory",
  promise: "names",
  set: "Set name to lower-case letters, digits and _, a letter first",
  covers: [],
  types: ["aws:glue/catalogDatabase:CatalogDatabase", "aws:athena/database:Database"],
  check: ({ props }) => nameAnswer("name", props.name),
};

interface Column { name?: unknown }

export const tableNamed: Rule = {
  name: "name-table",
  why: "Tables and columns with hyphens or capitals fail in queries and in partition projection.",
  level: "mandatory",
  promise: "names",
  set: "Name the table and each column once, by lower-case letters, digits and _, a letter first",
  covers: [],
  types: ["aws:glue/catalogTable:CatalogTable"],
  check: ({ props }) => {
    const columns: Column[] = props.storageDescriptor?.columns ?? [];
    const keys: Column[] = props.partitionKeys ?? [];
    return [
      nameAnswer("name", props.name),
      ...columns.map(({ name }, i) => nameAnswer(`storageDescriptor.columns[${i}].name`, name)),
      ...keys.map(({ name }, i) => nameAnswer(`partitionKeys[${i}].name`, name)),
      ...twice([...columns, ...keys]),
    ];
  },
};

/** Glue folds names to lower case, so two columns that differ in case only are one. */
function twice(columns: Column[]): Answer[] {
  const names = columns.map(({ name }) => String(name).toLowerCase());
  return names.filter((name, i) => names.indexOf(name) !== i).map((name) => `column ${name} stands twice; name each column once`);
}

export const crawlerNamed: Rule = {
  name: "name-crawler-output",
  why: "A crawler names tables by its prefix; a hyphen in it is in every table's name.",
  level: "mandatory",
  promise: "names",
  set: "Set databaseName and tablePrefix to lower-case letters, digits and _, a letter first",
  covers: [],
  types: ["aws:glue/crawler:Crawler"],
  check: ({ props }) => [
    nameAnswer("databaseName", props.databaseName),
    ...(props.tablePrefix ? [nameAnswer("tablePrefix", props.tablePrefix)] : []),
  ],
};
