/** Relation SQL: what DuckDB is told so that it sees a table of the catalogue. Pure. */
import { name, text } from "./engine";
import type { Column, Format, Relation } from "./relation";
import type { Bound, Reads } from "./transpile";

/** A file that a query reads, with the values of its partition. */
export interface DataFile {
  uri: string;
  bytes: number;
  values: string[];
}

export const icebergView = (at: string, { metadata }: Extract<Relation, { kind: "iceberg" }>): string =>
  `CREATE TEMP VIEW ${at} AS SELECT * FROM iceberg_scan(${text(metadata)})`;

type Files = Extract<Relation, { kind: "files" }>;

/** Name of the column that tells the file of a row; no column of the catalogue can have it. */
const fileColumn = "file of this row";

/**
 * Columns by their names as Athena takes them, cast to what the catalogue declares, NULL where no file has them; partition
 * values from the partition of the file. `present` are the columns that the files have.
 */
export function filesView(at: string, { format, columns, partitions }: Files, files: DataFile[], present: Set<string>): string {
  const all = [...columns, ...partitions];
  if (!files.length) return `CREATE TEMP VIEW ${at} AS SELECT ${all.map((column) => `CAST(NULL AS ${column.type}) AS ${name(column.name)}`).join(", ")} WHERE false`;
  const own = columns.map((column) => `${present.has(column.name) ? value(column, format) : `CAST(NULL AS ${column.type})`} AS ${name(column.name)}`);
  const parted = partitions.map((column) => `CAST(p.${name(column.name)} AS ${column.type}) AS ${name(column.name)}`);
  const where = partitions.length ? ` JOIN ${partitionList(partitions, files)} ON d.${name(fileColumn)} = p.${name(fileColumn)}` : "";
  return `CREATE TEMP VIEW ${at} AS SELECT ${[...own, ...parted].join(", ")} FROM ${reader(format, columns, files)} d${where}`;
}

function partitionList(partitions: Column[], files: DataFile[]): string {
  const rows = files.map(({ uri, values }) => `(${[uri, ...values].map(text).join(", ")})`);
  return `(VALUES ${rows.join(", ")}) p(${[fileColumn, ...partitions.map((column) => column.name)].map(name).join(", ")})`;
}

/** The table function that reads these files. */
export function reader(format: Format, columns: Column[], files: DataFile[]): string {
  const list = `[${files.map(({ uri }) => text(uri)).join(", ")}]`;
  const common = `filename = ${text(fileColumn)}, hive_partitioning = false`;
  const declared = (type: (column: Column) => string) => `columns = {${columns.map((column) => `${text(column.name)}: ${text(type(column))}`).join(", ")}}`;
  switch (format.kind) {
    case "parquet":
      return `read_parquet(${list}, ${common}, union_by_name = true)`;
    case "json":
      return `read_json(${list}, ${common}, format = 'newline_delimited', ignore_errors = ${format.skipMalformed}, ${declared(({ type }) => type)})`;
    case "csv":
      return `read_csv(${list}, ${common}, header = false, auto_detect = false, null_padding = true, strict_mode = false, skip = ${Math.max(0, Math.trunc(format.skip) || 0)}, ` +
        `delim = ${text(format.delimiter)}, quote = ${text(format.quote)}, escape = ${text(format.escape)}, nullstr = ${text(format.nullText)}, ${declared(() => "VARCHAR")})`;
  }
}

/** A text file's value: what is no number is NULL to LazySimpleSerDe and a fault to OpenCSVSerde, where times are milliseconds. */
function value({ name: column, type }: Column, format: Format): string {
  const raw = `d.${name(column)}`;
  if (format.kind !== "csv" || type === "VARCHAR") return `CAST(${raw} AS ${type})`;
  if (!format.strict) return `TRY_CAST(${raw} AS ${type})`;
  return type === "TIMESTAMP" ? `epoch_ms(CAST(${raw} AS BIGINT))` : `CAST(${raw} AS ${type})`;
}

/** Which partitions a query needs, by their index: `predicate` is in DuckDB's SQL over the partition columns. */
export function partitionsNeeded(partitions: Column[], values: string[][], predicate: string): string {
  const rows = values.map((each, at) => `(${at}, ${each.map(text).join(", ")})`);
  const typed = partitions.map(({ name: column, type }) => `CAST(${name(column)} AS ${type}) AS ${name(column)}`);
  return `SELECT "at" FROM (SELECT "at", ${typed.join(", ")} FROM (VALUES ${rows.join(", ")}) v(${["at", ...partitions.map((column) => column.name)].map(name).join(", ")})) p WHERE ${predicate}`;
}

/**
 * Bytes of the columns used, in the data files of an Iceberg table that a query must read: those whose lowest and highest values
 * leave room for every condition of at least one mention of the table.
 */
export function icebergBytes(metadata: string, columns: Record<string, string>, { columns: used, bounds }: Reads): string {
  const test = ([column, sign, value]: Bound): string => {
    const edge = (which: string) => `CAST(max(${which}) FILTER (lower(column_name) = ${text(column)}) AS ${columns[column]})`;
    const fits = { "=": [`${edge("lower_bound")} <= ${value}`, `${edge("upper_bound")} >= ${value}`], ">": [`${edge("upper_bound")} > ${value}`], ">=": [`${edge("upper_bound")} >= ${value}`],
      "<": [`${edge("lower_bound")} < ${value}`], "<=": [`${edge("lower_bound")} <= ${value}`] }[sign];
    return fits.map((each) => `coalesce(${each}, true)`).join(" AND ");
  };
  const mentions = bounds.map((list) => list.filter(([column]) => ordered.test(columns[column] ?? "")).map(test)).map((tests) => (tests.length ? tests.join(" AND ") : "true"));
  return `SELECT coalesce(sum(bytes), 0)::DOUBLE FROM (SELECT sum(column_size) FILTER (lower(column_name) IN (${used.map(text).join(", ")})) AS bytes
    FROM iceberg_column_stats(${text(metadata)}) GROUP BY file_path HAVING ${mentions.map((each) => `(${each})`).join(" OR ") || "true"})`;
}

/** Types whose bounds are written as they are; a text's are cut short. */
const ordered = /^(TIMESTAMP|DATE|DOUBLE|FLOAT|INTEGER|BIGINT|VARCHAR)/;
