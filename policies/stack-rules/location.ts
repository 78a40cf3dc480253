/** Location: a place in S3 as URLs write it. */
import { type Seen, type Stack, UNKNOWN } from "../stack";

export interface Location {
  bucket: string;
  /** Without a slash before it; "" is the whole bucket. */
  prefix: string;
}

/** `s3://bucket/prefix`; undefined when it is no such URL. */
export function locationOf(url: unknown): Location | undefined {
  const found = /^s3[an]?:\/\/([^/]+)\/?(.*)$/.exec(String(url));
  return found ? { bucket: found[1] ?? "", prefix: found[2] ?? "" } : undefined;
}

/** A prefix up to the first thing that is filled in later: `!{…}` of Firehose, `${…}` of a topic rule. */
export const fixedPart = (prefix: string): string => prefix.split(/[!$]\{/)[0] ?? "";

const folder = (prefix: string): string => (prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`);

/** Whether one location is the other or lies in it. */
export const liesIn = (inner: Location, outer: Location): boolean => inner.bucket === outer.bucket && folder(inner.prefix).startsWith(folder(outer.prefix));
export const sameAs = (one: Location, other: Location): boolean => liesIn(one, other) && liesIn(other, one);

export const BUCKETS = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** The bucket of this stack with a name; by what the property is made from when the name is not known. */
export function bucketBehind(resource: Seen, property: string, name: string | undefined, stack: Stack): Seen | undefined {
  if (name !== undefined && !name.includes(UNKNOWN)) return stack.ofTypes(BUCKETS).find(({ props }) => props.bucket === name);
  return BUCKETS.flatMap((type) => stack.behind(resource, property, type))[0];
}
