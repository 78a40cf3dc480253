/**
 * Question: what a page may ask, as fixed queries with bound parameters. No SQL comes from a browser; a parameter that does
 * not fit is refused before anything is asked. Pure.
 */
import type { Channel, Field } from "../../components/channel";

/** Where the channel's readings are. */
export interface Subject {
  channel: Channel;
  database: string;
}

/** A query and its parameters, each a literal of Athena's SQL. */
export interface Query {
  sql: string;
  parameters: string[];
}

export interface Span {
  room: string;
  /** Seconds since 1970, both ends included. */
  from: number;
  to: number;
}

/** A parameter that does not fit, and what would. */
export class BadQuestion extends Error {}

/** Most rooms, and most anomalies, in one answer. */
export const mostRooms = 1000, mostAnomalies = 500;
/** Points of a series: two a bucket, its smallest and its largest reading. */
export const fewestPoints = 20, mostPoints = 4000, usualPoints = 1200;

export function roomsQuery(subject: Subject): Query {
  const { time, key, measure } = fieldsOf(subject);
  return {
    sql: `SELECT ${key} AS room, max(${time}) AS last_at, max_by(${measure}, ${time}) AS last_value, min(${time}) AS first_at, count(*) AS readings ` +
      `FROM ${table(subject)} GROUP BY ${key} ORDER BY ${key} LIMIT ${mostRooms + 1}`,
    parameters: [],
  };
}

/** The smallest and the largest reading of each bucket with their times, so that a spike stays visible at any range. */
export function seriesQuery(subject: Subject, span: Span, points: number): Query {
  const { time, key, measure } = fieldsOf(subject);
  const seconds = Math.max(1, (span.to - span.from) / (points / 2));
  return {
    sql: "SELECT bucket, count(*) AS readings, min_by(at, value) AS low_at, min(value) AS low, max_by(at, value) AS high_at, max(value) AS high FROM (" +
      `SELECT to_unixtime(${time}) AS at, ${measure} AS value, CAST(floor((to_unixtime(${time}) - ?) / ?) AS bigint) AS bucket ` +
      `FROM ${table(subject)} WHERE ${key} = ? AND ${time} >= CAST(? AS timestamp) AND ${time} <= CAST(? AS timestamp)) AS readings GROUP BY bucket ORDER BY bucket`,
    parameters: [number(span.from), number(seconds), ...spanLiterals(span)],
  };
}

/** The readings beyond the threshold, the most anomalous first. */
export function anomaliesQuery(subject: Subject, span: Span): Query {
  return {
    sql: `SELECT to_unixtime("timestamp") AS at, "value" AS value, "score" AS score, "threshold" AS threshold FROM "${subject.database}"."anomalies" ` +
      `WHERE "anomaly" AND "room_id" = ? AND "timestamp" >= CAST(? AS timestamp) AND "timestamp" <= CAST(? AS timestamp) ORDER BY score DESC, at LIMIT ${mostAnomalies + 1}`,
    parameters: spanLiterals(span),
  };
}

/** How many anomalies each room has. */
export function anomalyCountsQuery({ database }: Subject): Query {
  return { sql: `SELECT "room_id" AS room, count(*) AS anomalies FROM "${database}"."anomalies" WHERE "anomaly" GROUP BY "room_id" LIMIT ${mostRooms + 1}`, parameters: [] };
}

/** Room and span of a request's parameters. */
export function spanOf(params: URLSearchParams): Span {
  const room = params.get("room");
  if (room === null || room === "" || room.length > 256) throw new BadQuestion("room is missing or too long; name a room in at most 256 characters");
  const from = timeOf("from", params.get("from"));
  const to = timeOf("to", params.get("to"));
  if (from > to) throw new BadQuestion("from is after to; set an earlier from");
  return { room, from, to };
}

export function pointsOf(params: URLSearchParams): number {
  const asked = params.get("points");
  if (asked === null) return usualPoints;
  const points = /^\d{1,5}$/.test(asked) ? Number(asked) : NaN;
  if (!(points >= fewestPoints && points <= mostPoints)) throw new BadQuestion(`points is not a whole number from ${fewestPoints} to ${mostPoints}`);
  return points;
}

/** `2014-04-01T00:00:00Z`, UTC to the second, between 1970 and 2200. */
function timeOf(what: string, text: string | null): number {
  const seconds = text !== null && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) / 1000 : NaN;
  if (!(seconds >= 0 && seconds < 7_258_118_400)) throw new BadQuestion(`${what} is not a time such as 2014-04-01T00:00:00Z`);
  return seconds;
}

/** A field that people look at: the channel's first number, by its only time, of its first key. */
export function shownFields({ fields }: Channel): { time: Field; key: Field; measure: Field } {
  const first = (fits: (field: Field) => boolean) => fields.find(fits) as Field;
  return {
    time: first(({ role }) => role === "time"), key: first(({ role }) => role === "key"),
    measure: fields.find(({ role, type }) => role === "measure" && type === "double") ?? first(({ role }) => role === "measure"),
  };
}

function fieldsOf({ channel }: Subject) {
  const { time, key, measure } = shownFields(channel);
  return { time: `"${time.name}"`, key: `"${key.name}"`, measure: `"${measure.name}"` };
}

const table = ({ channel, database }: Subject): string => `"${database}"."${channel.table}"`;

/** Execution parameters are literals: text in single quotes, a quote inside doubled (Athena user guide, "Use execution parameters"). */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const number = (value: number): string => value.toFixed(3);
const timestamp = (seconds: number): string => literal(new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " "));
const spanLiterals = ({ room, from, to }: Span): string[] => [literal(room), timestamp(from), timestamp(to)];
