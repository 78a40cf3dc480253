/** Gathered: what lies in the lake after a trial: objects, rejected records, and every text that somebody could read. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { GetObjectCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { gunzipSync } from "node:zlib";
import type { Rejected, Text } from "../harness/evidence";
import { keysOf } from "./emptied";
import type { Lake } from "./lake";

/** What a job works with while it is at it, and takes away: its own, Spark's, S3A's. */
export const leftovers = [/^s3:\/\/[^/]+\/landing\/.*[^/]$/, /\/_temporary\//, /\/\.spark-staging/, /\._COPYING_$/, /\/__magic/];

/** Where the pipeline may write: README of each bucket's owner, components/lake-catalog.ts and components/historical-import.ts. */
export function allowed({ names: { buckets, databases } }: Lake): RegExp[] {
  const { raw, lake, exports, assets } = buckets;
  return [
    new RegExp(`^s3://${raw}/((landing/)?temperatures/source=(history|external|live)|(rejected|quarantine)/temperature)(/|$)`),
    new RegExp(`^s3://${lake}/(warehouse/|training/|index/|models/|scores/|runs/|run_records/|state/|$)`),
    // Folders that Hadoop's file system marks on the way to a file.
    new RegExp(`^s3://${raw}/(temperatures|rejected|landing)?/?$`),
    new RegExp(`^s3://${exports}/temperature/`),
    new RegExp(`^s3://${assets}/glue/`),
    new RegExp(`^catalogue/(${Object.values(databases).join("|")})\\.`),
  ];
}

/** Every object of every bucket, and what jobs left in the folder that they worked in. */
export async function placesOf({ s3, host }: Lake): Promise<string[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  const objects = await Promise.all(Buckets.map(async ({ Name = "" }) => (await keysOf(s3, Name)).map((key) => `s3://${Name}/${key}`)));
  return [...objects.flat(), ...filesIn(host.lab.folder("warm", "work")).map((file) => `work folder of a job: ${file}`)];
}

export async function quarantineOf({ s3, names }: Lake): Promise<Rejected[]> {
  const Bucket = names.buckets.raw;
  const found: Rejected[] = [];
  for (const Key of (await keysOf(s3, Bucket)).filter((key) => key.startsWith("rejected/") && !leftovers.some((one) => one.test(key)))) {
    const bytes = Buffer.from((await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray()) ?? []);
    const text = (Key.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
    for (const line of text.split("\n").filter(Boolean)) {
      const { payload, reason, file } = JSON.parse(line) as { payload: string; reason: string; file?: { uri: string } };
      found.push({ content: file ? `file ${file.uri.split("/").at(-1)}` : Buffer.from(payload, "base64").toString("utf8"), reason });
    }
  }
  return found;
}

/** Files of the lab that are there to hold a secret: the password of its database, its own keys. */
const keepers = /^(database\/password|credentials\.json|keys\/.*|deployment\.key|iot\/.*)$/;

/** Logs, states, objects, working files: all that the lab has on disk. */
export function textsOf({ host }: Lake): Text[] {
  const home = host.lab.folder();
  return filesIn(home).map((path) => relative(home, join(home, path))).filter((path) => !keepers.test(path))
    .map((path) => ({ where: path, text: textOf(join(home, path)) }));
}

/** Empty when it was taken away meanwhile, as Spark does with what it no longer needs. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw fault;
  }
}

function filesIn(folder: string, within = ""): string[] {
  if (!existsSync(join(folder, within))) return [];
  return readdirSync(join(folder, within)).flatMap((name) => {
    const path = join(within, name);
    const stat = statSync(join(folder, path), { throwIfNoEntry: false });
    return !stat ? [] : stat.isDirectory() ? filesIn(folder, path) : stat.isFile() ? [path] : [];
  });
}
