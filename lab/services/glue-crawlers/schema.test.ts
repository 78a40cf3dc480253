import { expect } from "chai";
import { isHeader } from "./infer";
import { belowPath, patternsOf, typeOf } from "./jdbc-target";
import { combined, tableName, unlike, type Schema } from "./schema";
import { parquetType, textType } from "./types";

const schema = (format: Schema["format"], columns: Record<string, string>): Schema =>
  ({ format, compression: "none", columns: Object.entries(columns).map(([Name, Type]) => ({ Name, Type })) });

describe("schema", () => {
  it("lets files be one table when most columns are the same, and says why not otherwise", () => {
    const a = schema("csv", { timestamp: "string", room: "string", temperature: "double", note: "string" });
    expect(unlike(a, schema("csv", { timestamp: "string", room: "string", temperature: "bigint" }))).to.equal(undefined);
    expect(unlike(a, schema("csv", { id: "bigint", name: "string" }))).to.equal("columns timestamp,room,temperature,note beside id,name");
    expect(unlike(a, schema("json", { timestamp: "string" }))).to.equal("csv beside json");
    expect(unlike(schema("parquet", { t: "timestamp" }), schema("parquet", { t: "string" }))).to.equal("column t is timestamp beside string");
  });

  it("combines what is of one format whatever its columns, when told to, but no types that clash", () => {
    expect(unlike(schema("json", { a: "int" }), schema("json", { c: "int" }), true)).to.equal(undefined);
    expect(unlike(schema("csv", { a: "int" }), schema("json", { a: "int" }), true)).to.equal("csv beside json");
    expect(unlike(schema("parquet", { t: "timestamp" }), schema("parquet", { t: "string" }), true)).to.equal("column t is timestamp beside string");
  });

  it("takes a first row for a header by the rules of Glue's classifier", () => {
    expect(isHeader(["a", "b"], true)).to.equal(true);
    expect(isHeader(["a", "b"], false)).to.equal(false);
    expect(isHeader(["a", "1.5"], true)).to.equal(false);
    expect(isHeader(["a", ""], true)).to.equal(true);
    expect(isHeader(["", "a"], true)).to.equal(false);
    expect(isHeader(["x".repeat(150), "a"], true)).to.equal(false);
  });

  it("combines to the wider type, which in text is string", () => {
    const of = (format: Schema["format"], ...types: [string, ...string[]]) =>
      combined(types.map((type) => schema(format, { v: type })) as [Schema, ...Schema[]]).columns[0]?.Type;
    expect(of("csv", "bigint", "double")).to.equal("double");
    expect(of("csv", "double", "bigint", "string", "double")).to.equal("string");
    expect(of("parquet", "int", "bigint")).to.equal("bigint");
    expect(combined([schema("csv", { a: "bigint" }), schema("csv", { b: "string", a: "bigint" })]).columns.map(({ Name }) => Name)).to.deep.equal(["a", "b"]);
  });

  it("reads DuckDB's types as Glue's classifiers would, times in text being strings", () => {
    expect(["BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMP", "DATE", "VARCHAR"].map(textType)).to.deep.equal(["bigint", "double", "boolean", "string", "string", "string"]);
    expect(["INTEGER", "TIMESTAMP WITH TIME ZONE", "DATE", "DECIMAL(10,2)", "BLOB"].map(parquetType)).to.deep.equal(["int", "timestamp", "date", "decimal(10,2)", "binary"]);
    expect(textType("STRUCT(a BIGINT, \"B c\" STRUCT(d DOUBLE[], e VARCHAR))[]")).to.equal("array<struct<a:bigint,b c:struct<d:array<double>,e:string>>>");
    expect(parquetType("MAP(VARCHAR, INTEGER[])")).to.equal("map<string,array<int>>");
  });

  it("names tables as Athena takes them", () => {
    expect(tableName("raw_", "exports/Room-1 data/")).to.equal("raw_room_1_data");
  });

  it("knows the types of JDBC and the paths of engines", () => {
    const type = (jdbc: number, size = 0, scale = 0) => typeOf({ jdbc, size, scale });
    expect([type(12), type(8), type(93), type(4), type(-5), type(3, 10, 3), type(-7), type(-155)]).to.deep.equal(["string", "double", "timestamp", "int", "bigint", "decimal(10,3)", "boolean", "string"]);
    expect(patternsOf("sqlserver", "sensors/dbo/%")).to.deep.equal({ catalog: "sensors", schema: "dbo", table: "%" });
    expect(patternsOf("sqlserver", "sensors/%")).to.deep.equal({ catalog: "sensors", schema: "%", table: "%" });
    expect([belowPath("sensors/dbo/%", ["s", "d", "t"]), belowPath("sensors/%", ["s", "d", "t"]), belowPath("s/d/t", ["s", "d", "t"])]).to.deep.equal(["t", "d/t", "t"]);
    expect(patternsOf("mysql", "sensors/readings")).to.deep.equal({ catalog: "sensors", schema: "%", table: "readings" });
  });
});
