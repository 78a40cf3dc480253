/**
 * Bucket settings: what was asked of each bucket, kept so that it survives kill -9.
 *
 * MiniStack keeps objects as they are written, but a bucket's versioning, policy, encryption … only at a clean stop.
 * So the requests that set them are kept here and sent again when it starts.
 */
import type { Store } from "../../store";

/** One request as it is sent again. */
export interface Setting {
  method: "PUT";
  /** `/bucket?versioning` */
  target: string;
  /** Base64 of the body. */
  body: string;
}

/** Settings of one bucket by sub-resource, "" being the bucket itself. */
export type BucketSettings = Record<string, Setting>;

/** The bucket and sub-resource that a request sets; undefined for anything else, such as objects. */
export function settingOf(method: string, path: string, query: URLSearchParams): { bucket: string; name: string } | undefined {
  if (method !== "PUT" && method !== "DELETE") return undefined;
  const bucket = /^\/([^/]+)\/?$/.exec(path)?.[1];
  if (!bucket) return undefined;
  const names = [...query.keys()].filter((key) => key !== "x-id" && !key.startsWith("X-Amz-"));
  return { bucket, name: names.sort().join("&") };
}

/** Keep what was just set, or forget what was just removed. */
export function keep(store: Store<BucketSettings>, method: string, path: string, query: URLSearchParams, body: Buffer): void {
  const what = settingOf(method, path, query);
  if (!what) return;
  const { bucket, name } = what;
  if (method === "DELETE" && name === "") return store.delete(bucket);
  const settings = { ...store.get(bucket) };
  if (method === "DELETE") delete settings[name];
  else settings[name] = { method: "PUT", target: name ? `/${bucket}?${name}` : `/${bucket}`, body: body.toString("base64") };
  store.put(bucket, settings);
}

/** All that is sent to an empty MiniStack: buckets first, then what is set on them. */
export const replay = (store: Store<BucketSettings>): Setting[] =>
  store.entries().flatMap(([, settings]) => Object.entries(settings).sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1)).map(([, one]) => one));
