/** Objects: what jobs read from and write to S3, by `s3://` address. */
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";

export interface Address {
  bucket: string;
  key: string;
}

/** Bucket and key of `s3://bucket/key`; undefined when it is none. */
export function addressOf(uri: unknown): Address | undefined {
  const found = /^s3:\/\/([^/]+)\/?(.*)$/s.exec(String(uri));
  return found ? { bucket: found[1]!, key: found[2]! } : undefined;
}

/** Both parts of an address with one slash between them. */
export const joined = (...parts: string[]): string => parts.map((part, i) => (i < parts.length - 1 ? part.replace(/\/+$/, "") : part)).join("/");

/**
 * Where a transform puts the answers to an input object: its key behind the input prefix's folder, and `.out`
 * (Developer Guide, "Use Batch Transform").
 */
export function outputKey(inputPrefix: string, key: string, outputPrefix: string): string {
  const folder = inputPrefix.slice(0, inputPrefix.lastIndexOf("/") + 1);
  return [outputPrefix.replace(/\/+$/, ""), `${key.slice(folder.length)}.out`].filter(Boolean).join("/");
}

export class Objects {
  constructor(private readonly s3: S3Client) {}

  /** Keys under a prefix that hold something, in order; folder markers do not. */
  async list({ bucket, key }: Address): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, ContinuationToken: token }));
      keys.push(...(page.Contents ?? []).flatMap(({ Key = "", Size }) => (Size && !Key.endsWith("/") ? [Key] : [])));
      token = page.NextContinuationToken;
    } while (token);
    return keys.sort();
  }

  async read({ bucket, key }: Address): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return Buffer.from(await Body!.transformToByteArray());
  }

  async write({ bucket, key }: Address, content: Buffer | string, kmsKey?: string): Promise<void> {
    const encryption = kmsKey ? { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: kmsKey } : {};
    await this.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ...encryption }));
  }

  async exists({ bucket, key }: Address): Promise<boolean> {
    try {
      await this.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      return true;
    } catch (fault) {
      if ((fault as { name?: string }).name === "NotFound") return false;
      throw fault;
    }
  }
}
