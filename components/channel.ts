/**
 * Channel: one kind of message with one schema, declared once in schema/<channel>.json.
 * Plain values only: the program, the functions and the lab all read it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Types that Glue, Spark, Athena and JSON agree on. */
export type FieldType = "timestamp" | "string" | "double" | "int" | "bigint";
/** A row is identified by its keys and its time; the rest it measures. */
export type FieldRole = "time" | "key" | "measure";

export interface Field {
  /** Column of every table, and key of the message: `[a-z][a-z0-9_]*`. */
  name: string;
  type: FieldType;
  role: FieldRole;
  /** Unit for people, such as `°C`. */
  unit?: string;
  /** How a time is written, such as `YYYY-MM-DD HH:MM:SS`. */
  format?: string;
  description?: string;
  /** Smallest and largest number that is a reading. */
  min?: number;
  max?: number;
  /** Most characters of a string. */
  maxLength?: number;
}

export interface Channel {
  /** Name of the kind of message; the last part of its topic. */
  channel: string;
  /** Table of every database that holds its readings. */
  table: string;
  description: string;
  fields: Field[];
}

/** A column of a Glue table. */
export interface Column {
  name: string;
  type: string;
  comment?: string;
}

/** Where the schemas of this project stand. */
export const schemaFolder = join(__dirname, "..", "schema");

/** What the door adds to a message: the thing that sent it, and when it arrived. */
const arrival: Column[] = [
  { name: "thing", type: "string", comment: "Thing that sent it; empty where a file or a database did" },
  { name: "received_at", type: "timestamp", comment: "When it arrived, UTC" },
];

/** Partition keys of every raw table: the door (live, history, external) and the day of arrival. */
export const rawPartitions: Column[] = [
  { name: "source", type: "string", comment: "live, history or external" },
  { name: "day", type: "string", comment: "Day of arrival, YYYY-MM-DD, UTC" },
];

/** Columns of the raw table: the fields in their order, then what the door adds. */
export const rawColumns = (channel: Channel): Column[] => [...channel.fields.map(column), ...arrival];

function column({ name, type, unit, description }: Field): Column {
  const comment = [description, unit && `in ${unit}`].filter(Boolean).join(", ");
  return { name, type, ...(comment && { comment }) };
}

/** The schema of a channel, checked; throws every fault at once. */
export function loadChannel(name: string, folder: string = schemaFolder): Channel {
  const file = join(folder, `${name}.json`);
  const value = parse(file);
  const faults = channelFaults(value);
  if (!faults.length && (value as Channel).channel !== name) faults.push(`channel is "${(value as Channel).channel}"; set "${name}", as the file is named`);
  if (faults.length) throw new Error(faults.map((fault) => `schema/${name}.json: ${fault}`).join("\n"));
  return value as Channel;
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} is no channel's schema: ${(error as Error).message}`, { cause: error });
  }
}

/** What is wrong with a schema, in words; nothing when all is well. */
export function channelFaults(value: unknown): string[] {
  if (!isRecord(value)) return ["the schema is no object; set {channel, table, description, fields}"];
  const fields = Array.isArray(value.fields) ? (value.fields as unknown[]) : [];
  return [
    ...nameFaults("channel", value.channel),
    ...nameFaults("table", value.table),
    ...(typeof value.description === "string" && value.description ? [] : ["description is missing; say what one message is"]),
    ...(fields.length ? [] : ["fields is missing or empty; set a list of fields"]),
    ...fields.flatMap((field, at) => fieldFaults(field, at)),
    ...(fields.every(isRecord) ? togetherFaults(fields) : []),
  ];
}

const types: FieldType[] = ["timestamp", "string", "double", "int", "bigint"];
const roles: FieldRole[] = ["time", "key", "measure"];

function fieldFaults(field: unknown, at: number): string[] {
  if (!isRecord(field)) return [`fields[${at}] is no object; set {name, type, role}`];
  const what = `field ${JSON.stringify(field.name ?? at)}`;
  return [
    ...nameFaults(`fields[${at}].name`, field.name),
    ...oneOf(`type of ${what}`, field.type, types),
    ...oneOf(`role of ${what}`, field.role, roles),
    ...["min", "max", "maxLength"].filter((key) => field[key] !== undefined && !Number.isFinite(field[key])).map((key) => `${key} of ${what} is ${JSON.stringify(field[key])}; set a number`),
    ...(Number(field.min) > Number(field.max) ? [`min of ${what} is above its max; set min to at most ${Number(field.max)}`] : []),
  ];
}

/** Faults that only show when all fields are seen. */
function togetherFaults(fields: Record<string, unknown>[]): string[] {
  const names = fields.map((field) => field.name);
  const taken = new Set([...arrival, ...rawPartitions].map((each) => each.name));
  const times = fields.filter((field) => field.role === "time");
  const keys = fields.filter((field) => field.role === "key");
  return [
    ...names.filter((name, at) => names.indexOf(name) !== at).map((name) => `field "${String(name)}" stands twice; remove one`),
    ...names.filter((name) => taken.has(String(name))).map((name) => `field "${String(name)}" is a name that the lake adds itself; set another`),
    ...(times.length === 1 && times[0]?.type === "timestamp" ? [] : ['set role "time" on exactly one field, of type timestamp']),
    ...(keys.length && keys.every((key) => key.type === "string") ? [] : ['set role "key" on at least one field, each of type string']),
    ...(fields.some((field) => field.role === "measure") ? [] : ['set role "measure" on at least one field']),
  ];
}

function nameFaults(what: string, name: unknown): string[] {
  const fits = typeof name === "string" && /^[a-z][a-z0-9_]{0,127}$/.test(name);
  return fits ? [] : [`${what} is ${JSON.stringify(name)}; set lower-case letters, digits and _, a letter first`];
}

function oneOf(what: string, value: unknown, allowed: string[]): string[] {
  return allowed.includes(value as string) ? [] : [`${what} is ${JSON.stringify(value)}; set one of ${allowed.join(", ")}`];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
