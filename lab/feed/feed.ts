/**
 * Feed: the rooms of a data folder into the three doors of the lab.
 *
 *   oldest 60 % ─▶ bucket of exports, CSV      next 30 % ─▶ source database      last 15 % ─▶ MQTT with a certificate
 *
 * Beside the real rooms go the simulated ones, with faults by their seed and messages that are no readings. What has been
 * fed is marked, door by door, so that a start after a stop (or a kill) sends on from there.
 */
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Host } from "../host";
import { simulate } from "../simulate/simulate";
import { publishAll } from "../simulate/publish";
import { credentialsOf } from "../simulate/credentials";
import { fillDatabase } from "./database";
import { exportCsv, throughDoors } from "./doors";
import { digestOf, type Fed, Mark } from "./mark";
import type { Reading, RoomData } from "./rooms";

/** What a feed says of itself while it goes. */
export type Say = (line: string) => void;

export interface FeedResult {
  history: number;
  external: number;
  live: number;
  /** True when all of it had been fed before. */
  already: boolean;
}

/** Things that publish: those of Pulumi.local.yaml. */
const REAL = "office-sensor";
const SIMULATED = "rooms-sensor";

/** Rows of one export file: a file a month or so of hourly readings. */
const EXPORT_ROWS = 720;

export async function feed(host: Host, exportsBucket: string, data: RoomData, say: Say, ownDatabase = true): Promise<FeedResult> {
  const mark = new Mark(host.lab.store<Fed>("feed"), digestOf(data));
  const rooms = data.rooms.map(({ room_id, readings }) => ({ room_id, ...throughDoors(readings, ownDatabase) }));
  const sent = messages(rooms.flatMap(({ live }) => live), data);
  const sizes = { history: total(rooms, "history"), external: total(rooms, "external"), live: sent.length };
  const { history, external, live } = mark.done;
  if (history && external && live === sent.length) return { ...sizes, already: true };

  if (!history) {
    say(`${sizes.history} readings to the bucket of exports`);
    for (const room of rooms) await putExports(host, exportsBucket, room.room_id, room.history);
    mark.set({ history: true });
  }
  if (!external) {
    say(`${sizes.external} rows to the source database`);
    for (const room of rooms) await fillDatabase(host.database, room.external);
    mark.set({ external: true });
  }
  await publish(host, sent, mark, say);
  return { ...sizes, already: false };
}

interface Sent {
  thing: string;
  channel: string;
  payload: Buffer;
}

/** Everything that goes over MQTT, in its order. */
function messages(live: Reading[], { simulated }: RoomData): Sent[] {
  const real = live.map((reading): Sent => ({ thing: REAL, channel: "temperature", payload: Buffer.from(JSON.stringify(reading)) }));
  const made = simulated ? simulate(simulated).messages.map(({ channel, payload }): Sent => ({ thing: SIMULATED, channel, payload: Buffer.from(payload) })) : [];
  return [...real, ...made];
}

const total = (rooms: { history: Reading[]; external: Reading[] }[], door: "history" | "external"): number =>
  rooms.reduce((sum, room) => sum + room[door].length, 0);

async function putExports({ lab }: Host, bucket: string, room: string, readings: Reading[]): Promise<void> {
  const s3 = new S3Client(lab.client());
  for (let at = 0, part = 1; at < readings.length; at += EXPORT_ROWS, part += 1) {
    const Key = `temperature/${encodeURIComponent(room)}-${String(part).padStart(3, "0")}.csv`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: exportCsv(readings.slice(at, at + EXPORT_ROWS)), ContentType: "text/csv" }));
  }
}

/** Publish what is not marked as acknowledged, in groups of one thing and one channel, then let the streams deliver it. */
async function publish(host: Host, all: Sent[], mark: Mark, say: Say): Promise<void> {
  while (mark.done.live < all.length) {
    const from = mark.done.live;
    const { thing, channel } = all[from]!;
    const end = all.findIndex((one, i) => i > from && (one.thing !== thing || one.channel !== channel));
    const run = all.slice(from, end < 0 ? all.length : end);
    say(`${run.length} messages of ${thing} on ${channel}`);
    const credentials = await credentialsOf(host.lab, thing);
    await publishAll({ port: host.lab.ports.mqtt, credentials, channel, messages: run.map(({ payload }) => payload) });
    mark.set({ live: from + run.length });
  }
  say("waiting until the delivery streams have written all of it");
  await host.mqtt.drained();
  await host.firehose.drained();
}
