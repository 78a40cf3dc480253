/** Firehose: delivery streams that take records directly. Acknowledged means on disk; the rest is in firehose/stream.ts. */
import { randomBytes } from "node:crypto";
import { ApiFault, type Json, jsonHandler, type JsonActions, type Service } from "../gateway/service";
import { JournalFull } from "../journal";
import type { Lab } from "../lab";
import type { Store } from "../store";
import type { StreamState, World } from "./firehose/delivery";
import { ParquetWriter } from "./firehose/parquet";
import { settingsOf } from "./firehose/settings";
import { Stream } from "./firehose/stream";
import { through } from "./firehose/world";

/** Firehose Developer Guide, "Amazon Data Firehose quota". */
const most = { recordBytes: 1000 * 1024, records: 500, batchBytes: 4 * 1024 * 1024 };
const destinationId = "destinationId-000000000001";

export class FirehoseService implements Service {
  readonly names = ["firehose"] as const;
  readonly handle: Service["handle"];
  private readonly states: Store<StreamState>;
  private readonly streams = new Map<string, Stream>();
  private readonly writer: ParquetWriter;
  private readonly world: World;

  /** @param world left out: the lab's own buckets, functions and tables. */
  constructor(private readonly lab: Lab, world?: Partial<World>) {
    this.states = lab.store("firehose");
    this.writer = new ParquetWriter(lab.folder("firehose", "work"));
    this.world = { ...through(lab, this.writer), ...world };
    this.handle = jsonHandler("firehose", this.answers());
  }

  /** Streams go on with what was on disk. */
  start(): Promise<void> {
    for (const [name, state] of this.states.entries()) this.streams.set(name, this.opened(state));
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.streams.values()].map((stream) => stream.stop()));
    this.streams.clear();
    await this.writer.close();
  }

  /** Deliver everything that is buffered now; rejects when something can't be delivered. */
  async drained(): Promise<void> {
    await Promise.all([...this.streams.values()].map((stream) => stream.drained()));
  }

  private opened(state: StreamState): Stream {
    return new Stream(this.lab.folder("firehose", state.id), state, this.world);
  }

  private answers(): JsonActions {
    return {
      CreateDeliveryStream: (input) => this.create(input),
      DescribeDeliveryStream: (input) => ({ DeliveryStreamDescription: this.described(this.state(input)) }),
      UpdateDestination: (input) => this.update(input),
      DeleteDeliveryStream: (input) => this.remove(input),
      ListDeliveryStreams: () => ({ DeliveryStreamNames: this.states.entries().map(([name]) => name), HasMoreDeliveryStreams: false }),
      PutRecord: async (input) => {
        const stream = this.stream(input);
        return { RecordId: await put(stream, bytesOf(input.Record)), Encrypted: false };
      },
      PutRecordBatch: (input) => this.putBatch(input),
    };
  }

  private create(input: Json): { DeliveryStreamARN: string } {
    const name = String(input.DeliveryStreamName);
    if (!/^[a-zA-Z0-9_.-]{1,64}$/.test(name)) throw new ApiFault("InvalidArgumentException", `DeliveryStreamName "${name}" does not fit [a-zA-Z0-9_.-]{1,64}`);
    if (this.states.has(name)) throw new ApiFault("ResourceInUseException", `Firehose ${name} under account ${this.lab.account} already exists`);
    const known = ["DeliveryStreamName", "DeliveryStreamType", "ExtendedS3DestinationConfiguration", "DeliveryStreamEncryptionConfigurationInput", "Tags"];
    const other = Object.keys(input).find((key) => !known.includes(key));
    if (other || (input.DeliveryStreamType ?? "DirectPut") !== "DirectPut") throw new ApiFault("NotImplementedException", `The lab's delivery streams do not have ${other ?? input.DeliveryStreamType}.`, 501);
    const told = input.ExtendedS3DestinationConfiguration ?? {};
    const state: StreamState = {
      name, arn: `arn:aws:firehose:${this.lab.region}:${this.lab.account}:deliverystream/${name}`,
      id: randomBytes(16).toString("hex"), version: 1, createdAt: Date.now() / 1000, settings: settingsOf(told), told,
    };
    this.states.put(name, state);
    this.streams.set(name, this.opened(state));
    return { DeliveryStreamARN: state.arn };
  }

  private update(input: Json): void {
    const state = this.state(input);
    if (input.CurrentDeliveryStreamVersionId !== String(state.version)) throw new ApiFault("ConcurrentModificationException", `The version of ${state.name} is ${state.version}`);
    const told = { ...state.told, ...input.ExtendedS3DestinationUpdate };
    const next = { ...state, version: state.version + 1, settings: settingsOf(told), told };
    this.states.put(state.name, next);
    this.stream(input).state = next;
  }

  /** What was acknowledged goes out first, where it can. */
  private async remove(input: Json): Promise<void> {
    const stream = this.stream(input);
    const { name } = this.state(input);
    await stream.drained().catch((fault: Error) => this.lab.log("firehose", `${name} is deleted with records that could not be delivered: ${fault.message}`));
    this.streams.delete(name);
    this.states.delete(name);
    await stream.remove();
  }

  private async putBatch(input: Json): Promise<object> {
    const stream = this.stream(input);
    const records: Buffer[] = (input.Records ?? []).map(bytesOf);
    const bytes = records.reduce((sum, one) => sum + one.length, 0);
    if (records.length < 1 || records.length > most.records) throw new ApiFault("InvalidArgumentException", `A batch has 1 to ${most.records} records, not ${records.length}`);
    if (bytes > most.batchBytes) throw new ApiFault("InvalidArgumentException", `A batch has at most ${most.batchBytes} bytes, not ${bytes}`);
    const answers = await Promise.all(records.map((data) => put(stream, data).then((RecordId) => ({ RecordId }), (fault: ApiFault) => ({ ErrorCode: fault.code, ErrorMessage: fault.message }))));
    return { FailedPutCount: answers.filter((one) => "ErrorCode" in one).length, Encrypted: false, RequestResponses: answers };
  }

  private state({ DeliveryStreamName: name }: Json): StreamState {
    const state = this.states.get(String(name));
    if (!state) throw new ApiFault("ResourceNotFoundException", `Firehose ${name} under account ${this.lab.account} not found.`);
    return state;
  }

  private stream(input: Json): Stream {
    return this.streams.get(this.state(input).name)!;
  }

  private described({ name, arn, version, createdAt, told }: StreamState): object {
    return {
      DeliveryStreamName: name, DeliveryStreamARN: arn, DeliveryStreamStatus: "ACTIVE", DeliveryStreamType: "DirectPut", VersionId: String(version),
      CreateTimestamp: createdAt, HasMoreDestinations: false, Destinations: [{ DestinationId: destinationId, ExtendedS3DestinationDescription: told }],
    };
  }
}

function bytesOf(record: Json): Buffer {
  const data = Buffer.from(String(record?.Data ?? ""), "base64");
  if (!data.length || data.length > most.recordBytes) throw new ApiFault("InvalidArgumentException", `A record has 1 to ${most.recordBytes} bytes, not ${data.length}`);
  return data;
}

const put = (stream: Stream, data: Buffer): Promise<string> =>
  stream.put(data).catch((fault: Error) => {
    throw new ApiFault("ServiceUnavailableException", fault instanceof JournalFull ? "Slow down." : `The record could not be kept: ${fault.message}`, 503);
  });
