import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { connect, connectAsync, type IClientOptions } from "mqtt";
import { Lab, portsFrom, type Tools } from "../lab";
import { type Credentials, publishAll } from "../simulate/publish";
import { IotService } from "./iot";
import { certificateId } from "./iot/authority";
import { MqttService } from "./mqtt";
import type { Outlets } from "./mqtt/dispatch";

const sql = "SELECT encode(*, 'base64') AS payload, topic(2) AS thing FROM 'sensors/+/temperature'";
const here = "arn:aws:iot:eu-central-1:000000000000";
const thisThing = "${iot:Connection.Thing.ThingName}";
const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [
  { Effect: "Allow", Action: "iot:Connect", Resource: `${here}:client/${thisThing}`, Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } } },
  { Effect: "Allow", Action: "iot:Publish", Resource: `${here}:topic/sensors/${thisThing}/temperature` },
] });

describe("MqttService", () => {
  const home = mkdtempSync(join(tmpdir(), "mqtt-"));
  const logged: string[] = [];
  const lab = new Lab(home, portsFrom(20510), {} as Tools, (_, line) => logged.push(line), { accessKeyId: "", secretAccessKey: "" });
  const streamed: Record<string, string>[] = [];
  const kept = new Map<string, Record<string, unknown>>();
  /** What the stream answers; a test puts its own. */
  let put: Outlets["put"];
  const takesAll: Outlets["put"] = (_, records) => {
    streamed.push(...records.map((record) => JSON.parse(record.toString()) as Record<string, string>));
    return Promise.resolve(records.map(() => undefined));
  };
  const outlets: Outlets = { put: (stream, records) => put(stream, records), keep: (bucket, key, body) => Promise.resolve(kept.set(`${bucket}/${key}`, JSON.parse(body) as Record<string, unknown>)) };
  let iot: IotService;
  let mqtt: MqttService;
  let office: Credentials;

  async function boot(): Promise<void> {
    iot = new IotService(lab);
    await iot.start();
    mqtt = new MqttService(lab, iot, outlets);
    await mqtt.start();
  }

  async function thing(name: string): Promise<Credentials> {
    const identity = await iot.authority.device();
    const { certificateArn } = iot.registry.addCertificate(certificateId(identity.certificatePem), identity.certificatePem, true);
    iot.registry.createThing(name, undefined, {});
    iot.registry.attach("things", name, certificateArn);
    iot.registry.attach("policies", "own", certificateArn);
    return { thing: name, caPem: iot.authority.certificatePem, ...identity };
  }

  const options = ({ thing: clientId, certificatePem, privateKey, caPem }: Credentials): IClientOptions => ({
    protocol: "mqtts", host: "127.0.0.1", port: lab.ports.mqtt, protocolVersion: 4, reconnectPeriod: 0, clientId, cert: certificatePem, key: privateKey, ca: caPem,
  });
  /** How a connection attempt ends. */
  function connecting(more: IClientOptions): Promise<string> {
    const client = connect({ ...options(office), ...more });
    return new Promise<string>((resolve) => {
      client.once("connect", () => resolve("connected"));
      client.once("error", (fault) => resolve(fault.message));
      client.once("close", () => resolve("closed"));
    }).finally(() => client.endAsync(true));
  }
  /** Whether the broker acknowledges, or cuts the client off. */
  async function publishing(topic: string, payload: string | Buffer, more: { qos?: 0 | 1 | 2; retain?: boolean } = {}): Promise<string> {
    const client = await connectAsync(options(office));
    const closed = new Promise<string>((resolve) => client.once("close", () => resolve("cut off")));
    const told = await Promise.race([closed, client.publishAsync(topic, payload, { qos: 1, ...more }).then(() => "acknowledged", () => "cut off")]);
    await client.endAsync(true);
    return told;
  }

  before(async () => {
    put = takesAll;
    await boot();
    iot.registry.createPolicy("own", policyDocument);
    iot.rules.create("temperature", {
      sql, awsIotSqlVersion: "2016-03-23", actions: [{ firehose: { roleArn: "arn:role", deliveryStreamName: "stream", separator: "\n" } }],
      errorAction: { s3: { roleArn: "arn:role", bucketName: "raw", key: "undelivered/${topic(2)}.json" } },
    });
    office = await thing("office");
  });
  beforeEach(() => {
    streamed.length = logged.length = 0;
    kept.clear();
    put = takesAll;
  });
  after(async () => {
    await mqtt.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it("hands every acknowledged message to the stream, byte for byte", async () => {
    const payloads = Array.from({ length: 300 }, (_, at) => Buffer.from([at % 256, 0, 10, 255]));
    const { acknowledged } = await publishAll({ port: lab.ports.mqtt, credentials: office, channel: "temperature", messages: payloads });
    await mqtt.drained();
    expect(acknowledged).to.equal(300);
    expect(streamed.map(({ payload }) => payload).sort()).to.deep.equal(payloads.map((one) => one.toString("base64")).sort());
    expect(streamed[0]?.thing).to.equal("office");
  });

  it("refuses a connection without a certificate, with an unknown one, an inactive one, or under another client id", async () => {
    expect(await connecting({ cert: "", key: "" })).to.not.equal("connected");
    const stranger = await iot.authority.device();
    expect(await connecting({ cert: stranger.certificatePem, key: stranger.privateKey })).to.not.equal("connected");
    await thing("hall");
    expect(await connecting({ clientId: "hall" })).to.contain("Not authorized");
    const id = certificateId(office.certificatePem);
    iot.registry.setStatus(id, "INACTIVE");
    expect(await connecting({})).to.not.equal("connected");
    iot.registry.setStatus(id, "ACTIVE");
    expect(await connecting({})).to.equal("connected");
    for (const why of ["it has no certificate", "its certificate is not registered", "no policy of its certificate lets it connect under this client id", "is INACTIVE"])
      expect(logged.join("\n")).to.contain(why);
  });

  it("cuts off who publishes elsewhere, too much, retained or with QoS 2, and takes nothing of it", async () => {
    const own = "sensors/office/temperature";
    expect(await publishing("sensors/hall/temperature", "x")).to.equal("cut off");
    expect(await publishing("$aws/things/office/shadow/update", "x")).to.equal("cut off");
    expect(await publishing(own, "x", { retain: true })).to.equal("cut off");
    expect(await publishing(own, "x", { qos: 2 })).to.equal("cut off");
    expect(await publishing(own, Buffer.alloc(128 * 1024 + 1))).to.equal("cut off");
    expect(await publishing(own, Buffer.alloc(128 * 1024))).to.equal("acknowledged");
    expect(await publishing(own, "")).to.equal("acknowledged");
    await mqtt.drained();
    expect(streamed.map(({ payload }) => payload?.length)).to.deep.equal([174764, 0]);
  });

  it("cuts off at the next message whose certificate was revoked", async () => {
    const attic = await thing("attic");
    const client = await connectAsync(options(attic));
    await client.publishAsync("sensors/attic/temperature", "1", { qos: 1 });
    iot.registry.setStatus(certificateId(attic.certificatePem), "REVOKED");
    const closed = new Promise((resolve) => client.once("close", () => resolve("cut off")));
    client.publish("sensors/attic/temperature", "2", { qos: 1 });
    expect(await closed).to.equal("cut off");
    await mqtt.drained();
    expect(streamed).to.have.length(1);
  });

  it("lets nobody subscribe whom no policy lets", async () => {
    const client = await connectAsync(options(office));
    const [granted] = await client.subscribeAsync("#", { qos: 1 }).catch((fault: Error) => [{ qos: fault.message }]);
    await client.endAsync(true);
    expect(granted?.qos).to.match(/128|Unspecified error/);
  });

  it("tries again only what the stream refused", async () => {
    const calls: number[] = [];
    put = (stream, records) => {
      calls.push(records.length);
      if (calls.length > 1) return takesAll(stream, records);
      void takesAll(stream, records.slice(1));
      return Promise.resolve(records.map((_, at) => (at === 0 ? "ServiceUnavailableException: slow down" : undefined)));
    };
    await publishAll({ port: lab.ports.mqtt, credentials: office, channel: "temperature", messages: ["1", "2", "3"] });
    await mqtt.drained();
    expect(streamed.map(({ payload }) => Buffer.from(payload ?? "", "base64").toString()).sort()).to.deep.equal(["1", "2", "3"]);
  });

  it("keeps what a stream that is gone can't take, in the shape of AWS's error action", async () => {
    put = () => Promise.reject(Object.assign(new Error("Firehose stream not found"), { name: "ResourceNotFoundException" }));
    await publishAll({ port: lab.ports.mqtt, credentials: office, channel: "temperature", messages: ["hello"] });
    await mqtt.drained();
    const told = kept.get("raw/undelivered/office.json");
    expect(told).to.deep.equal({
      cloudwatchTraceId: told?.cloudwatchTraceId, ruleName: "temperature", topic: "sensors/office/temperature", clientId: "office", base64OriginalPayload: "aGVsbG8=",
      failures: [{ failedAction: "FirehoseAction", failedResource: "stream", errorMessage: "ResourceNotFoundException: Firehose stream not found" }],
    });
  });

  it("has after a restart what was acknowledged and not handed on", async () => {
    await mqtt.stop();
    put = () => Promise.reject(new Error("not there"));
    const offline = { put, keep: () => Promise.reject(new Error("not there either")) };
    mqtt = new MqttService(lab, iot, offline);
    await mqtt.start();
    await publishAll({ port: lab.ports.mqtt, credentials: office, channel: "temperature", messages: ["kept"] });
    await mqtt.stop();
    put = takesAll;
    await boot();
    await mqtt.drained();
    expect(streamed.map(({ payload }) => Buffer.from(payload ?? "", "base64").toString())).to.deep.equal(["kept"]);
  });

  it("tells a publisher that is refused why it stops", async () => {
    const fault = await publishAll({ port: lab.ports.mqtt, credentials: { ...office, thing: "cellar" }, channel: "temperature", messages: ["1"] }).catch(String);
    expect(fault).to.match(/^Error: thing cellar was cut off: Connection refused: Not authorized/);
  });
});
