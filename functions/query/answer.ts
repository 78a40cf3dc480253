/** Answer: rows of Athena as the page takes them. Pure. */
import { mostAnomalies, mostRooms } from "./question";

/** A row of a result, by column; NULL is left out. */
export type Row = Record<string, string | undefined>;

export interface Room {
  room: string;
  /** Seconds since 1970. */
  first: number;
  last: number;
  value: number | null;
  readings: number;
  anomalies: number;
}

export interface Rooms {
  rooms: Room[];
  /** True when there are more rooms than are listed. */
  more: boolean;
}

export function roomsOf(rows: Row[], counts: Row[]): Rooms {
  const anomalies = new Map(counts.map(({ room = "", anomalies: count }) => [room, Number(count)]));
  return {
    rooms: rows.slice(0, mostRooms).map(({ room = "", last_at, last_value, first_at, readings }) => ({
      room, first: secondsOf(first_at), last: secondsOf(last_at), value: numberOf(last_value), readings: Number(readings), anomalies: anomalies.get(room) ?? 0,
    })),
    more: rows.length > mostRooms,
  };
}

export interface Series {
  /** Time in seconds since 1970, value; in the order of time. */
  points: [number, number][];
  /** Readings that these points stand for. */
  readings: number;
}

/** Each bucket's two points in the order of time; one where they are the same reading. */
export function seriesOf(rows: Row[]): Series {
  const points = rows.flatMap(({ low_at, low, high_at, high }): [number, number][] => {
    const two: [number, number][] = [[Number(low_at), Number(low)], [Number(high_at), Number(high)]];
    if (two[0]![0] === two[1]![0]) return two.slice(0, 1);
    return two.sort(([a], [b]) => a - b);
  });
  return { points: points.filter(([at, value]) => Number.isFinite(at) && Number.isFinite(value)), readings: rows.reduce((sum, { readings }) => sum + Number(readings), 0) };
}

export interface Anomaly {
  at: number;
  value: number;
  score: number;
  threshold: number;
}

/** In the order of time. */
export function anomaliesOf(rows: Row[]): { anomalies: Anomaly[]; more: boolean } {
  const anomalies = rows.slice(0, mostAnomalies).map(({ at, value, score, threshold }) => ({ at: Number(at), value: Number(value), score: Number(score), threshold: Number(threshold) }));
  return { anomalies: anomalies.sort((a, b) => a.at - b.at), more: rows.length > mostAnomalies };
}

const numberOf = (text: string | undefined): number | null => (text === undefined || text === "" || !Number.isFinite(Number(text)) ? null : Number(text));

/** `2014-04-01 00:00:00.000`, with ` UTC` where the column has a zone: UTC both. */
const secondsOf = (text: string | undefined): number => Date.parse(`${(text ?? "").replace(" UTC", "").replace(" ", "T")}Z`) / 1000;
