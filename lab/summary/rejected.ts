/** Rejected: what was kept because it is no reading, as it lies in the raw bucket. */
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

export interface Rejected {
  channel: string;
  source: string;
  reason: string;
  /** The exact bytes that arrived. */
  payload: Buffer;
}

/** Every rejected message or row under `rejected/` of the raw bucket. */
export async function rejectedIn(s3: S3Client, bucket: string): Promise<Rejected[]> {
  const found: Rejected[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: "rejected/" })) {
    for (const { Key, Size } of page.Contents ?? []) {
      if (!Size) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const lines = (await Body!.transformToString()).split("\n").filter(Boolean);
      found.push(...lines.map((line) => JSON.parse(line) as Omit<Rejected, "payload"> & { payload: string })
        .map((one) => ({ ...one, payload: Buffer.from(one.payload, "base64") })));
    }
  }
  return found;
}

/** How often each kind of reason was given, the most frequent first. Numbers and quoted values do not make another kind. */
export function byReason(rejected: Pick<Rejected, "reason">[]): [reason: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { reason } of rejected) {
    const kind = reason.replace(/"[^"]*"/g, "…").replace(/-?\d[\d.:T\-Z]*/g, "…");
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}
