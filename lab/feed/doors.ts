/**
 * Doors: which readings of a room come by which door. Neighbouring doors overlap where they would in life: the
 * database still holds some days that the sensor has sent as well.
 */
import type { Reading } from "./rooms";

export interface Doors {
  /** Oldest 60 %: files in the bucket of exports. */
  history: Reading[];
  /** Next 30 %: rows in the source database. */
  external: Reading[];
  /** Last 15 %: messages over MQTT; its first third repeats the end of the database's. */
  live: Reading[];
}

/** Split a series (by time) over the three doors; a database that is not the lab's own is nobody's to fill, so its share comes as files. */
export function throughDoors(readings: Reading[], ownDatabase = true): Doors {
  const at = (share: number): number => Math.floor(readings.length * share);
  if (!ownDatabase) return { history: readings.slice(0, at(0.9)), external: [], live: readings.slice(at(0.85)) };
  return { history: readings.slice(0, at(0.6)), external: readings.slice(at(0.6), at(0.9)), live: readings.slice(at(0.85)) };
}

/** An export as CSV with the header of the channel's fields. */
export function exportCsv(readings: Reading[]): string {
  return ["timestamp,room_id,temperature", ...readings.map((r) => `${r.timestamp},${quoted(r.room_id)},${r.temperature}`), ""].join("\n");
}

const quoted = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
