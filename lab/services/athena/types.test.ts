import { expect } from "chai";
import { columnInfo, duckdbType, written } from "./types";

describe("types of Athena", () => {
  it("reads the catalogue's names, and says of what it does not read that it does not", () => {
    expect(["string", "INT", "decimal(10, 2)", "array<double>", "varchar(64)"].map(duckdbType)).to.deep.equal(["VARCHAR", "INTEGER", "DECIMAL(10, 2)", "DOUBLE[]", "VARCHAR"]);
    expect(["struct<a:int>", "constructor", "array<x>"].map(duckdbType)).to.deep.equal([undefined, undefined, undefined]);
  });

  it("writes doubles as Java does", () => {
    const doubles = [21.5, 3, 0, -0, 1e7, 12345678.9, 0.0001, 1e21, NaN, -Infinity].map((value) => written(value, "DOUBLE"));
    expect(doubles).to.deep.equal(["21.5", "3.0", "0.0", "-0.0", "1.0E7", "1.23456789E7", "1.0E-4", "1.0E21", "NaN", "-Infinity"]);
    expect(written(3, "INTEGER")).to.equal("3");
  });

  it("writes times with milliseconds, finer ones with microseconds, and NULL as nothing", () => {
    expect(written("2020-01-01 00:00:00", "TIMESTAMP")).to.equal("2020-01-01 00:00:00.000");
    expect(written("2020-01-01 00:00:00.12", "TIMESTAMP_MS")).to.equal("2020-01-01 00:00:00.120");
    expect(written("2020-01-01 00:00:00.123456+00", "TIMESTAMP WITH TIME ZONE")).to.equal("2020-01-01 00:00:00.123456 UTC");
    expect(written(null, "VARCHAR")).to.equal(undefined);
  });

  it("describes columns as GetQueryResults does", () => {
    expect(columnInfo("n", "HUGEINT")).to.include({ Name: "n", Type: "bigint", Precision: 19 });
    expect(columnInfo("d", "DECIMAL(5,2)")).to.include({ Type: "decimal", Precision: 5, Scale: 2 });
    expect(columnInfo("s", "VARCHAR")).to.include({ Type: "varchar", CaseSensitive: true });
  });
});
