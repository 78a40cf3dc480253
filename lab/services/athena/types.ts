/** Types: from Glue's names to DuckDB's, from DuckDB's to Athena's, and a value as Athena writes it. Pure. */
import { DuckDBBlobValue, type DuckDBType, type DuckDBValue } from "@duckdb/node-api";

/** DuckDB's name of a Hive type as it stands in the catalogue; nothing for a type that the lab does not read. */
export function duckdbType(hive: string): string | undefined {
  const type = hive.trim().toLowerCase();
  const plain: Record<string, string> = {
    string: "VARCHAR", boolean: "BOOLEAN", tinyint: "TINYINT", smallint: "SMALLINT", int: "INTEGER", integer: "INTEGER",
    bigint: "BIGINT", float: "FLOAT", double: "DOUBLE", date: "DATE", timestamp: "TIMESTAMP", binary: "BLOB",
  };
  if (Object.hasOwn(plain, type)) return plain[type];
  if (/^(var)?char\(\d+\)$/.test(type)) return "VARCHAR";
  if (/^decimal\(\d{1,2},\s*\d{1,2}\)$/.test(type)) return type.toUpperCase();
  const array = /^array<(.+)>$/.exec(type);
  if (array) return suffixed(duckdbType(array[1]!), "[]");
  return undefined;
}

const suffixed = (type: string | undefined, suffix: string) => (type ? type + suffix : undefined);

/** A column of a result, as GetQueryResults describes it. */
export interface ColumnInfo {
  Name: string;
  Label: string;
  Type: string;
  Precision: number;
  Scale: number;
  Nullable: "UNKNOWN";
  CaseSensitive: boolean;
  CatalogName: "hive";
  SchemaName: "";
  TableName: "";
}

/** Precisions are those that Athena reports: varchar without bound is 2147483647 wide. */
export function columnInfo(name: string, type: string): ColumnInfo {
  const [athena, precision, scale = 0] = described(type);
  return {
    CatalogName: "hive", SchemaName: "", TableName: "", Name: name, Label: name, Type: athena, Precision: precision, Scale: scale,
    Nullable: "UNKNOWN", CaseSensitive: athena === "varchar",
  };
}

function described(type: string): [athena: string, precision: number, scale?: number] {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return ["decimal", Number(decimal[1]), Number(decimal[2])];
  const known: Record<string, [string, number]> = {
    BOOLEAN: ["boolean", 0], TINYINT: ["tinyint", 3], SMALLINT: ["smallint", 5], INTEGER: ["integer", 10], BIGINT: ["bigint", 19],
    HUGEINT: ["bigint", 19], FLOAT: ["float", 17], DOUBLE: ["double", 17], DATE: ["date", 0], BLOB: ["varbinary", 0],
    TIME: ["time", 3], INTERVAL: ["interval day to second", 0],
  };
  if (Object.hasOwn(known, type)) return known[type]!;
  if (type.startsWith("TIMESTAMP WITH TIME ZONE")) return ["timestamp with time zone", 3];
  if (type.startsWith("TIMESTAMP")) return ["timestamp", 3];
  if (type.endsWith("]")) return ["array", 0];
  if (type.startsWith("STRUCT")) return ["row", 0];
  if (type.startsWith("MAP")) return ["map", 0];
  return ["varchar", 2147483647];
}

/** A value as Athena writes it into a result; nothing for NULL. Times carry milliseconds, or microseconds where there are any. */
export function written(value: DuckDBValue, type: DuckDBType | string): string | undefined {
  if (value === null) return undefined;
  const kind = String(type);
  if (kind.startsWith("TIMESTAMP WITH TIME ZONE")) return `${fraction(String(value).replace(/\+00(:00)?$/, ""))} UTC`;
  if (kind.startsWith("TIMESTAMP")) return fraction(String(value));
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("hex").replace(/..(?=.)/g, "$& ");
  if (typeof value === "number") return kind === "DOUBLE" || kind === "FLOAT" ? floating(value) : String(value);
  return String(value);
}

function fraction(time: string): string {
  const [whole, digits = ""] = time.split(".");
  return `${whole}.${digits.padEnd(digits.length > 3 ? 6 : 3, "0").slice(0, 6)}`;
}

/** As Java writes a double: always with a point, with an exponent outside 0.001 to 10,000,000. */
function floating(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}
