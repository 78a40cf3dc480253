/** Print: tells whether what lies under a prefix has changed, without reading it. */
import { createHash } from "node:crypto";
import type { Print } from "./answers";

export interface Listed {
  key: string;
  etag: string;
  size: number;
}

/** The same objects give the same print, in whatever order they are listed. */
export function printOf(objects: Listed[]): Print {
  const lines = objects.map(({ key, etag, size }) => `${key}\t${etag}\t${size}`).sort();
  return {
    count: objects.length,
    bytes: objects.reduce((sum, { size }) => sum + size, 0),
    digest: createHash("sha256").update(lines.join("\n")).digest("hex"),
  };
}

export const samePrint = (one: Print | undefined, other: Print | undefined): boolean => one?.digest === other?.digest && one?.count === other?.count;

/** Spark and crawlers leave markers of no content; they are no data. */
export const dataOf = (objects: Listed[]): Listed[] => objects.filter(({ key, size }) => size > 0 && !/(^|\/)[_.][^/]*$|_\$folder\$$/.test(key));
