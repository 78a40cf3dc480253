/** MQTT: AWS IoT Core's message broker and its rules. Acknowledged means on disk; what is on disk reaches the actions of its rules. */
import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { type ApiRequest, type ApiResponse, notHere, type Service } from "../gateway/service";
import { Journal } from "../journal";
import type { Lab } from "../lab";
import type { IotService } from "./iot";
import type { PublishedMessage } from "./iot/rule-evaluation";
import { Broker } from "./mqtt/broker";
import { Dispatch, type Outlets } from "./mqtt/dispatch";
import { packed } from "./mqtt/entry";

export class MqttService implements Service {
  readonly names = ["iotdata"] as const;
  private readonly journal: Journal;
  private readonly dispatch: Dispatch;
  private broker: Broker | undefined;

  /** @param iot started before this. @param outlets left out: the lab's own streams and buckets. */
  constructor(private readonly lab: Lab, private readonly iot: IotService, outlets: Outlets = through(lab)) {
    this.journal = new Journal(lab.folder("mqtt"));
    this.dispatch = new Dispatch(this.journal, (message) => iot.rules.taken(message), outlets, lab.log);
  }

  async start(): Promise<void> {
    const { certificatePem: certificate, privateKey: key } = await this.iot.authority.broker();
    this.broker = await Broker.listen({
      port: this.lab.ports.mqtt, key, certificate, registry: this.iot.registry, log: this.lab.log, take: (message) => this.take(message),
    });
    this.dispatch.start();
  }

  async stop(): Promise<void> {
    await this.broker?.close();
    await this.dispatch.stop();
    await this.journal.close();
  }

  /** Resolves when everything acknowledged so far was handed to its streams; rejects when that can't be done now. */
  drained(): Promise<void> {
    return this.dispatch.drained();
  }

  handle({ action }: ApiRequest): Promise<ApiResponse> {
    return Promise.reject(notHere("IoT data", action));
  }

  private async take(message: PublishedMessage): Promise<void> {
    if (!this.iot.rules.wants(message.topic)) return;
    await this.journal.append(packed(message));
    this.dispatch.nudge();
  }
}

function through(lab: Lab): Outlets {
  const firehose = new FirehoseClient({ ...lab.client(), maxAttempts: 1 });
  const s3 = new S3Client(lab.client());
  return {
    put: async (DeliveryStreamName, records) => {
      const { RequestResponses = [] } = await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: records.map((Data) => ({ Data })) }));
      return RequestResponses.map(({ ErrorCode, ErrorMessage }) => (ErrorCode ? `${ErrorCode}: ${ErrorMessage}` : undefined));
    },
    keep: (Bucket, Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/json" })),
  };
}
