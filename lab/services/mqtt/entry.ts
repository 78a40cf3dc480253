/** Entry: a message as the journal keeps it: a line of JSON, then the payload as it came. */
import type { PublishedMessage } from "../iot/rule-evaluation";

export function packed({ topic, clientId, at, payload }: PublishedMessage): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ topic, clientId, at })}\n`), payload]);
}

export function unpacked(entry: Buffer): PublishedMessage {
  const end = entry.indexOf("\n");
  return { ...(JSON.parse(entry.toString("utf8", 0, end)) as Omit<PublishedMessage, "payload">), payload: entry.subarray(end + 1) };
}
