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
import { constants, gunzipSync } from "node:zlib";
import type { Column, Schema } from "./schema";

const sampleBytes = 1024 * 1024;

export class Inference {
  constructor(private readonly s3: S3Client, private readonly duck: DuckDBConnection) {}

  /** The schema, or undefined when it is none of the formats. */
  async of(bucket: string, key: string, size: number): Promise<Schema | undefined> {
    const head = await this.read(bucket, key, `bytes=0-${Math.min(size, sampleBytes) - 1}`);
    if (head.subarray(0, 4).toString("latin1") === "PAR1") return this.parquet(bucket, key, size);
    const zipped = head[0] === 0x1f && head[1] === 0x8b;
    const whole = size <= sampleBytes;
    const text = lines(zipped ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * sampleBytes }) : head, whole);
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

  private json(text: Buffer): Promise<Schema | undefined> {
    return this.asFile(text, async (file) => {
      const rows = await this.rows(`DESCRIBE SELECT * FROM read_json('${file}', sample_size = -1, maximum_object_size = ${64 * sampleBytes})`);
      return { format: "json", columns: rows.map(([name, type]) => column(name, textType(type))), compression: "none" };
    });
  }

  /** Glue takes a header for one when it differs from the rows below; a single column is no CSV. */
  private csv(text: Buffer): Promise<Schema | undefined> {
    return this.asFile(text, async (file) => {
      const [sniffed] = await this.rows(`SELECT Delimiter, Quote, HasHeader FROM sniff_csv('${file}', sample_size = -1, ignore_errors = true)`);
      if (!sniffed) return undefined;
      const [delimiter = ",", quote = "", header] = sniffed;
      const rows = await this.rows(`DESCRIBE SELECT * FROM read_csv('${file}', sample_size = -1, ignore_errors = true)`);
      if (rows.length < 2) return undefined;
      const named = String(header) === "true";
      const columns = rows.map(([name, type], i) => column(named ? name : `col${i}`, textType(type)));
      const quoted = quote === '"' && text.includes(`"`);
      return { format: "csv", columns, compression: "none", csv: { delimiter, quoted, header: named } };
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

/** Whole lines only, unless the object ends here. */
function lines(bytes: Buffer, whole: boolean): Buffer {
  const end = bytes.lastIndexOf(0x0a);
  return whole || end < 0 ? bytes : bytes.subarray(0, end + 1);
}

const column = (name: string | undefined, Type: string): Column => ({ Name: (name ?? "").trim().toLowerCase(), Type });

/** DuckDB's type as a text format has it. */
export function textType(type = "VARCHAR"): string {
  return nested(type, textType) ?? ({ BIGINT: "bigint", HUGEINT: "bigint", UBIGINT: "bigint", DOUBLE: "double", BOOLEAN: "boolean" }[type] ?? "string");
}

/** DuckDB's type as Parquet declares it. */
export function parquetType(type = "VARCHAR"): string {
  const plain: Record<string, string> = {
    TINYINT: "tinyint", SMALLINT: "smallint", INTEGER: "int", BIGINT: "bigint", UTINYINT: "smallint", USMALLINT: "int", UINTEGER: "bigint",
    FLOAT: "float", DOUBLE: "double", BOOLEAN: "boolean", DATE: "date", BLOB: "binary", VARCHAR: "string",
  };
  if (/^TIMESTAMP/.test(type)) return "timestamp";
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return `decimal(${decimal[1]},${decimal[2]})`;
  return nested(type, parquetType) ?? plain[type] ?? "string";
}

/** `BIGINT[]`, `STRUCT(a BIGINT, b VARCHAR)` and `MAP(VARCHAR, BIGINT)` in Glue's words. */
function nested(type: string, of: (type: string) => string): string | undefined {
  if (type.endsWith("[]")) return `array<${of(type.slice(0, -2))}>`;
  const [, kind, inside = ""] = /^(STRUCT|MAP)\((.*)\)$/s.exec(type) ?? [];
  if (kind === "MAP") return `map<${members(inside).map(of).join(",")}>`;
  if (kind !== "STRUCT") return undefined;
  const fields = members(inside).map((member) => {
    const [, quoted, bare, rest = ""] = /^(?:"((?:[^"]|"")*)"|(\S+)) (.*)$/s.exec(member) ?? [];
    return `${(quoted ?? bare ?? "").toLowerCase()}:${of(rest)}`;
  });
  return `struct<${fields.join(",")}>`;
}

/** Parts between the commas that stand in no bracket. */
function members(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    else if (text[at] === ")") depth -= 1;
    else if (text[at] === "," && depth === 0) {
      found.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...found, text.slice(from).trim()];
}
