/** The live door in a process of its own, for tests that kill it: broker, rules and a delivery stream whose bucket is a folder. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ApiRequest } from "../lab/gateway/service";
import { Lab, portsFrom, type Tools } from "../lab/lab";
import { FirehoseService } from "../lab/services/firehose";
import { IotService } from "../lab/services/iot";
import { certificateId } from "../lab/services/iot/authority";
import { MqttService } from "../lab/services/mqtt";

interface Answers {
  RequestResponses: { ErrorCode?: string }[];
}

async function main(home: string, base: number): Promise<void> {
  const lab = new Lab(home, portsFrom(base), {} as Tools, () => undefined, { accessKeyId: "", secretAccessKey: "" });
  const iot = new IotService(lab);
  await iot.start();
  const firehose = new FirehoseService(lab, { put: (_, key, body) => Promise.resolve(object(join(home, "objects", key), body)) });
  await firehose.start();
  const ask = async (action: string, input: object) => (await firehose.handle({ action, body: Buffer.from(JSON.stringify({ DeliveryStreamName: "s", ...input })) } as ApiRequest)).body as Answers;
  if (!existsSync(join(home, "thing.json"))) await prepare(iot, home, ask);
  const mqtt = new MqttService(lab, iot, {
    put: async (_, records) => (await ask("PutRecordBatch", { Records: records.map((one) => ({ Data: one.toString("base64") })) })).RequestResponses.map(({ ErrorCode }) => ErrorCode),
    keep: () => Promise.reject(new Error("nothing goes here")),
  });
  await mqtt.start();
  process.send?.("ready");
  process.on("message", () => void mqtt.drained().then(() => firehose.drained()).then(() => process.send?.("drained")));
}

/** Objects are whole or not there, as in S3. */
function object(path: string, body: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.part`, body);
  renameSync(`${path}.part`, path);
}

async function prepare(iot: IotService, home: string, ask: (action: string, input: object) => Promise<unknown>): Promise<void> {
  await ask("CreateDeliveryStream", { ExtendedS3DestinationConfiguration: {
    RoleARN: "arn:role", BucketARN: "arn:aws:s3:::b", Prefix: "live/!{timestamp:yyyy}/", BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
  } });
  const identity = await iot.authority.device();
  const { certificateArn } = iot.registry.addCertificate(certificateId(identity.certificatePem), identity.certificatePem, true);
  iot.registry.createThing("office", undefined, {});
  iot.registry.createPolicy("all", JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: ["iot:Connect", "iot:Publish"], Resource: "*" } }));
  iot.registry.attach("things", "office", certificateArn);
  iot.registry.attach("policies", "all", certificateArn);
  iot.rules.create("live", { sql: "SELECT * FROM 'sensors/+/temperature'", awsIotSqlVersion: "2016-03-23", actions: [{ firehose: { roleArn: "arn:role", deliveryStreamName: "s", separator: "\n" } }] });
  writeFileSync(join(home, "thing.json"), JSON.stringify({ ...identity, caPem: iot.authority.certificatePem }));
}

void main(process.argv[2] ?? "", Number(process.argv[3]));
