/** Relation: what a table of the catalogue is to a query, decided from what GetTable says. Pure. */
import type { Table } from "@aws-sdk/client-glue";
import { duckdbType } from "./types";

export interface Column {
  name: string;
  /** DuckDB's type. */
  type: string;
}

/** How the files of a table are read. */
export type Format =
  | { kind: "parquet" }
  | { kind: "json"; skipMalformed: boolean }
  | { kind: "csv"; delimiter: string; quote: string; escape: string; skip: number; nullText: string; strict: boolean };

export type Relation =
  | { kind: "iceberg"; metadata: string; prefix: string }
  | { kind: "files"; location: string; format: Format; columns: Column[]; partitions: Column[] }
  | { kind: "view"; sql: string; database: string; columns: { name: string; type: string }[] }
  | { kind: "absent"; why: string };

export function relation(table: Table): Relation {
  const label = `${table.DatabaseName}.${table.Name}`;
  if (table.TableType === "VIRTUAL_VIEW") return view(label, table.ViewOriginalText ?? "");
  const parameters = table.Parameters ?? {};
  if (parameters.table_type?.toUpperCase() === "ICEBERG") return iceberg(label, parameters.metadata_location);
  if (parameters["projection.enabled"] === "true") return absent(`The lab does not read partition projection, which ${label} has.`);
  return files(label, table);
}

const absent = (why: string): Relation => ({ kind: "absent", why });

function iceberg(label: string, metadata: string | undefined): Relation {
  const prefix = /^(s3:\/\/.+\/)metadata\/[^/]+\.metadata\.json$/.exec(metadata ?? "")?.[1];
  return metadata && prefix ? { kind: "iceberg", metadata, prefix } : absent(`${label} is an Iceberg table without a metadata_location that can be read.`);
}

/** `{"originalSql", "catalog", "schema", "columns": [{name, type}]}` in base64, as Athena keeps its views in Glue. */
function view(label: string, stored: string): Relation {
  const encoded = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(stored.trim())?.[1];
  try {
    const { originalSql, schema, columns } = JSON.parse(Buffer.from(encoded ?? "", "base64").toString("utf8"));
    if (typeof originalSql === "string" && typeof schema === "string" && Array.isArray(columns)) return { kind: "view", sql: originalSql, database: schema, columns };
  } catch {
    return absent(`View ${label} has no text that Athena could have written.`);
  }
  return absent(`View ${label} has no text that Athena could have written.`);
}

function files(label: string, table: Table): Relation {
  const storage = table.StorageDescriptor;
  const format = formatOf(storage?.SerdeInfo?.SerializationLibrary ?? "", { ...storage?.SerdeInfo?.Parameters }, table.Parameters ?? {});
  if (!format) return absent(`The lab does not read ${storage?.SerdeInfo?.SerializationLibrary || "a table without a SerDe"}, which ${label} has.`);
  if (!storage?.Location?.startsWith("s3://")) return absent(`${label} has no location in S3.`);
  const { Columns = [], Location } = storage;
  const { PartitionKeys = [] } = table;
  const unread = [...Columns, ...PartitionKeys].find(({ Type }) => !duckdbType(Type ?? "string"));
  if (unread) return absent(`The lab does not read the type ${unread.Type} of ${label}.${unread.Name}.`);
  return { kind: "files", location: folder(Location), format, columns: Columns.map(typed), partitions: PartitionKeys.map(typed) };
}

/** A prefix ends with a slash, or it would take its neighbours in. */
export const folder = (location: string): string => (location.endsWith("/") ? location : `${location}/`);

const typed = ({ Name = "", Type = "string" }: { Name?: string | undefined; Type?: string | undefined }): Column => ({
  name: Name.toLowerCase(), type: duckdbType(Type) ?? "VARCHAR",
});

/** The SerDe takes a doubled quote for a quote whatever its escape is, which is how files are written; another escape is one of its own. */
const escaping = (character: string | undefined): string => (!character || character === "\\" ? '"' : character);

type Texts = Record<string, string>;

/** SerDes that Athena has, by the end of their class name: Athena user guide, "Choose a SerDe for your data". */
function formatOf(library: string, serde: Texts, table: Texts): Format | undefined {
  const skip = Number(serde["skip.header.line.count"] ?? table["skip.header.line.count"] ?? 0);
  switch (library.split(".").pop()) {
    case "ParquetHiveSerDe":
      return { kind: "parquet" };
    case "JsonSerDe":
      return { kind: "json", skipMalformed: serde["ignore.malformed.json"]?.toLowerCase() === "true" };
    case "OpenCSVSerde":
      return { kind: "csv", delimiter: serde.separatorChar ?? ",", quote: serde.quoteChar ?? '"', escape: escaping(serde.escapeChar), skip, nullText: "", strict: true };
    case "LazySimpleSerDe":
      return {
        kind: "csv", delimiter: serde["field.delim"] ?? table["field.delim"] ?? serde["serialization.format"] ?? "\u0001", quote: "", escape: serde["escape.delim"] ?? "", skip,
        nullText: serde["serialization.null.format"] ?? "\\N", strict: false,
      };
    default:
      return undefined;
  }
}
