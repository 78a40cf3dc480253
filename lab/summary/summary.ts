/** Summary: what a run of the lab did, asked from the tables and buckets themselves, and as text. */
import { AthenaClient } from "@aws-sdk/client-athena";
import { S3Client } from "@aws-sdk/client-s3";
import { asking } from "../../functions/query/ask";
import type { Room, Window } from "../feed/rooms";
import type { Lab } from "../lab";
import { byReason, rejectedIn } from "./rejected";
import { against, type Against } from "./windows";

export interface RoomSummary extends Against {
  room_id: string;
  rows: number;
  first: string;
  last: string;
}

export interface Summary {
  /** Rows in the raw zone by door; an overlap counts at each. */
  doors: { door: string; rows: number }[];
  rejected: { reason: string; count: number }[];
  rooms: RoomSummary[];
  /** Steps of the start and of the pipeline, in their order; a skipped one says why. */
  steps: { step: string; seconds: number; skipped?: string }[];
  seconds: number;
}

/** Names that the stack exports and the questions need. */
export interface Places {
  workgroup: string;
  rawDatabase: string;
  lakeDatabase: string;
  rawBucket: string;
}

/** A cold query of the lab takes seconds. */
const patience = { seconds: 60, firstLookMs: 50 };

/** Ask Athena and the raw bucket what is there now. `labels` are the windows of rooms that have some. */
export async function gather(lab: Lab, places: Places, labels: Pick<Room, "room_id" | "labels">[]): Promise<Omit<Summary, "steps" | "seconds">> {
  const athena = new AthenaClient(lab.client());
  const s3 = new S3Client(lab.client());
  const ask = asking(athena, places.workgroup, patience);
  const on = (sql: string) => ask({ sql, parameters: [] });
  const lake = places.lakeDatabase;
  const [doors, rooms, anomalies, rejected] = await Promise.all([
    on(`SELECT source, count(*) AS n FROM ${places.rawDatabase}.temperatures GROUP BY source ORDER BY source`),
    on(`SELECT room_id, count(*) AS n, min("timestamp") AS first, max("timestamp") AS last FROM ${lake}.temperatures GROUP BY room_id ORDER BY room_id`),
    on(`SELECT room_id, "timestamp" AS at FROM ${lake}.anomalies WHERE anomaly ORDER BY 1, 2`),
    rejectedIn(s3, places.rawBucket),
  ]);
  return {
    doors: doors.map(({ source, n }) => ({ door: source ?? "", rows: Number(n) })),
    rejected: byReason(rejected).map(([reason, count]) => ({ reason, count })),
    rooms: rooms.map(({ room_id = "", n, first, last }) => ({
      room_id, rows: Number(n), first: second(first), last: second(last),
      ...against(anomalies.filter((row) => row.room_id === room_id).map(({ at }) => second(at)), windowsOf(labels, room_id)),
    })),
  };
}

const windowsOf = (labels: Pick<Room, "room_id" | "labels">[], room: string): Window[] => labels.find(({ room_id }) => room_id === room)?.labels ?? [];

/** Athena's timestamp without fraction. */
const second = (at: string | undefined): string => (at ?? "").slice(0, 19);

/** The summary as people read it. */
export function render({ doors, rejected, rooms, steps, seconds }: Summary): string {
  const names: Record<string, string> = { history: "history (S3 export)", external: "external (database)", live: "live (MQTT)" };
  return [
    "Readings per door",
    ...doors.map(({ door, rows }) => row(names[door] ?? door, rows)),
    `Rejected, each kept with its reason: ${rejected.reduce((sum, { count }) => sum + count, 0)}`,
    ...rejected.map(({ reason, count }) => row(reason, count)),
    "Rooms",
    ...rooms.flatMap(roomLines),
    "Steps",
    ...steps.map(({ step, seconds: took, skipped }) => (skipped ? `  ${step}: skipped, ${skipped}` : row(step, `${took.toFixed(1)} s`))),
    row("all", `${seconds.toFixed(1)} s`),
  ].join("\n");
}

const row = (name: string, value: string | number): string => `  ${name.padEnd(58)} ${String(value).padStart(8)}`;

function roomLines({ room_id, rows, first, last, windows, outside }: RoomSummary): string[] {
  const hit = windows.filter(({ anomalies }) => anomalies).length;
  const labelled = windows.length ? [`    anomalies: ${hit} of ${windows.length} known windows hit, ${outside} outside them`] : [`    anomalies: ${outside}, no window known`];
  return [
    `${row(printable(room_id), rows)}   ${first} to ${last}`,
    ...labelled,
    ...windows.map(({ window: [from, to], anomalies, first: at }) => `    ${from} to ${to}: ${anomalies ? `${anomalies}, first ${at}` : "none"}`),
  ];
}

/** Ids come from outside: nothing that a terminal would obey. */
// eslint-disable-next-line no-control-regex
const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
