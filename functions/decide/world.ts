/** World: what decide does to S3, and asks of Step Functions and of the database. */
import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from "@aws-sdk/client-sfn";
import type { Covered } from "./answers";
import type { Listed } from "./print";
import type { World } from "./questions";
import { readJson, turnFile } from "./turn-file";
import { watermarksBy } from "./watermarks";

const s3 = new S3Client({});
const sfn = new SFNClient({});

/** @param watermark name of the function that asks the source database; left out where there is none. */
export const world = (lake: string, watermark?: string): World => ({
  ...turnFile(s3, lake),
  async list(Bucket, Prefix) {
    const found: Listed[] = [];
    for (let ContinuationToken: string | undefined, more = true; more;) {
      const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ...(ContinuationToken && { ContinuationToken }) }));
      found.push(...(page.Contents ?? []).map(({ Key = "", ETag = "", Size = 0 }) => ({ key: Key, etag: ETag, size: Size })));
      ContinuationToken = page.NextContinuationToken;
      more = ContinuationToken !== undefined;
    }
    return found;
  },
  watermarks: async () => (watermark ? watermarksBy(watermark) : undefined),
  covered: async () => (await readJson<Covered>(s3, lake, "state/pipeline.json"))?.value ?? {},
  async noted(runId) {
    const notes = await Promise.all(["sources", "lake", "training"].map((ask) => readJson<Covered>(s3, lake, `runs/${runId}/covers-${ask}.json`)));
    return Object.assign({}, ...notes.map((note) => note?.value)) as Covered;
  },
  async write(Key, document) {
    await s3.send(new PutObjectCommand({ Bucket: lake, Key, Body: JSON.stringify(document), ContentType: "application/json" }));
  },
  now: () => new Date().toISOString(),
  async running(executionArn) {
    try {
      return (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status === "RUNNING";
    } catch (fault) {
      if (fault instanceof ExecutionDoesNotExist) return false;
      throw fault;
    }
  },
});
