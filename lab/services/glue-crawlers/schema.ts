/** Schema: columns as a crawler sees them, when two of them are alike, and the table they make. Pure. */
import type { Json } from "../../gateway/service";

export interface Column {
  Name: string;
  Type: string;
}

export interface Schema {
  format: "csv" | "json" | "parquet";
  columns: Column[];
  compression: "none" | "gzip";
  csv?: { delimiter: string; quoted: boolean; header: boolean };
}

/** Share of columns that two files must have in common to be one table. */
const likeness = 0.7;

/** Why these can't be one table; undefined when they can. @param combine whatever their columns, if only they are compatible */
export function unlike(a: Schema, b: Schema, combine = false): string | undefined {
  if (a.format !== b.format) return `${a.format} beside ${b.format}`;
  const types = new Map(a.columns.map(({ Name, Type }) => [Name, Type]));
  const shared = b.columns.filter(({ Name }) => types.has(Name));
  const [left, right] = [a, b].map(({ columns }) => columns.map(({ Name }) => Name).join(","));
  if (!combine && shared.length < likeness * Math.max(a.columns.length, b.columns.length)) return `columns ${left} beside ${right}`;
  const clash = shared.find(({ Name, Type }) => wider(a.format, types.get(Name) ?? Type, Type) === undefined);
  return clash && `column ${clash.Name} is ${types.get(clash.Name)} beside ${clash.Type}`;
}

/** One schema for all, columns in the order they were met. */
export function combined(schemas: readonly [Schema, ...Schema[]]): Schema {
  const types = new Map<string, string>();
  for (const { format, columns } of schemas) {
    for (const { Name, Type } of columns) types.set(Name, wider(format, types.get(Name) ?? Type, Type) ?? Type);
  }
  return { ...schemas[0], columns: [...types].map(([Name, Type]) => ({ Name, Type })) };
}

const widths = [["tinyint", "smallint", "int", "bigint", "double"], ["float", "double"]];

/** The type that holds both: in a text format a string holds anything. Undefined when there is none. */
function wider(format: Schema["format"], a: string, b: string): string | undefined {
  if (a === b) return a;
  const row = widths.find((types) => types.includes(a) && types.includes(b));
  return row ? row[Math.max(row.indexOf(a), row.indexOf(b))] : format === "parquet" ? undefined : "string";
}

const text = {
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat", OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
};
const parquet = {
  InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat", OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
};

/** Parameters of a table that this crawler wrote; by `UPDATED_BY_CRAWLER` it knows its own again. */
export function parametersOf(crawler: string, schema: Schema, sizes: readonly number[]): Record<string, string> {
  const { delimiter = ",", quoted = false, header = false } = schema.csv ?? {};
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return {
    CrawlerSchemaDeserializerVersion: "1.0", CrawlerSchemaSerializerVersion: "1.0", UPDATED_BY_CRAWLER: crawler,
    classification: schema.format, compressionType: schema.compression, typeOfData: "file", objectCount: String(sizes.length), sizeKey: String(bytes),
    ...(schema.format === "csv" && { areColumnsQuoted: String(quoted), columnsOrdered: "true", delimiter, ...(header && { "skip.header.line.count": "1" }) }),
  };
}

/** StorageDescriptor as a crawler writes it for each format. */
export function descriptor(location: string, schema: Schema, parameters: Record<string, string>): Json {
  return {
    Columns: schema.columns.map(({ Name, Type }) => ({ Name, Type })), Location: location, ...(schema.format === "parquet" ? parquet : text),
    Compressed: schema.compression !== "none", NumberOfBuckets: -1, SerdeInfo: serde(schema), BucketColumns: [], SortColumns: [],
    Parameters: parameters, StoredAsSubDirectories: false,
  };
}

function serde({ format, columns, csv }: Schema): Json {
  if (format === "parquet") return { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe", Parameters: { "serialization.format": "1" } };
  if (format === "json") return { SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe", Parameters: { paths: columns.map(({ Name }) => Name).join(",") } };
  const delimiter = csv?.delimiter ?? ",";
  return csv?.quoted
    ? { SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde", Parameters: { separatorChar: delimiter, quoteChar: '"' } }
    : { SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", Parameters: { "field.delim": delimiter } };
}

/** A table's name from its folder: what is no letter, digit or _ becomes _. */
export const tableName = (prefix: string, folder: string): string =>
  `${prefix}${folder.replace(/\/$/, "").split("/").at(-1) ?? ""}`.toLowerCase().replace(/[^a-z0-9_]/g, "_").slice(0, 128);
