/** Names: what Athena and Glue read as one word. A hyphen needs quoting in every query, or fails in the DDL. */
import type { Answer, Rule } from "./rule";
import { UNKNOWN } from "./stack";

const WORD = /^[a-z][a-z0-9_]{0,254}$/;

/** Words that stand for themselves in a query: Athena User Guide, "Escape reserved keywords in queries", those of SQL SELECT statements. */
const RESERVED = new Set(`alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_schema
  current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except execute exists extract false first
  for from full group grouping having in inner insert intersect into is join json_array json_exists json_object json_query json_table json_value
  last left like listagg localtime localtimestamp natural normalize not null of on or order outer prepare recursive right rollup select skip
  table then trim true uescape union unnest using values when where with`.split(/\s+/));

/** What is wrong with a name that queries use; `what` says where it stands. */
export function nameAnswer(what: string, name: unknown): Answer {
  if (name === undefined || name === null) return `Set ${what}: the automatic name carries a hyphen`;
  if (name === UNKNOWN) return { undecided: what };
  if (typeof name !== "string" || !WORD.test(name)) {
    return `${what} is "${String(name)}"; set a name of lower-case letters, digits and _, a letter first (Athena takes no hyphen)`;
  }
  return RESERVED.has(name) ? `${what} is "${name}", a word of the query language; set another name` : undefined;
}

interface Column { name?: unknown }

export const wordsOfQueries: Rule = {
  name: "st-name-01",
  why: "What has a hyphen, a capital or a reserved word for a name needs quotes in every query, and fails in Athena's DDL and in partition projection.",
  level: "mandatory",
  promise: "names",
  set: "Name databases, tables, columns and partition keys by lower-case letters, digits and _, a letter first, and by no word of the query language",
  covers: [],
  types: ["aws:glue/catalogDatabase:CatalogDatabase", "aws:athena/database:Database", "aws:glue/catalogTable:CatalogTable"],
  check: ({ props }) => [
    nameAnswer("name", props.name),
    ...((props.storageDescriptor?.columns ?? []) as Column[]).map(({ name }, i) => nameAnswer(`storageDescriptor.columns[${i}].name`, name)),
    ...((props.partitionKeys ?? []) as Column[]).map(({ name }, i) => nameAnswer(`partitionKeys[${i}].name`, name)),
  ],
};

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
