import { expect } from "chai";
import * as aws from "@pulumi/aws";
import { loadChannel } from "./channel";
import { PrivateBucket } from "./private-bucket";
import { SensorIngest, type SensorIngestArgs } from "./sensor-ingest";
import { registered } from "./testing";

const build = (args: Partial<SensorIngestArgs> = {}, keyed = false, then: (ingest: SensorIngest) => void = () => undefined) =>
  registered((opts) => {
    const key = new aws.kms.Key("key", {}, opts);
    const raw = new PrivateBucket("raw", keyed ? { key } : {}, opts);
    const rawDatabase = new aws.glue.CatalogDatabase("raw_temperatures", { name: "raw_temperatures" }, opts);
    const channels = ["temperature", "diagnostics"].map((name) => {
      const channel = loadChannel(name);
      return { channel, rawTable: new aws.glue.CatalogTable(channel.table, { name: channel.table, databaseName: rawDatabase.name }, opts) };
    });
    const ingest = new SensorIngest("in", { channels, raw, rawDatabase, things: ["office", "hall"], ...args }, opts);
    then(ingest);
    return ingest;
  });

/** The block with nothing set beside what it must have; built once. */
let plain: ReturnType<typeof build> | undefined;
const built = () => (plain ??= build());

interface Statement { Action: string | string[]; Resource: string | string[]; Condition?: object }
const statements = (policy: string): Statement[] => (JSON.parse(policy) as { Statement: Statement[] }).Statement;
const stream = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream in-temperature";

