/** Delivery: what an object of a flush holds: records asked of the function, then written as the settings say. */
import { gzipSync } from "node:zlib";
import { type Invoke, processed } from "./processing";
import { errorLine, type Failure, type Record } from "./records";
import { type Column, columnFaults, rowOf } from "./rows";
import type { Settings } from "./settings";

export interface StreamState {
  name: string;
  arn: string;
  /** Part of every record's id, so that no other stream has the same. */
  id: string;
  version: number;
  /** Seconds since 1970. */
  createdAt: number;
  settings: Settings;
  /** What DescribeDeliveryStream tells of the destination. */
  told: object;
}

/** All that a stream does to the world. */
export interface World {
  region: string;
  put(bucket: string, key: string, body: Buffer): Promise<unknown>;
  invoke: Invoke;
  columns(of: NonNullable<Settings["parquet"]>): Promise<Column[]>;
  /** Rows of JSON as one Parquet file. */
  parquet(lines: string[], columns: Column[]): Promise<Buffer>;
  log(line: string): void;
}

export interface Made {
  /** Nothing when no record is left to deliver. */
  body: Buffer | undefined;
  rows: number;
  failures: Failure[];
}

export async function made(records: Record[], { settings, arn }: StreamState, invocationId: string, world: World): Promise<Made> {
  const { lambda, parquet, gzip } = settings;
  const call = { deliveryStreamArn: arn, region: world.region, invocationId };
  const told = lambda ? await processed(records, lambda, call, world.invoke) : { records, failures: [] };
  if (parquet) return converted(told.records, told.failures, await world.columns(parquet), world);
  const bytes = Buffer.concat(told.records.map(({ data }) => data));
  return { body: told.records.length ? (gzip ? gzipSync(bytes) : bytes) : undefined, rows: told.records.length, failures: told.failures };
}

async function converted(records: Record[], failures: Failure[], columns: Column[], world: World): Promise<Made> {
  const faults = columnFaults(columns);
  if (faults.length) throw new Error(faults.join("; "));
  const lines: string[] = [];
  const failed: Failure[] = [];
  for (const record of records) {
    const row = rowOf(record.data, columns);
    if ("line" in row) lines.push(row.line);
    else failed.push({ record, type: "format-conversion-failed", code: "DataFormatConversion.InvalidRecord", message: row.fault, attempts: 1 });
  }
  return { body: lines.length ? await world.parquet(lines, columns) : undefined, rows: lines.length, failures: [...failures, ...failed] };
}

/** Bodies of the error objects by the type of their failures. */
export function errorLines(failures: Failure[], { lambda, parquet }: Settings, region: string): [type: string, body: string][] {
  const where = {
    ...(lambda && { lambdaArn: lambda.arn }),
    ...(parquet && { table: { catalogId: parquet.catalogId ?? null, databaseName: parquet.database, tableName: parquet.table, region: parquet.region ?? region, versionId: "LATEST", catalogArn: null } }),
  };
  return [...new Set(failures.map(({ type }) => type))].map((type) =>
    [type, failures.filter((one) => one.type === type).map((one) => `${errorLine(one, where)}\n`).join("")]);
}
