import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "chai";
import type { ApiRequest } from "../gateway/service";
import { Lab, portsFrom, type Tools } from "../lab";
import { FirehoseService } from "./firehose";
import type { World } from "./firehose/delivery";

const table = { DatabaseName: "raw_temperatures", TableName: "temperatures" };
const columns = [{ name: "timestamp", type: "timestamp" }, { name: "room_id", type: "string" }, { name: "n", type: "bigint" }];
const destination = (more: object = {}) => ({
  RoleARN: "arn:role", BucketARN: "arn:aws:s3:::raw", BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 },
  Prefix: "t/day=!{timestamp:yyyy-MM-dd}/", ErrorOutputPrefix: "e/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/", ...more,
});
const parquet = { DataFormatConversionConfiguration: {
  SchemaConfiguration: table, InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } }, OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
} };
const lambda = { ProcessingConfiguration: { Enabled: true, Processors: [{ Type: "Lambda", Parameters: [{ ParameterName: "LambdaArn", ParameterValue: "arn:fn:$LATEST" }] }] } };
const today = new Date().toISOString().slice(0, 10);

interface Asked { records: { recordId: string; data: string }[] }

describe("FirehoseService", () => {
  let home: string;
  let objects: Map<string, Buffer>;
  let world: Partial<World>;
  let firehose: FirehoseService;

  const boot = async () => {
    const lab = new Lab(home, portsFrom(20520), {} as Tools, () => undefined, { accessKeyId: "", secretAccessKey: "" });
    firehose = new FirehoseService(lab, { put: (bucket, key, body) => Promise.resolve(objects.set(`${bucket}/${key}`, body)), columns: () => Promise.resolve(columns), ...world });
    await firehose.start();
  };
  const ask = async (action: string, input: object) => (await firehose.handle({ action, body: Buffer.from(JSON.stringify({ DeliveryStreamName: "s", ...input })) } as ApiRequest)).body as Record<string, never>;
  const create = (more: object = {}) => ask("CreateDeliveryStream", { ExtendedS3DestinationConfiguration: destination(more) });
  const put = (...texts: string[]) => ask("PutRecordBatch", { Records: texts.map((text) => ({ Data: Buffer.from(text).toString("base64") })) });
  const keys = () => [...objects.keys()].map((key) => key.replace(/s-\d-.*?-[0-9a-f]{8}-.{27}/, "*"));
  const bodies = () => [...objects.values()].map(String);
  const faultOf = (call: Promise<unknown>) => call.then(() => "answered", (fault: Error) => `${fault.name}: ${fault.message}`);

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "firehose-"));
    objects = new Map();
    world = {};
    await boot();
  });
  afterEach(async () => {
    await firehose.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("writes what was put as one object, as it came, under the prefix of its arrival", async () => {
    await create();
    expect(await put("a\n", "b\n")).to.include({ FailedPutCount: 0 });
    await put("c");
    await firehose.drained();
    expect([keys(), bodies()]).to.deep.equal([[`raw/t/day=${today}/*`], ["a\nb\nc"]]);
    await firehose.drained();
    expect(objects.size).to.equal(1);
  });

  it("compresses by GZIP", async () => {
    await create({ CompressionFormat: "GZIP" });
    await put("a\n");
    await firehose.drained();
    expect([keys(), gunzipSync([...objects.values()][0]!).toString()]).to.deep.equal([[`raw/t/day=${today}/*.gz`], "a\n"]);
  });

  it("writes Parquet with the types of the table, and what does not fit to the error prefix", async () => {
    await create(parquet);
    await put('{"timestamp":"2024-01-02 03:04:05.678","room_id":"ü","n":9007199254740993}\n', '{"n":"many"}\n', '{"room_id":"x"}\n');
    await firehose.drained();
    expect(keys()).to.deep.equal([`raw/t/day=${today}/*.parquet`, `raw/e/format-conversion-failed/day=${today}/*`]);
    const [file, errors] = [...objects.values()];
    const error = JSON.parse(String(errors)) as Record<string, unknown>;
    expect(error).to.include({ attemptsMade: 1, ErrorCode: "DataFormatConversion.InvalidRecord", ErrorMessage: "The value of n is no bigint.", rawData: Buffer.from('{"n":"many"}\n').toString("base64") });
    expect(error.dataCatalogTable).to.include({ databaseName: "raw_temperatures", tableName: "temperatures" });
    const path = join(home, "x.parquet");
    writeFileSync(path, file!);
    const connection = await (await DuckDBInstance.create()).connect();
    expect((await connection.runAndReadAll(`SELECT epoch_ms(timestamp)::VARCHAR, room_id, n, typeof(timestamp) FROM '${path}'`)).getRowsJson()).to.deep.equal([
      [String(Date.parse("2024-01-02T03:04:05.678Z")), "ü", "9007199254740993", "TIMESTAMP WITH TIME ZONE"], [null, "x", null, "TIMESTAMP WITH TIME ZONE"],
    ]);
    connection.closeSync();
  });

  it("writes what the function gives back, and what it gave up with why", async () => {
    world = { invoke: (_, payload) => Promise.resolve(JSON.stringify({ records: (JSON.parse(payload) as Asked).records.flatMap(({ recordId, data }) => {
      const text = Buffer.from(data, "base64").toString();
      if (text === "drop") return [{ recordId, result: "Dropped" }];
      if (text === "fail") return [{ recordId, result: "ProcessingFailed" }];
      return text === "lose" ? [] : [{ recordId, result: "Ok", data: Buffer.from(text.toUpperCase()).toString("base64") }];
    }) })) };
    await firehose.stop();
    await boot();
    await create(lambda);
    await put("a", "drop", "fail", "lose", "b");
    await firehose.drained();
    const errors = bodies()[1]!.trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([bodies()[0], ...errors.map(({ errorCode, rawData, lambdaArn }) => `${String(errorCode)} ${Buffer.from(String(rawData), "base64").toString()} ${String(lambdaArn)}`)]).to.deep.equal([
      "AB", "Lambda.ProcessingFailedStatus fail arn:fn:$LATEST", "Lambda.MissingRecordId lose arn:fn:$LATEST",
    ]);
  });

  it("asks a failing function again with the same record ids, then keeps the records as failed", async () => {
    const asked: string[] = [];
    world = { invoke: (_, payload) => {
      asked.push((JSON.parse(payload) as Asked).records.map(({ recordId }) => recordId).join());
      return Promise.reject(new Error("broken"));
    } };
    await firehose.stop();
    await boot();
    await create({ ProcessingConfiguration: { Enabled: true, Processors: [{ Type: "Lambda", Parameters: [{ ParameterName: "LambdaArn", ParameterValue: "f" }, { ParameterName: "NumberOfRetries", ParameterValue: "1" }] }] } });
    await put("a", "b");
    await firehose.drained();
    expect([asked.length, new Set(asked).size]).to.deep.equal([2, 1]);
    expect(keys()).to.deep.equal([`raw/e/processing-failed/day=${today}/*`]);
    expect(bodies()[0]!.trimEnd().split("\n")).to.have.length(2);
  });

  it("keeps everything while the bucket refuses, and writes the same object when it does not", async () => {
    const tried: string[] = [];
    let open = false;
    world = { put: (_, key, body) => {
      tried.push(key);
      return open ? Promise.resolve(objects.set(key, body)) : Promise.reject(new Error("SlowDown"));
    } };
    await firehose.stop();
    await boot();
    await create();
    await put("a");
    expect(await faultOf(firehose.drained())).to.equal("Error: SlowDown");
    // Killed here: nothing is told to stop, another process takes over the folder.
    await boot();
    open = true;
    await put("b");
    await firehose.drained();
    expect(bodies()).to.deep.equal(["a", "b"]);
    expect(tried[0]).to.equal(tried[1]);
  });

  it("flushes by itself when the oldest record is old enough", async () => {
    await create({ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 } });
    await put("a");
    for (let i = 0; i < 100 && !objects.size; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(bodies()).to.deep.equal(["a"]);
  });

  it("refuses by AWS's names what is not there, twice there, too large or not in the lab", async () => {
    expect(await faultOf(put("a"))).to.match(/^ResourceNotFoundException/);
    await create();
    expect(await faultOf(create())).to.match(/^ResourceInUseException/);
    expect(await faultOf(ask("PutRecord", { Record: { Data: Buffer.alloc(1000 * 1024 + 1).toString("base64") } }))).to.match(/^InvalidArgumentException/);
    expect(await faultOf(ask("TagDeliveryStream", {}))).to.equal("NotImplementedException: The lab does not have firehose TagDeliveryStream.");
    expect(await faultOf(ask("CreateDeliveryStream", { DeliveryStreamName: "k", KinesisStreamSourceConfiguration: {} }))).to.contain("KinesisStreamSourceConfiguration");
  });

  it("tells its version, changes by it, and delivers before it is deleted", async () => {
    await create();
    const version = async () => ((await ask("DescribeDeliveryStream", {})).DeliveryStreamDescription as unknown as { VersionId: string }).VersionId;
    expect(await version()).to.equal("1");
    await ask("UpdateDestination", { CurrentDeliveryStreamVersionId: "1", ExtendedS3DestinationUpdate: { Prefix: "n/!{timestamp:yyyy}/" } });
    expect([await version(), await faultOf(ask("UpdateDestination", { CurrentDeliveryStreamVersionId: "1" }))]).to.deep.equal(["2", "ConcurrentModificationException: The version of s is 2"]);
    await put("a");
    await ask("DeleteDeliveryStream", {});
    expect(keys()).to.deep.equal([`raw/n/${today.slice(0, 4)}/*`]);
    expect(await ask("ListDeliveryStreams", {})).to.deep.include({ DeliveryStreamNames: [] });
  });
});
