import { expect } from "chai";
import { relation } from "./relation";
import { filesView, partitionsNeeded } from "./relation-sql";

const parquet = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
const table = (changes: object = {}, library = parquet, parameters = {}) => relation({
  DatabaseName: "raw", Name: "t", TableType: "EXTERNAL_TABLE",
  StorageDescriptor: { Columns: [{ Name: "Room_Id", Type: "string" }, { Name: "n", Type: "int" }], Location: "s3://raw/t", SerdeInfo: { SerializationLibrary: library, Parameters: parameters } },
  PartitionKeys: [{ Name: "day", Type: "string" }], ...changes,
});

describe("a table of the catalogue", () => {
  it("is read file by file, under a prefix that ends where the table does", () => {
    expect(table()).to.deep.equal({
      kind: "files", location: "s3://raw/t/", format: { kind: "parquet" },
      columns: [{ name: "room_id", type: "VARCHAR" }, { name: "n", type: "INTEGER" }], partitions: [{ name: "day", type: "VARCHAR" }],
    });
  });

  it("takes quotes, delimiter and header of a CSV from its SerDe and its properties", () => {
    const csv = table({ Parameters: { "skip.header.line.count": "1" } }, "org.apache.hadoop.hive.serde2.OpenCSVSerde", { separatorChar: ";" });
    expect(csv).to.have.deep.property("format", { kind: "csv", delimiter: ";", quote: '"', escape: '"', skip: 1, nullText: "", strict: true });
    const lazy = table({}, "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", { "field.delim": "," });
    expect(lazy).to.have.deep.property("format", { kind: "csv", delimiter: ",", quote: "", escape: "", skip: 0, nullText: "\\N", strict: false });
  });

  it("is an Iceberg table by its metadata, and may read only what is beside it", () => {
    const metadata = "s3://lake/warehouse/x.db/t/metadata/00001-a.metadata.json";
    expect(table({ Parameters: { table_type: "ICEBERG", metadata_location: metadata } })).to.deep.equal({ kind: "iceberg", metadata, prefix: "s3://lake/warehouse/x.db/t/" });
  });

  it("is a view by the text that Athena writes", () => {
    const text = Buffer.from(JSON.stringify({ originalSql: "SELECT 1 AS a", catalog: "awsdatacatalog", schema: "lake", columns: [{ name: "a", type: "integer" }] })).toString("base64");
    expect(table({ TableType: "VIRTUAL_VIEW", ViewOriginalText: `/* Presto View: ${text} */` })).to.deep.equal({
      kind: "view", sql: "SELECT 1 AS a", database: "lake", columns: [{ name: "a", type: "integer" }],
    });
  });

  for (const [what, changes, library] of [
    ["a file of this machine", { StorageDescriptor: { Location: "file:///etc/", SerdeInfo: { SerializationLibrary: parquet } } }, parquet],
    ["Iceberg metadata elsewhere", { Parameters: { table_type: "ICEBERG", metadata_location: "/etc/passwd" } }, parquet],
    ["partition projection", { Parameters: { "projection.enabled": "true" } }, parquet],
    ["an unknown SerDe", {}, "org.example.Avro"],
    ["a broken view", { TableType: "VIRTUAL_VIEW", ViewOriginalText: "/* Presto View: !!! */" }, parquet],
    ["an unknown type", { PartitionKeys: [{ Name: "day", Type: "struct<a:int>" }] }, parquet],
  ] as const) {
    it(`is not read when it is ${what}, and says so`, () => {
      expect(table(changes, library)).to.have.property("kind", "absent");
      expect(table(changes, library)).to.have.property("why").that.matches(/raw\.t/);
    });
  }

  it("reaches DuckDB with every hostile name as a name and every value as a value", () => {
    const relation = { kind: "files", location: "s3://raw/t/", format: { kind: "parquet" }, columns: [{ name: "a\"b", type: "VARCHAR" }], partitions: [{ name: "day", type: "VARCHAR" }] } as const;
    const sql = filesView("\"d\".\"t\"", { ...relation, columns: [...relation.columns], partitions: [...relation.partitions] }, [{ uri: "s3://raw/t/x'); DROP", bytes: 1, values: ["it's"] }], new Set(["a\"b"]));
    expect(sql).to.contain("AS \"a\"\"b\"").and.contain("'s3://raw/t/x''); DROP'").and.contain("'it''s'");
    expect(partitionsNeeded([{ name: "day", type: "VARCHAR" }], [["it's"]], "\"day\" = 'x'")).to.contain("(0, 'it''s')").and.match(/WHERE "day" = 'x'$/);
  });

  it("answers no row where there is no file, with the columns it declares", () => {
    const relation = { kind: "files", location: "s3://raw/t/", format: { kind: "parquet" }, columns: [{ name: "n", type: "INTEGER" }], partitions: [] } as const;
    expect(filesView("t", { ...relation, columns: [...relation.columns], partitions: [] }, [], new Set())).to.equal("CREATE TEMP VIEW t AS SELECT CAST(NULL AS INTEGER) AS \"n\" WHERE false");
  });
});
