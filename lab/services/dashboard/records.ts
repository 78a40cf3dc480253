/** Records: what the pipeline and the doors left in S3 about themselves, read for the dashboard. */
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import type { Rejected } from "../../../functions/query/api";
import { reasonsIn, type Run, runOf, summed } from "../../../functions/query/runs";

/** Runs that are shown; objects and bytes of rejected messages that are read for their reasons. */
const runsShown = 10, mostObjects = 2000, mostBytes = 32_000_000;

interface Found {
  key: string;
  bytes: number;
  etag: string;
  modified: number;
}

export async function latestRuns(s3: S3Client, Bucket: string): Promise<Run[]> {
  const { found } = await listed(s3, Bucket, "run_records/", Number.MAX_SAFE_INTEGER);
  const latest = found.sort((a, b) => b.modified - a.modified).slice(0, runsShown);
  const records = await Promise.all(latest.map(async ({ key }) => runOf(parsed(await text(s3, Bucket, key)))));
  return records.filter((run) => run !== undefined).sort((a, b) => (a.started < b.started ? 1 : -1));
}

/** Counts the lines under rejected/ by reason. A file never changes but by a new ETag, so each is read once. */
export class RejectedCount {
  private readonly counted = new Map<string, Record<string, number>>();

  async of(s3: S3Client, Bucket: string): Promise<Rejected> {
    const { found, complete } = await listed(s3, Bucket, "rejected/", mostObjects);
    let bytes = 0;
    const all: Record<string, number>[] = [];
    for (const { key, etag, bytes: size } of found) {
      const known = this.counted.get(`${key} ${etag}`);
      if (known) all.push(known);
      else if ((bytes += size) > mostBytes) return { reasons: summed(all), complete: false };
      else {
        const reasons = reasonsIn(await text(s3, Bucket, key));
        this.counted.set(`${key} ${etag}`, reasons);
        all.push(reasons);
      }
    }
    return { reasons: summed(all), complete };
  }
}

async function listed(s3: S3Client, Bucket: string, Prefix: string, most: number): Promise<{ found: Found[]; complete: boolean }> {
  const found: Found[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
    for (const { Key = "", Size = 0, ETag = "", LastModified } of page.Contents ?? []) {
      if (found.length >= most) return { found, complete: false };
      found.push({ key: Key, bytes: Size, etag: ETag, modified: LastModified?.getTime() ?? 0 });
    }
  }
  return { found, complete: true };
}

async function text(s3: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? "";
}

/** A record that is no JSON is no record; it is left out rather than hiding the others. */
function parsed(record: string): unknown {
  try {
    return JSON.parse(record);
  } catch {
    return undefined;
  }
}
