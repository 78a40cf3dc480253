/** Exports: the files of a seed as somebody puts them into the bucket, and what must become of their lines. */
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { random } from "../../../lab/simulate/random";
import type { Evidence, Kept } from "../harness/evidence";
import type { Lake } from "./lake";
import { ended } from "./source";

/** A line of a file: a reading, or what is none. */
interface Line {
  text: string;
  fit: boolean;
}

/** Name of a file → its lines below the header. */
export type Exports = Map<string, Line[]>;

const header = "timestamp,room_id,temperature";
/** What no reading is. */
const unfit = (hour: string): string[] => [`${hour},,20.5`, `${hour},attic,n/a`, `${hour},attic,150.5`, `${hour},attic`, `31.12.2023,attic,20.5`];

/** Three files of different rooms, with a few lines among them that are no readings. */
export function exportsOf(seed: number): Exports {
  const next = random(`exports ${seed}`);
  return new Map(["a", "b", "c"].map((name, at) => {
    const hours = 20 + Math.floor(next() * 20);
    const lines = Array.from({ length: hours }, (_, hour) => ({ text: lineOf(`archive ${name}`, hour, 10 + Math.floor(next() * 200) / 10), fit: true }));
    return [`temperature/${name}.csv`, [...lines, ...unfit(`2023-0${at + 1}-01 00:00:00`).map((text) => ({ text, fit: false }))]];
  }));
}

export const lineOf = (room: string, hour: number, temperature: number): string =>
  `${new Date(Date.UTC(2023, 5, 1, hour)).toISOString().slice(0, 19).replace("T", " ")},${room},${temperature}`;

export async function put({ s3, names }: Lake, files: Exports): Promise<void> {
  for (const [Key, lines] of files) await s3.send(new PutObjectCommand({ Bucket: names.buckets.exports, Key, Body: `${[header, ...lines.map(({ text }) => text)].join("\n")}\n` }));
}

export async function removed({ s3, names }: Lake, Key: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: names.buckets.exports, Key }));
}

function recordOf({ text, fit }: Line): Kept {
  const [time, room, temperature] = text.split(",");
  return fit ? { id: `${room}|${time}`, content: `${room}|${time}|${Number(temperature)}` } : { id: `unfit ${text}`, content: text };
}

/** What must become of the lines, each counted once however many files hold it. */
export function dueOfExports(files: Exports, ...versions: number[]): Pick<Evidence, "acknowledged" | "unfit" | "versions"> {
  const lines = [...new Map([...files.values()].flat().map((line) => [line.text, line])).values()];
  const fit = lines.filter((line) => line.fit);
  return { acknowledged: lines.map(recordOf), unfit: lines.filter((line) => !line.fit).map(({ text }) => text), versions: [0, fit.length, ...versions] };
}

export function modelOfExports(files: Exports): Evidence {
  const lines = [...new Map([...files.values()].flat().map((line) => [line.text, line])).values()];
  return ended(dueOfExports(files), lines.filter(({ fit }) => fit).map(recordOf));
}
