/** Room: the temperature of one simulated room, with the faults that its sensor has. */
import { bell, random } from "./random";

export type FaultKind = "spike" | "stuck" | "drift" | "dropout";

/** A stretch of a room's series in which its sensor is at fault. */
export interface SensorFault {
  room_id: string;
  kind: FaultKind;
  /** First and last timestamp, `YYYY-MM-DD HH:MM:SS`. */
  from: string;
  to: string;
}

export interface RoomReading {
  timestamp: string;
  room_id: string;
  temperature: number;
}

export interface RoomSeries {
  /** Without what a dropout swallowed. */
  readings: RoomReading[];
  faults: SensorFault[];
}

export interface Steps {
  seed: number;
  /** First timestamp, `YYYY-MM-DD HH:MM:SS`, UTC. */
  from: string;
  count: number;
  everySeconds: number;
}

const daySeconds = 86_400;
/** °C: mean of the day, its swing, noise of the sensor. */
const climate = { mean: 20.5, spread: 1.5, swing: 2, noise: 0.15 };

export function simulateRoom(room_id: string, steps: Steps): RoomSeries {
  // Each room by its own name, so that one more does not change the others.
  const next = random(`${steps.seed} ${room_id}`);
  const mean = climate.mean + climate.spread * (2 * next() - 1);
  const phase = next();
  const stretches = stretchesOf(steps.count, next);
  const readings: RoomReading[] = [];
  let held = mean;
  for (let at = 0; at < steps.count; at += 1) {
    const day = (Date.parse(utc(steps.from)) / 1000 + at * steps.everySeconds) / daySeconds;
    const usual = mean + climate.swing * Math.sin(2 * Math.PI * (day + phase)) + climate.noise * bell(next);
    const fault = stretches.find(({ first, last }) => at >= first && at <= last);
    if (!fault || at === fault.first) held = usual;
    if (fault?.kind === "dropout") continue;
    readings.push({ timestamp: timeOf(steps, at), room_id, temperature: hundredths(fault ? faulty(fault, at, usual, held) : usual) });
  }
  return { readings, faults: stretches.map(({ kind, first, last }) => ({ room_id, kind, from: timeOf(steps, first), to: timeOf(steps, last) })) };
}

interface Stretch {
  kind: FaultKind;
  first: number;
  last: number;
  /** 1 or -1: which way it goes wrong. */
  way: number;
}

/** One of each kind, in four parts of the second half: a detector sees good days first. None where there is no room for it. */
function stretchesOf(count: number, next: () => number): Stretch[] {
  const part = Math.floor(count / 8);
  if (part < 4) return [];
  const order: FaultKind[] = ["spike", "stuck", "drift", "dropout"];
  return order.map((kind, at) => {
    const length = kind === "spike" ? 1 : Math.max(2, Math.floor(part * (0.2 + 0.3 * next())));
    const first = Math.floor(count / 2) + at * part + Math.floor(next() * (part - length));
    return { kind, first, last: first + length - 1, way: next() < 0.5 ? -1 : 1 };
  });
}

function faulty({ kind, first, last, way }: Stretch, at: number, usual: number, held: number): number {
  if (kind === "stuck") return held;
  if (kind === "spike") return usual + way * 15;
  return usual + (way * 8 * (at - first + 1)) / (last - first + 1);
}

const utc = (timestamp: string): string => `${timestamp.replace(" ", "T")}Z`;

export const timeOf = ({ from, everySeconds }: Steps, at: number): string =>
  new Date(Date.parse(utc(from)) + at * everySeconds * 1000).toISOString().slice(0, 19).replace("T", " ");

const hundredths = (value: number): number => Math.round(value * 100) / 100;
