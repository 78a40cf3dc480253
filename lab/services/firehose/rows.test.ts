import { expect } from "chai";
import fc from "fast-check";
import { filled, prefixFault } from "./prefix";
import { columnFaults, rowOf } from "./rows";
import { settingsOf } from "./settings";

const columns = [{ name: "timestamp", type: "timestamp" }, { name: "room_id", type: "string" }, { name: "t", type: "double" }, { name: "n", type: "bigint" }];
const row = (text: string) => rowOf(Buffer.from(text), columns);
const at = Date.parse("2024-02-03T04:05:06Z");

describe("Firehose rows", () => {
  it("have every column, exact, and null for what is not there", () => {
    expect(row('{"Room_Id":"a\\nb","n":9007199254740993,"t":-0.5,"other":1}')).to.deep.equal({ line: '{"timestamp":null,"room_id":"a\\nb","t":-0.5,"n":9007199254740993}' });
    expect(row('{"timestamp":"2024-02-03 04:05:06.789"}')).to.deep.equal({ line: '{"timestamp":"2024-02-03 04:05:06.789","room_id":null,"t":null,"n":null}' });
  });

  it("say what does not fit a column rather than bend it", () => {
    const faults = ['{"t":"1"}', '{"t":1e400}', '{"n":1.5}', '{"n":9223372036854775808}', '{"timestamp":"soon"}', '{"room_id":{}}', "[]", "{", ""].map((text) => (row(text) as { fault: string }).fault);
    expect(faults).to.deep.equal([
      "The value of t is no double.", "The value of t is no double.", "The value of n is no bigint.", "The value of n is no bigint.",
      "The value of timestamp is no timestamp.", "The value of room_id is no string.", ...Array<string>(3).fill("The record is no JSON object."),
    ]);
  });

  it("never break, and are one line", () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      const told = row(text);
      if ("line" in told) expect(told.line).to.not.contain("\n");
    }));
  });

  it("name the columns that can't be written", () => {
    expect(columnFaults([...columns, { name: "m", type: "map<string,int>" }])).to.deep.equal(["column m is map<string,int>, which the lab can't write as Parquet"]);
  });
});

describe("Firehose prefix", () => {
  it("fills in time of arrival, error type and a random part that a repetition keeps", () => {
    expect(filled("t/source=live/day=!{timestamp:yyyy-MM-dd}/", at, "")).to.equal("t/source=live/day=2024-02-03/");
    expect(filled("!{timestamp:yyyy'Y'/HH'.'mm.ss}/", at, "")).to.equal("2024Y/04.05.06/");
    expect(filled("e/!{firehose:error-output-type}/!{firehose:random-string}/", at, "0123-4567-89ab-cdef", "processing-failed")).to.equal("e/processing-failed/0123456789a/");
    expect(filled("plain/", at, "")).to.equal("plain/2024/02/03/04/");
    expect(filled("plain/", at, "", "processing-failed")).to.equal("plain/processing-failed/2024/02/03/04/");
  });

  it("refuses by name what it does not have", () => {
    expect(prefixFault("Prefix", "!{partitionKeyFromLambda:room}/", false)).to.equal("The lab's prefixes do not have !{partitionKeyFromLambda:room} of Prefix.");
    expect(prefixFault("Prefix", "!{timestamp:yyyy-DDD}/", false)).to.equal("The lab's prefixes do not have DDD of !{timestamp:yyyy-DDD} in Prefix.");
    expect(prefixFault("Prefix", "!{firehose:error-output-type}/", false)).to.contain("belongs in ErrorOutputPrefix");
    expect(prefixFault("ErrorOutputPrefix", "e/!{timestamp:yyyy}/", true)).to.contain("needs !{firehose:error-output-type}");
  });
});

describe("Firehose settings", () => {
  const told = { BucketARN: "arn:aws:s3:::raw", BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 } };
  const conversion = {
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } }, OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
    SchemaConfiguration: { DatabaseName: "d", TableName: "t" },
  };
  const fault = (more: object): string => {
    try {
      return JSON.stringify(settingsOf({ ...told, ...more }));
    } catch (thrown) {
      return (thrown as Error).message;
    }
  };

  it("are read as plain values", () => {
    expect(settingsOf({ ...told, DataFormatConversionConfiguration: conversion })).to.deep.equal({
      bucket: "raw", prefix: "", errorOutputPrefix: "", bufferBytes: 64 * 1024 * 1024, bufferSeconds: 1, gzip: false, extension: ".parquet", parquet: { database: "d", table: "t" },
    });
    expect(settingsOf({ ...told, CompressionFormat: "GZIP" }).extension).to.equal(".gz");
  });

  it("refuse what AWS refuses and, by name, what the lab does not have", () => {
    expect(fault({ DataFormatConversionConfiguration: conversion, BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 1 } })).to.contain("at least 64");
    expect(fault({ DataFormatConversionConfiguration: conversion, CompressionFormat: "GZIP" })).to.contain("must be UNCOMPRESSED");
    expect(fault({ BucketARN: "raw" })).to.contain("no ARN of a bucket");
    expect(fault({ CompressionFormat: "Snappy" })).to.equal("The lab's delivery streams do not have the compression Snappy.");
    expect(fault({ DynamicPartitioningConfiguration: { Enabled: true } })).to.contain("dynamic partitioning");
    expect(fault({ ProcessingConfiguration: { Enabled: true, Processors: [{ Type: "MetadataExtraction" }] } })).to.contain("the processor MetadataExtraction");
    expect(fault({ S3BackupConfiguration: {} })).to.contain("S3BackupConfiguration of the ExtendedS3 destination");
  });
});
