/** Results: gathered in a file of the lab, put to S3 as one object, and read back from there page by page. */
import { GetObjectCommand, PutObjectCommand, S3Client, type ServerSideEncryption } from "@aws-sdk/client-s3";
import { createReadStream, createWriteStream, mkdirSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import type { Lab } from "../../lab";
import { type Cell, csvPage, csvRow, type Page, textPage, textRow } from "./csv";
import type { Execution } from "./execution";
import type { Sink } from "./run";
import type { ColumnInfo } from "./types";

/** A result on its way into a file. */
export class ResultFile implements Sink {
  described: ColumnInfo[] = [];
  private readonly out;

  constructor(readonly path: string, private readonly row: (cells: Cell[]) => string) {
    mkdirSync(dirname(path), { recursive: true });
    this.out = createWriteStream(path, { mode: 0o600 });
  }

  columns(columns: ColumnInfo[]): void {
    this.described = columns;
  }

  async rows(rows: Cell[][]): Promise<void> {
    if (rows.length && !this.out.write(rows.map(this.row).join(""))) await once(this.out, "drain");
  }

  async close(): Promise<void> {
    this.out.end();
    await finished(this.out);
  }

  remove(): void {
    this.out.destroy();
    rmSync(this.path, { force: true });
  }
}

export class Results {
  private readonly s3: S3Client;

  constructor(private readonly lab: Lab) {
    this.s3 = new S3Client(lab.client());
  }

  file({ id, kind }: Execution): ResultFile {
    return new ResultFile(this.lab.folder("athena", id), kind === "DML" ? csvRow : textRow);
  }

  async put({ result }: Execution, file: ResultFile): Promise<void> {
    const encryption = sse(result.EncryptionConfiguration);
    await this.s3.send(new PutObjectCommand({
      ...place(result.OutputLocation), Body: createReadStream(file.path), ContentLength: statSync(file.path).size, ContentType: "text/csv", ...encryption,
    }));
  }

  /** Rows from a byte on, at most `limit`, and the byte where the next page starts, if there is one. */
  async page({ result, kind }: Execution, from: number, limit: number): Promise<{ rows: Cell[][]; next?: number }> {
    const read = kind === "DML" ? csvPage : textPage;
    for (let size = 1 << 20; ; size *= 8) {
      const { bytes, total } = await this.range(result.OutputLocation, from, size);
      const page: Page = read(bytes, limit);
      const next = from + page.bytes;
      if (page.rows.length === limit || next >= total || page.bytes > 0) return { rows: page.rows, ...(next < total && { next }) };
      if (bytes.length < size) throw new Error(`The result at ${result.OutputLocation} is broken at byte ${next}`);
    }
  }

  private async range(location: string, from: number, size: number): Promise<{ bytes: Buffer; total: number }> {
    try {
      const answer = await this.s3.send(new GetObjectCommand({ ...place(location), Range: `bytes=${from}-${from + size - 1}` }));
      const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
      return { bytes, total: Number(answer.ContentRange?.split("/")[1] ?? bytes.length) };
    } catch (fault) {
      // A range of an empty object cannot be satisfied.
      if ((fault as Error).name === "InvalidRange") return { bytes: Buffer.alloc(0), total: from };
      throw fault;
    }
  }
}

function place(location: string): { Bucket: string; Key: string } {
  const [, Bucket = "", Key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location) ?? [];
  return { Bucket, Key };
}

/** EncryptionOption of a workgroup as S3 names it; CSE_KMS is refused, since the lab encrypts nothing on its own side. */
function sse(encryption: { EncryptionOption: string; KmsKey?: string } | undefined): { ServerSideEncryption?: ServerSideEncryption; SSEKMSKeyId?: string } {
  if (!encryption) return {};
  switch (encryption.EncryptionOption) {
    case "SSE_S3":
      return { ServerSideEncryption: "AES256" };
    case "SSE_KMS":
      return { ServerSideEncryption: "aws:kms", ...(encryption.KmsKey && { SSEKMSKeyId: encryption.KmsKey }) };
    default:
      throw new Error(`The lab does not write results with ${encryption.EncryptionOption}`);
  }
}
