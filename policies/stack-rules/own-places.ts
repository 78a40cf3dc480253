/** Own places: data of this stack lies in its own buckets, and what it reads or runs comes from them. */
import { isOwn } from "../buckets";
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { locationOf } from "./location";

const TABLE = "aws:glue/catalogTable:CatalogTable";
const WORKGROUP = "aws:athena/workgroup:Workgroup";
const JOB = "aws:glue/job:Job";
const CRAWLER = "aws:glue/crawler:Crawler";

export const ownLocations: Rule = {
  name: "st-glue-04",
  why: "Data in a bucket of others is theirs to read and to change; code from one is theirs to write.",
  set: "Put tables, results, temporary files and libraries into buckets of this stack, or name the bucket of others in the settings under outside.buckets.",
  level: "mandatory",
  promise: "catalogue",
  covers: [],
  types: [TABLE, WORKGROUP, JOB, CRAWLER],
  check: (resource, stack) => {
    const { type, props } = resource;
    if (type === JOB) return ofJob(resource, stack);
    if (type === CRAWLER) return ((props.s3Targets ?? []) as Props[]).map(({ path }) => inStack(resource, "s3Targets", path, "its target", stack));
    if (type === WORKGROUP) return inStack(resource, "configuration", props.configuration?.resultConfiguration?.outputLocation, "its results", stack);
    const location = props.storageDescriptor?.location as unknown;
    return known(location) || location === UNKNOWN ? inStack(resource, "storageDescriptor", location, "it", stack) : undefined;
  },
};

const WHOSE = "set one of its own, or name it in the settings under outside.buckets";

function inStack(resource: Seen, property: string, url: unknown, what: string, stack: Stack): Answer {
  if (url === undefined || url === null) return `${what} have no location; set outputLocation to a bucket of this stack`;
  if (isOwn(resource, property, locationOf(url)?.bucket ?? url, stack)) return undefined;
  return String(url).includes(UNKNOWN) ? { undecided: `where ${what} is kept` } : `${what} lies in ${String(url)}, in no bucket of this stack; ${WHOSE}`;
}

/** Every bucket that a job's arguments name: by an address in S3, or as `--…_bucket`. Of its script st-glue-06 tells. */
function ofJob(job: Seen, stack: Stack): Answer[] {
  const named = Object.entries((job.props.defaultArguments ?? {}) as Record<string, unknown>).flatMap(([argument, value]) => {
    const text = String(value);
    return argument.endsWith("_bucket") ? [{ argument, bucket: text }] : [...text.matchAll(/s3[an]?:\/\/([^/\s,"]+)/g)].map(([, bucket = ""]) => ({ argument, bucket }));
  });
  return named.map(({ argument, bucket }): Answer => {
    if (isOwn(job, "defaultArguments", bucket, stack)) return undefined;
    return bucket.includes(UNKNOWN) ? { undecided: `the bucket of ${argument}` } : `${argument} names ${bucket}, no bucket of this stack; ${WHOSE}`;
  });
}
