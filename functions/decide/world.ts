/** World: what decide does to S3 and asks of Step Functions. */
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from "@aws-sdk/client-sfn";
import type { Covered } from "./answers";
import type { Listed } from "./print";
import type { World } from "./questions";
import type { Turn } from "./turn";

const s3 = new S3Client({});
const sfn = new SFNClient({});
const statePath = "state/pipeline.json";
const turnPath = "state/turn.json";

export const world = (lake: string): World => ({
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
  covered: async () => (await read<Covered>(lake, statePath))?.value ?? {},
  async noted(runId) {
    const notes = await Promise.all(["sources", "lake", "training"].map((ask) => read<Covered>(lake, `runs/${runId}/covers-${ask}.json`)));
    return Object.assign({}, ...notes.map((note) => note?.value)) as Covered;
  },
  async write(Key, covers) {
    await s3.send(new PutObjectCommand({ Bucket: lake, Key, Body: JSON.stringify(covers), ContentType: "application/json" }));
  },
  now: () => new Date().toISOString(),
  async holder() {
    const found = await read<Turn>(lake, turnPath);
    return found && { turn: found.value, etag: found.etag };
  },
  async claim(turn, etag) {
    try {
      await s3.send(new PutObjectCommand({ Bucket: lake, Key: turnPath, Body: JSON.stringify(turn), ...(etag ? { IfMatch: etag } : { IfNoneMatch: "*" }) }));
      return true;
    } catch (fault) {
      // 412: the condition does not hold; 409: another conditional write is under way; 404: the tag's object is gone.
      if (fault instanceof S3ServiceException && [404, 409, 412].includes(fault.$metadata.httpStatusCode ?? 0)) return false;
      throw fault;
    }
  },
  async running(executionArn) {
    try {
      return (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status === "RUNNING";
    } catch (fault) {
      if (fault instanceof ExecutionDoesNotExist) return false;
      throw fault;
    }
  },
});

async function read<T>(Bucket: string, Key: string): Promise<{ value: T; etag: string } | undefined> {
  try {
    const { Body, ETag = "" } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return { value: JSON.parse((await Body?.transformToString()) ?? "") as T, etag: ETag };
  } catch (fault) {
    if (fault instanceof NoSuchKey) return undefined;
    throw fault;
  }
}
