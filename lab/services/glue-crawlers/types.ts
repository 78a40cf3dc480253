/** Types: what DuckDB calls a type, in the words of Glue. Pure. */

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
