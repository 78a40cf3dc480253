/**
 * Simulate: messages of some rooms, decided by a seed: readings with a daily cycle, noise and sensor faults, a report of
 * each sensor a day, and messages that are no readings. It tells the truth beside them: what is at fault, and what is none.
 */
import { random } from "./random";
import { type RoomReading, type SensorFault, simulateRoom, type Steps, timeOf } from "./room";

export interface Simulation extends Steps {
  /** Ids of the rooms. */
  rooms: string[];
  /** Messages that are no readings; left out: one of each kind. */
  nonReadings?: number;
}

export interface SimulatedMessage {
  channel: "temperature" | "diagnostics";
  payload: string;
}

/** A message that is no reading, and what is wrong with it. */
export interface NonReading {
  /** Its place among the messages. */
  at: number;
  kind: string;
}

export interface Simulated {
  /** All of temperature, then all of diagnostics; by time in each, with what is no reading strewn among the readings. */
  messages: SimulatedMessage[];
  truth: {
    readings: number;
    faults: SensorFault[];
    nonReadings: NonReading[];
  };
}

export function simulate(what: Simulation): Simulated {
  const series = what.rooms.map((room) => simulateRoom(room, what));
  const readings = series.flatMap((one) => one.readings).sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0));
  const { messages, nonReadings } = strewn(readings, what);
  const reports = what.rooms.flatMap((room) => reportsOf(room, what));
  return {
    messages: [...messages, ...reports.map((report): SimulatedMessage => ({ channel: "diagnostics", payload: JSON.stringify(report) }))],
    truth: { readings: readings.length + reports.length, faults: series.flatMap((one) => one.faults), nonReadings },
  };
}

/** What real things send by mistake: a good reading, spoiled. */
const spoilers: Record<string, (reading: RoomReading) => string> = {
  "truncated JSON": (reading) => JSON.stringify(reading).slice(0, -5),
  "trailing comma": (reading) => JSON.stringify(reading).replace("}", ",}"),
  "temperature as text": (reading) => JSON.stringify({ ...reading, temperature: String(reading.temperature) }),
  "no temperature": ({ timestamp, room_id }) => JSON.stringify({ timestamp, room_id }),
  "not a number": (reading) => JSON.stringify(reading).replace(/"temperature":[^,}]+/, '"temperature":NaN'),
  "out of range": (reading) => JSON.stringify({ ...reading, temperature: 850 }),
  "beyond a double": (reading) => JSON.stringify(reading).replace(/"temperature":[^,}]+/, '"temperature":1e400'),
  "future time": (reading) => JSON.stringify({ ...reading, timestamp: "2199-01-01 00:00:00" }),
  "impossible date": (reading) => JSON.stringify({ ...reading, timestamp: `${reading.timestamp.slice(0, 4)}-02-30 00:00:00` }),
  "field twice": (reading) => JSON.stringify(reading).replace("{", '{"temperature":1,'),
  "unknown field": (reading) => JSON.stringify({ ...reading, humidity: 40 }),
  "path as room": (reading) => JSON.stringify({ ...reading, room_id: "../other" }),
  "two readings": (reading) => `${JSON.stringify(reading)}\n${JSON.stringify(reading)}`,
  "byte order mark": (reading) => `\uFEFF${JSON.stringify(reading)}`,
  "empty": () => "",
};

function strewn(readings: RoomReading[], { seed, nonReadings: wanted }: Simulation): { messages: SimulatedMessage[]; nonReadings: NonReading[] } {
  const kinds = Object.keys(spoilers);
  const next = random(`${seed} no readings`);
  const spoiled = readings.length ? Array.from({ length: wanted ?? kinds.length }, (_, at) => ({ kind: kinds[at % kinds.length]!, before: Math.floor(next() * readings.length) })) : [];
  const messages: SimulatedMessage[] = [];
  const nonReadings: NonReading[] = [];
  readings.forEach((reading, place) => {
    for (const { kind } of spoiled.filter(({ before }) => before === place)) {
      nonReadings.push({ at: messages.length, kind });
      messages.push({ channel: "temperature", payload: spoilers[kind]!(reading) });
    }
    messages.push({ channel: "temperature", payload: JSON.stringify(reading) });
  });
  return { messages, nonReadings };
}

/** One report a day: the battery empties, the uptime grows. */
function reportsOf(room_id: string, what: Simulation): object[] {
  const next = random(`${what.seed} ${room_id} diagnostics`);
  const perDay = Math.max(1, Math.round(86_400 / what.everySeconds));
  return Array.from({ length: Math.ceil(what.count / perDay) }, (_, day) => ({
    timestamp: timeOf(what, day * perDay), room_id,
    battery_v: Math.round((3.6 - 0.002 * day + 0.01 * next()) * 1000) / 1000,
    rssi_dbm: -60 - Math.floor(15 * next()), uptime_s: day * perDay * what.everySeconds, firmware: "1.4.2",
  }));
}
