/** Turn file: `state/turn.json` in the lake bucket, written by whoever was first. Decide takes the turn, publish gives it back. */
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import type { Turn, TurnWorld } from "./turn";

const Key = "state/turn.json";

export const turnFile = (s3: S3Client, Bucket: string): TurnWorld => ({
  async turn() {
    const found = await readJson<Turn>(s3, Bucket, Key);
    return found && { turn: found.value, etag: found.etag };
  },
  async claim(turn, etag) {
    try {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(turn), ...(etag ? { IfMatch: etag } : { IfNoneMatch: "*" }) }));
      return true;
    } catch (fault) {
      // 412: the condition does not hold; 409: another conditional write is under way; 404: the tag's object is gone.
      if (fault instanceof S3ServiceException && [404, 409, 412].includes(fault.$metadata.httpStatusCode ?? 0)) return false;
      throw fault;
    }
  },
});

/** A JSON document and its tag; undefined when there is none. */
export async function readJson<T>(s3: S3Client, Bucket: string, path: string): Promise<{ value: T; etag: string } | undefined> {
  try {
    const { Body, ETag = "" } = await s3.send(new GetObjectCommand({ Bucket, Key: path }));
    return { value: JSON.parse((await Body?.transformToString()) ?? "") as T, etag: ETag };
  } catch (fault) {
    if (fault instanceof NoSuchKey) return undefined;
    throw fault;
  }
}
