/**
 * Rooms: the series in a data folder, as readings of the channel temperature.
 *
 * A folder holds one CSV a room (`timestamp,value`, UTC, one line a reading) and may hold a rooms.json that names
 * them, gives their unit and labelled windows, and asks for simulated rooms. Without it each *.csv is a room, in °C.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { CliError } from "../cli/error";

/** One reading of the channel temperature. */
export interface Reading {
  /** `YYYY-MM-DD HH:MM:SS`, UTC. */
  timestamp: string;
  room_id: string;
  /** °C. */
  temperature: number;
}

/** First and last second of a stretch that people labelled as anomalous, `YYYY-MM-DD HH:MM:SS`. */
export type Window = [from: string, to: string];

export interface Room {
  room_id: string;
  /** By time, one a timestamp. */
  readings: Reading[];
  labels: Window[];
}

/** Rooms to simulate beside the real ones. */
export interface SimulatedRooms {
  seed: number;
  rooms: string[];
  /** First timestamp, `YYYY-MM-DD HH:MM:SS`. */
  from: string;
  /** Readings a room. */
  count: number;
  everySeconds: number;
}

export interface RoomData {
  rooms: Room[];
  simulated?: SimulatedRooms;
}

interface Listed {
  room_id: string;
  file: string;
  unit?: "°C" | "°F";
  labels?: Window[];
}

const TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/** Read a data folder. Throws a CliError that names file and line for what is not a series. */
export function readRooms(folder: string): RoomData {
  if (!existsSync(folder)) throw new CliError(`There is no data folder ${folder}; name one with --data that holds one CSV file a room.`);
  const { rooms, simulated } = listed(folder);
  if (!rooms.length) throw new CliError(`${folder} holds no CSV file; put one a room there, with the header timestamp,value.`);
  return { rooms: rooms.map((room) => roomOf(folder, room)), ...(simulated ? { simulated } : {}) };
}

function listed(folder: string): { rooms: Listed[]; simulated?: SimulatedRooms } {
  const list = join(folder, "rooms.json");
  if (!existsSync(list)) {
    const files = readdirSync(folder).filter((file) => file.endsWith(".csv")).sort();
    return { rooms: files.map((file) => ({ room_id: basename(file, ".csv"), file })) };
  }
  try {
    return JSON.parse(readFileSync(list, "utf8")) as { rooms: Listed[]; simulated?: SimulatedRooms };
  } catch (fault) {
    throw new CliError(`${list} is not JSON (${(fault as Error).message}); mend it or remove it.`);
  }
}

function roomOf(folder: string, room: Listed): Room {
  const file = join(folder, room.file);
  if (!existsSync(file)) throw new CliError(`${file} is named by rooms.json but is not there.`);
  const readings = parseSeries(readFileSync(file, "utf8"), file).map(([timestamp, value]) => ({
    timestamp,
    room_id: room.room_id,
    temperature: celsius(value, room.unit ?? "°C"),
  }));
  return { room_id: room.room_id, readings, labels: room.labels ?? [] };
}

/** The lines of a series by time. `file` is only for what a fault says. */
export function parseSeries(text: string, file: string): [timestamp: string, value: number][] {
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (header !== "timestamp,value") throw new CliError(`${file}:1 has the header "${header.slice(0, 60)}"; it must be timestamp,value.`);
  const seen = new Map<string, number>();
  lines.forEach((line, i) => {
    if (line === "") return;
    const [timestamp = "", value = "", ...more] = line.split(",");
    const number = Number(value);
    if (more.length || !TIME.test(timestamp) || value.trim() === "" || !Number.isFinite(number)) {
      throw new CliError(`${file}:${i + 2} is "${line.slice(0, 60)}"; a line is YYYY-MM-DD HH:MM:SS,number.`);
    }
    if (seen.has(timestamp)) throw new CliError(`${file}:${i + 2} has ${timestamp} a second time; a series has one line a timestamp.`);
    seen.set(timestamp, number);
  });
  if (!seen.size) throw new CliError(`${file} has no readings.`);
  return [...seen].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A temperature in °C, to the ten-thousandth of a degree. */
export function celsius(value: number, unit: "°C" | "°F"): number {
  const degrees = unit === "°F" ? ((value - 32) * 5) / 9 : value;
  return Math.round(degrees * 10_000) / 10_000;
}