describe("SensorIngest", () => {
  it("lets a thing connect as itself and publish to its own topics, and nothing else", async () => {
    const policy = (await built()).get("aws:iot/policy:Policy in-things").policy as string;
    const here = "arn:aws:iot:eu-central-1:123456789012";
    expect(statements(policy).map(({ Action, Resource, Condition }) => [Action, Resource, Condition])).to.deep.equal([
      ["iot:Connect", `${here}:client/\${iot:Connection.Thing.ThingName}`, { Bool: { "iot:Connection.Thing.IsAttached": "true" } }],
      ["iot:Publish", ["temperature", "diagnostics"].map((channel) => `${here}:topic/sensors/\${iot:Connection.Thing.ThingName}/${channel}`), undefined],
    ]);
  });

  it("gives every thing a certificate that is active, has the policy and belongs to it alone", async () => {
    const found = await built();
    for (const thing of ["office", "hall"]) {
      expect(found.get(`aws:iot/certificate:Certificate in-certificate-${thing}`)).to.deep.equal({ active: true });
      expect(found.get(`aws:iot/policyAttachment:PolicyAttachment in-may-publish-${thing}`).target).to.equal(`arn:in-certificate-${thing}`);
      expect(found.get(`aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment in-belongs-${thing}`)).to.deep.equal({ thing, principal: `arn:in-certificate-${thing}` });
    }
  });

  it("signs the request of a thing that keeps its key", async () => {
    const found = await build({ signingRequests: { hall: "CSR" } });
    expect(found.get("aws:iot/certificate:Certificate in-certificate-hall").csr).to.equal("CSR");
  });

  it("wraps any payload, with the thing of its topic and the time of arrival", async () => {
    const rule = (await built()).get("aws:iot/topicRule:TopicRule in-rule-temperature");
    expect(rule.sql).to.equal("SELECT encode(*, 'base64') AS payload, topic(2) AS thing, timestamp() AS received_at FROM 'sensors/+/temperature'");
    expect(rule.name).to.equal("sensorlake_test_temperature");
    expect(rule.firehoses[0]).to.include({ separator: "\n", batchMode: false });
    expect(rule.errorAction.s3.key).to.equal("undelivered/temperature/rule/${topic(2)}/${newuuid()}.json");
  });

  it("lets a rule write to its stream and to undelivered/, and nowhere else", async () => {
    const { policy } = (await built()).get("aws:iam/rolePolicy:RolePolicy in-rule-temperature");
    expect(statements(policy).map(({ Resource }) => Resource)).to.deep.equal(["arn:in-temperature", "arn:raw/undelivered/temperature/*"]);
  });

  it("lets the judge write to its channel's rejected/ and to its log, and nowhere else", async () => {
    const { policy } = (await built()).get("aws:iam/rolePolicy:RolePolicy in-judge-temperature");
    const writes = statements(policy).filter(({ Action }) => !String(Action).startsWith("xray:"));
    expect(writes.map(({ Resource }) => Resource)).to.deep.equal(["arn:raw/rejected/temperature/*", "arn:in-judge-temperature:*"]);
  });

  it("converts to Parquet by the raw table, after the judge", async () => {
    const { extendedS3Configuration: to, serverSideEncryption } = (await built()).get(stream);
    expect(to.prefix).to.equal("temperatures/source=live/day=!{timestamp:yyyy-MM-dd}/");
    expect(to.errorOutputPrefix).to.equal("undelivered/temperature/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/");
    expect(to.dataFormatConversionConfiguration.schemaConfiguration).to.include({ databaseName: "raw_temperatures", tableName: "temperatures" });
    expect(to.dataFormatConversionConfiguration.outputFormatConfiguration.serializer).to.deep.equal({ parquetSerDe: {} });
    expect(to.processingConfiguration.processors[0].parameters).to.deep.equal([{ parameterName: "LambdaArn", parameterValue: "arn:in-judge-temperature:$LATEST" }]);
    expect(serverSideEncryption).to.deep.equal({ enabled: true });
  });

  it("lets the stream write where its prefixes say, read its table and ask its judge", async () => {
    const { policy } = (await built()).get("aws:iam/rolePolicy:RolePolicy in-temperature-delivery");
    const resources = statements(policy).flatMap(({ Resource }) => Resource);
    expect(resources).to.include.members([
      "arn:raw", "arn:raw/temperatures/source=live/*", "arn:raw/undelivered/temperature/*", "arn:in-judge-temperature:*", "arn:in-temperature-delivery:*",
      "arn:aws:glue:eu-central-1:123456789012:table/raw_temperatures/temperatures",
    ]);
    expect(resources).to.not.include("*");
    expect(statements(policy).flatMap(({ Action }) => Action)).to.include.members(["s3:PutObject", "s3:GetBucketLocation", "lambda:GetFunctionConfiguration", "glue:GetTableVersions", "logs:PutLogEvents"]);
  });

  it("uses the bucket's key for the stream and its objects where there is one", async () => {
    const found = await build({}, true);
    expect(found.get(stream).serverSideEncryption).to.deep.equal({ enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: "arn:key" });
    expect(found.get(stream).extendedS3Configuration.kmsKeyArn).to.equal("arn:key");
    const resources = statements(found.get("aws:iam/rolePolicy:RolePolicy in-rule-temperature").policy as string).flatMap(({ Resource }) => Resource);
    expect(resources).to.include("arn:key");
  });

  it("tells the judge what is plausible, and keeps an explicit zero", async () => {
    const found = await build({ bufferSeconds: 0, plausibleFutureMinutes: 0, plausiblePastDays: 7300 });
    expect(found.get(stream).extendedS3Configuration.bufferingInterval).to.equal(0);
    expect(found.get("aws:lambda/function:Function in-judge-temperature").environment.variables).to.deep.equal({
      CHANNEL: "temperature", RAW_BUCKET: "raw", PLAUSIBLE_PAST_DAYS: "7300", PLAUSIBLE_FUTURE_MINUTES: "0",
    });
  });

  it("tells a topic, channel by channel, what is late, undelivered, throttled or lost", async () => {
    const found = await build({ bufferSeconds: 60 }, false, (ingest) => ingest.alarm({ arn: "arn:news" }));
    const alarm = (role: string) => found.get(`aws:cloudwatch/metricAlarm:MetricAlarm in-temperature-${role}`);
    expect(alarm("late")).to.deep.include({ metricName: "DeliveryToS3.DataFreshness", threshold: 960, alarmActions: ["arn:news"] });
    expect(alarm("undelivered").dimensions).to.deep.equal({ DeliveryStreamName: "in-temperature" });
    expect(alarm("throttled").dimensions).to.deep.equal({ RuleName: "sensorlake_test_temperature" });
    expect(alarm("lost").metricQueries[0].expression).to.match(/SUM\(ErrorActionFailure\).* WHERE RuleName = 'sensorlake_test_temperature'$/);
  });

  it("refuses bad arguments, naming every fault and what to set", async () => {
    const fault = await build({ things: ["a/b", "hall", "hall"], signingRequests: { attic: "CSR" }, bufferMegabytes: 5, bufferSeconds: 1000 }).then(() => undefined, String);
    for (const part of ['thing is "a/b"; set letters', 'thing "hall" stands twice', 'signingRequests has "attic"', "bufferMegabytes is 5; set a whole number from 64 to 128", "bufferSeconds is 1000"])
      expect(fault).to.contain(part);
  });
});
