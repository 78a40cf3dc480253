/** Listing: the data objects below a prefix, and which of them are looked into. */
import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { isData, type Thing } from "./folders";
import { excluded } from "./globs";

/** Bucket and prefix of `s3://bucket/prefix/`. A prefix that names no folder is taken for one, as Glue does. */
export function placeOf(location: string): { bucket: string; prefix: string } {
  const [, bucket = "", path = ""] = /^s3[an]?:\/\/([^/]+)\/?(.*)$/.exec(location) ?? [];
  return { bucket, prefix: path === "" || path.endsWith("/") ? path : `${path}/` };
}

export async function dataBelow(s3: S3Client, bucket: string, prefix: string, exclusions: readonly string[]): Promise<Thing[]> {
  const isExcluded = excluded(exclusions);
  const found: Thing[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = "", Size = 0 } of Contents) {
      if (isData({ key: Key.slice(prefix.length), size: Size }) && !isExcluded(Key.slice(prefix.length))) found.push({ key: Key, size: Size });
    }
  }
  return found;
}

/** All, or the first of each folder: Glue Web API Reference, S3Target, SampleSize (Glue takes any of them). */
export function sampled(things: readonly Thing[], size = Infinity): Thing[] {
  const seen = new Map<string, number>();
  return things.filter(({ key }) => {
    const folder = key.slice(0, key.lastIndexOf("/") + 1);
    const count = (seen.get(folder) ?? 0) + 1;
    seen.set(folder, count);
    return count <= size;
  });
}
