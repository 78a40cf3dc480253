/**
 * Infer: format and columns of one object, read by DuckDB from its beginning (CSV, JSON lines) or its footer (Parquet).
 *
 * Types are those that Glue's built-in classifiers give: text has bigint, double, boolean and string, and a time stays a string.
 */
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { DuckDBConnection } from "@duckdb/node-api";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import type { Column, Schema } from "./schema";
import { parquetType, textType } from "./types";

const sampleBytes = 1024 * 1024;
const unpackedBytes = 16 * sampleBytes;
/** Ctrl-A: beside comma, bar, tab and semicolon, which DuckDB looks for, Glue's built-in CSV classifier knows it. */
const startOfHeading = "\u0001";

export class Inference {
  constructor(private readonly s3: S3Client, private readonly duck: DuckDBConnection) {}

  /** The schema, or undefined when it is none of the formats. */
  async of(bucket: string, key: string, size: number): Promise<Schema | undefined> {
    const head = await this.read(bucket, key, `bytes=0-${Math.min(size, sampleBytes) - 1}`);
    if (head.subarray(0, 4).toString("latin1") === "PAR1") return this.parquet(bucket, key, size);
    const zipped = head[0] === 0x1f && head[1] === 0x8b;
    const whole = size <= sampleBytes;
    const sample = zipped ? await unzipped(head, whole) : { bytes: head, whole };
    const text = lines(sample.bytes, sample.whole);
    if (text.length === 0 || text.includes(0)) return undefined;
    const found = /^\s*[{[]/.test(text.subarray(0, 100).toString("utf8")) ? await this.json(text) : await this.csv(text);
    return found && { ...found, compression: zipped ? "gzip" : "none" };
  }

  /** The footer holds all; a file of the footer alone is one whose columns can be described. */
  private async parquet(bucket: string, key: string, size: number): Promise<Schema | undefined> {
    const tail = await this.read(bucket, key, `bytes=${size - 8}-${size - 1}`);
    const length = tail.readUInt32LE(0);
    if (tail.subarray(4).toString("latin1") !== "PAR1" || length + 12 > size) return undefined;
    const footer = await this.read(bucket, key, `bytes=${size - 8 - length}-${size - 1}`);
    return this.asFile(Buffer.concat([Buffer.from("PAR1"), footer]), async (file) => {
      const rows = await this.rows(`DESCRIBE SELECT * FROM read_parquet('${file}')`);
      return { format: "parquet", columns: rows.map(([name, type]) => column(name, parquetType(type))), compression: "none" };
    });
  }

  /** A file that is one list is one column, `array`: Developer Guide, "Writing JSON custom classifiers". */
  private json(text: Buffer): Promise<Schema | undefined> {
    return this.asFile(text, async (file) => {
      const rows = await this.rows(`DESCRIBE SELECT * FROM read_json('${file}', sample_size = -1, maximum_object_size = ${64 * sampleBytes})`);
      const columns = rows.map(([name, type]) => column(name, textType(type)));
      const isList = /^\s*\[/.test(text.subarray(0, 100).toString("utf8"));
      const list = { Name: "array", Type: `array<struct<${columns.map(({ Name, Type }) => `${Name}:${Type}`).join(",")}>>` };
      return { format: "json", columns: isList ? [list] : columns, compression: "none" };
    });
  }

  private csv(text: Buffer): Promise<Schema | undefined> {
    return this.asFile(text, async (file) => {
      const [sniffed] = await this.rows(`SELECT Delimiter, Quote FROM sniff_csv('${file}', sample_size = -1, ignore_errors = true)`);
      const [told = ",", quote = ""] = sniffed ?? [];
      const delimiter = text.subarray(0, text.indexOf("\n")).includes(startOfHeading) ? startOfHeading : told;
      const read = (more: string) => `read_csv('${file}', delim = '${delimiter}', quote = '"', escape = '"', sample_size = -1, ignore_errors = true, ${more})`;
      const [first = []] = await this.rows(`SELECT * FROM ${read("header = false, all_varchar = true")} LIMIT 1`);
      if (first.length < 2) return undefined;
      const [[values = "0"] = []] = await this.rows(`SELECT count(*) FROM (SELECT unnest([*COLUMNS(*)]) AS cell FROM ${read("header = false, skip = 1, all_varchar = true")})
        WHERE TRY_CAST(cell AS DOUBLE) IS NOT NULL OR lower(cell) IN ('true', 'false')`);
      const header = isHeader(first, values !== "0");
      const types = (await this.rows(`DESCRIBE SELECT * FROM ${read(`header = false${header ? ", skip = 1" : ""}`)}`)).map(([, type]) => textType(type));
      const columns = types.map((type, i) => column(header ? first[i] : `col${i}`, type));
      return { format: "csv", columns, compression: "none", csv: { delimiter, quoted: quote === '"' && text.includes(`"`), header } };
    });
  }

  /** Undefined when DuckDB can't make sense of the bytes. */
  private async asFile(content: Buffer, ask: (file: string) => Promise<Schema | undefined>): Promise<Schema | undefined> {
    const folder = await mkdtemp(join(tmpdir(), "crawl-"));
    try {
      const file = join(folder, "sample");
      await writeFile(file, content, { mode: 0o600 });
      return await ask(file).catch(() => undefined);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  private async rows(sql: string): Promise<string[][]> {
    const reader = await this.duck.runAndReadAll(sql);
    return reader.getRowsJson().map((row) => row.map(String));
  }

  private async read(Bucket: string, Key: string, Range: string): Promise<Buffer> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket, Key, Range }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }
}

/**
 * Whether a first row is a header, by the rules of Glue's built-in classifier: every cell is a text of less than 150 characters
 * (the last may be longer, or empty), and below it not all is text.
 */
export function isHeader(first: readonly string[], valuesBelow: boolean): boolean {
  const fits = (cell: string, i: number) => !/^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$|^\s*(true|false)\s*$/i.test(cell) && (i === first.length - 1 || (cell.trim() !== "" && cell.length < 150));
  return first.every(fits) && valuesBelow;
}

/** The beginning of what a gzip holds, or what a part of one does; what is no gzip holds nothing. It may unpack to any size, so no more is unpacked than is looked at. */
async function unzipped(packed: Buffer, all: boolean): Promise<{ bytes: Buffer; whole: boolean }> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of Readable.from([packed]).pipe(createGunzip({ finishFlush: constants.Z_SYNC_FLUSH })) as AsyncIterable<Buffer>) {
      parts.push(part);
      if ((bytes += part.length) >= unpackedBytes) return { bytes: Buffer.concat(parts), whole: false };
    }
  } catch {
    return { bytes: Buffer.alloc(0), whole: true };
  }
  return { bytes: Buffer.concat(parts), whole: all };
}

/** Whole lines only, unless the object ends here. */
function lines(bytes: Buffer, whole: boolean): Buffer {
  const end = bytes.lastIndexOf(0x0a);
  return whole || end < 0 ? bytes : bytes.subarray(0, end + 1);
}

const column = (name: string | undefined, Type: string): Column => ({ Name: (name ?? "").trim().toLowerCase(), Type });
