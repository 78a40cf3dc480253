/**
 * Folders: which objects make up which table, and which partition of it. Pure.
 *
 * A table is the folder at the level that the crawler's Grouping names (bucket = 1); without one it is the target itself when all
 * below it look alike, else each folder below is looked at in the same way (Glue Developer Guide, "How does a crawler determine
 * when to create partitions?"). Folders below a table are its partitions.
 */
export interface Thing {
  key: string;
  size: number;
}

export interface Partition {
  /** Folder below the bucket, ending with a slash. */
  folder: string;
  values: string[];
  things: Thing[];
}

export interface Found {
  /** Folder below the bucket, ending with a slash, or the key of a single file. */
  folder: string;
  things: Thing[];
}

/** What Hive and Glue leave out: empty objects, folder markers, and what begins with _ or . */
export const isData = ({ key, size }: Thing): boolean =>
  size > 0 && !key.endsWith("_$folder$") && !key.split("/").some((part) => /^[_.]/.test(part));

/** Tables at a fixed level below a target; what lies above that level belongs to none. */
export function atLevel(things: readonly Thing[], level: number): Found[] {
  const tables = new Map<string, Thing[]>();
  for (const thing of things) {
    const parts = thing.key.split("/");
    if (parts.length < level) continue;
    const folder = `${parts.slice(0, level - 1).join("/")}/`;
    tables.set(folder, [...(tables.get(folder) ?? []), thing]);
  }
  return [...tables].map(([folder, own]) => ({ folder, things: own })).sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** Tables by likeness, from `folder` down. `alike` says whether these objects can be one table. */
export function byLikeness(things: readonly Thing[], folder: string, alike: (things: readonly Thing[]) => boolean): Found[] {
  if (things.length === 0) return [];
  const branches = new Map<string, Thing[]>();
  for (const thing of things) {
    const [first = "", ...rest] = thing.key.slice(folder.length).split("/");
    const branch = rest.length ? `${folder}${first}/` : thing.key;
    branches.set(branch, [...(branches.get(branch) ?? []), thing]);
  }
  if (folder !== "" && alike(things)) return [{ folder, things: [...things] }];
  return [...branches].flatMap(([branch, own]) => (branch.endsWith("/") ? byLikeness(own, branch, alike) : [{ folder: branch, things: own }]));
}

/** Keys of the partitions below a table, and the partitions; a string tells why its folders make none. */
export function partitionsOf({ folder, things }: Found): { keys: string[]; partitions: Partition[] } | string {
  if (!folder.endsWith("/")) return { keys: [], partitions: [] };
  const leaves = new Map<string, Thing[]>();
  for (const thing of things) {
    const leaf = thing.key.slice(0, thing.key.lastIndexOf("/") + 1);
    leaves.set(leaf, [...(leaves.get(leaf) ?? []), thing]);
  }
  const split = [...leaves].map(([leaf, own]) => ({ leaf, own, parts: leaf.slice(folder.length).split("/").slice(0, -1).map(pair) }));
  const names = new Set(split.map(({ parts }) => parts.map(([name], i) => name ?? `partition_${i}`).join("/")));
  if (names.size > 1) return `${folder} has folders of different partition keys: ${[...names].sort().map((one) => one || "none").join(" and ")}`;
  const keys = ([...names][0] ?? "").split("/").filter((key) => key !== "").map((key) => key.toLowerCase());
  if (keys.length === 0) return { keys, partitions: [] };
  const partitions = split.map(({ leaf, own, parts }) => ({ folder: leaf, values: parts.map(([, value]) => value), things: own }));
  return { keys, partitions: partitions.sort((a, b) => (a.folder < b.folder ? -1 : 1)) };
}

/** Name and value of `name=value`, encoded as Hive does; a folder that is no pair has a value only. */
function pair(part: string): [string | undefined, string] {
  const at = part.indexOf("=");
  return at > 0 ? [part.slice(0, at), decoded(part.slice(at + 1))] : [undefined, part];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
