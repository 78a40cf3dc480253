/** Tables: columns that have one name each, and locations that are this stack's. */
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { bucketBehind, locationOf } from "./location";

const TABLE = "aws:glue/catalogTable:CatalogTable";
const WORKGROUP = "aws:athena/workgroup:Workgroup";

export const columnsDiffer: Rule = {
  name: "st-name-03",
  why: "Glue folds names to lower case: two columns that differ in case only are one, and queries fail.",
  set: "Name each column and partition key once, whatever the case.",
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

export const ownLocations: Rule = {
  name: "st-glue-04",
  why: "A table or an answer in a bucket of another stack mixes what is tried out with what counts.",
  set: "Put tables and results into buckets of this stack.",
  level: "mandatory",
  promise: "catalogue",
  types: [TABLE, WORKGROUP],
  check: (resource, stack) => {
    if (resource.type === WORKGROUP) return inStack(resource, "configuration", resource.props.configuration?.resultConfiguration?.outputLocation, "its results", stack);
    const location = resource.props.storageDescriptor?.location as unknown;
    return known(location) || location === UNKNOWN ? inStack(resource, "storageDescriptor", location, "it", stack) : undefined;
  },
};

function inStack(resource: Seen, property: string, url: unknown, what: string, stack: Stack): Answer {
  if (url === undefined || url === null) return `${what} have no location; set outputLocation to a bucket of this stack`;
  const bucket = bucketBehind(resource, property, locationOf(url)?.bucket, stack);
  if (bucket) return undefined;
  return String(url).includes(UNKNOWN) ? { undecided: `where ${what} is kept` } : `${what} lies in ${String(url)}, in no bucket of this stack; set one of its own`;
}
