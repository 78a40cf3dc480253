/**
 * Assets: files and texts that the program hands over, as files whose name is the hash of what is in them.
 *
 * An asset is one file; an archive becomes a zip with fixed dates, so that equal contents are an equal hash.
 */
import { unzipSync, zipSync, type Zippable } from "fflate";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Props } from "./providers/provider";
import { ARCHIVE, isFile, isRecord, SIGNATURE, signatureOf } from "./values";

/** Contents by path inside an archive; a lone asset has the path "". */
type Contents = Map<string, Buffer>;

const sha256 = (bytes: Buffer | string): string => createHash("sha256").update(bytes).digest("hex");

/** The same value with `change` applied to every outermost asset or archive in it. */
function eachFile(value: unknown, change: (file: Props) => unknown): unknown {
  if (isFile(value)) return change(value);
  if (Array.isArray(value)) return value.map((one) => eachFile(one, change));
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, eachFile(one, change)]));
  return value;
}

/** Assets and archives with the hash of their contents beside where they come from, as Pulumi's state has them. */
export const hashed = (value: unknown, cwd: string): unknown => eachFile(value, (file) => ({ ...file, hash: hashOf(contents(file, cwd)) }));

/** Assets and archives as `{ path, hash }` of files in `folder`. */
export const onDisk = (value: unknown, cwd: string, folder: string): unknown =>
  eachFile(value, (file) => stored(contents(file, cwd), signatureOf(file) === ARCHIVE, folder));

/** Assets and archives of an earlier deployment as the `{ path, hash }` they were then, whatever their sources hold by now. */
export const asDeployed = (value: unknown, folder: string): unknown =>
  eachFile(value, (file) => ({ path: keptAt(String(file.hash), signatureOf(file) === ARCHIVE, folder), hash: file.hash as unknown }));

/** What two versions of an input are compared by: of a file only its hash. */
export const comparable = (value: unknown): unknown => eachFile(value, (file) => ({ [SIGNATURE]: signatureOf(file), hash: file.hash as unknown }));

function contents(file: Props, cwd: string): Contents {
  if (typeof file.uri === "string") throw new Error(`the asset ${file.uri} is on the network; use a file of the project`);
  if (typeof file.text === "string") return new Map([["", Buffer.from(file.text)]]);
  if (isRecord(file.assets)) return nested(file.assets, cwd);
  const path = isAbsolute(String(file.path)) ? String(file.path) : join(cwd, String(file.path));
  if (!existsSync(path)) throw new Error(`the asset ${String(file.path)} does not exist`);
  if (statSync(path).isDirectory()) return folderContents(path);
  return signatureOf(file) === ARCHIVE ? zipContents(path) : new Map([["", readFileSync(path)]]);
}

function nested(assets: Props, cwd: string): Contents {
  const all: Contents = new Map();
  for (const [name, one] of Object.entries(assets)) {
    for (const [path, bytes] of contents(one as Props, cwd)) all.set(path ? `${name}/${path}` : name, bytes);
  }
  return all;
}

function zipContents(path: string): Contents {
  if (!path.endsWith(".zip")) throw new Error(`the archive ${path} is no folder and no .zip; use one of these`);
  const files = Object.entries(unzipSync(readFileSync(path))).filter(([name]) => !name.endsWith("/"));
  return new Map(files.map(([name, bytes]) => [name, Buffer.from(bytes)]));
}

function folderContents(folder: string): Contents {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map((file) => {
    const path = join(file.parentPath, file.name);
    return [path.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(path)];
  }));
}

/** Hash of the contents, whatever order and dates they were found with. */
function hashOf(all: Contents): string {
  const lone = all.get("");
  if (lone && all.size === 1) return sha256(lone);
  return sha256([...all].map(([path, bytes]) => `${path}\0${sha256(bytes)}\n`).sort().join(""));
}

const keptAt = (hash: string, archive: boolean, folder: string): string => join(folder, archive ? `${hash}.zip` : hash);

function stored(all: Contents, archive: boolean, folder: string): Props {
  const hash = hashOf(all);
  const lone = all.get("");
  const path = keptAt(hash, archive, folder);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.new`, lone && all.size === 1 ? lone : zipped(all));
    renameSync(`${path}.new`, path);
  }
  return { path, hash };
}

function zipped(all: Contents): Uint8Array {
  const files: Zippable = {};
  // The zip format counts dates from 1980; a fixed one keeps equal contents equal.
  for (const [path, bytes] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) files[path] = [bytes, { mtime: new Date(1980, 0, 1) }];
  return zipSync(files, { level: 6 });
}
