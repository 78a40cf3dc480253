/** Source: the rows of a seed as the database holds them, and what must become of each. */
import type { SourceDatabase } from "../../../lab/database";
import { readingsTable } from "../../../lab/database";
import { random } from "../../../lab/simulate/random";
import type { Evidence, Kept } from "../harness/evidence";

/** A row of dbo.readings; a time as `YYYY-MM-DD HH:MM:SS`, a temperature as the database writes it. */
export interface Row {
  room_id: string | null;
  timestamp: string | null;
  temperature: string | null;
  /** With its fraction of a second. */
  updated_at: string;
  /** Whether it is a reading. */
  fit: boolean;
}

/** Rows that share one time of change. */
const sharing = 7;

/** What no reading is, each with what is wrong with it. */
const unfit: Partial<Row>[] = [
  { temperature: null }, { temperature: "150.5" }, { temperature: "-60.5" }, { room_id: "büro\u0007" }, { room_id: " hall" }, { room_id: "a/../b" },
  { timestamp: "2999-12-31 23:00:00" }, { timestamp: "1969-12-31 23:00:00" },
];

const rooms = ["büro", "実験室 2", "salle-3"];

/** The rows of a seed, in an order of its own: hours around the night in which clocks go forward, and what is unfit among them. */
export function rowsOf(seed: number): Row[] {
  const next = random(`rows ${seed}`);
  const hours = 30 + Math.floor(next() * 15);
  const fit = rooms.flatMap((room_id) => Array.from({ length: hours }, (_, hour): Row => (
    { room_id, timestamp: hourAfter("2024-03-30T10:00:00Z", hour), temperature: String(15 + Math.floor(next() * 100) / 10), updated_at: "", fit: true })));
  const bad = unfit.map((wrong, at): Row => ({ room_id: "cellar", timestamp: hourAfter("2024-04-02T00:00:00Z", at), temperature: "20.5", updated_at: "", ...wrong, fit: false }));
  const rows = [...fit, ...bad].map((row) => ({ row, at: next() })).sort((a, b) => a.at - b.at).map(({ row }) => row);
  return rows.map((row, at) => ({ ...row, temperature: row.temperature && javaDouble(row.temperature), updated_at: changedAt(Math.floor(at / sharing)) }));
}

/** The time of the nth change, to the ten millionth of a second. */
export const changedAt = (change: number): string => `${hourAfter("2024-06-01T00:00:00Z", change)}.1234567`;

const hourAfter = (from: string, hours: number): string => new Date(Date.parse(from) + hours * 3_600_000).toISOString().slice(0, 19).replace("T", " ");

/** As Java writes a double of this size. */
export const javaDouble = (text: string): string => (/\./.test(text) ? text : `${text}.0`);

/** The record of a row, as it stands in the curated table or, unfit, in quarantine. */
export function recordOf({ room_id, timestamp, temperature, fit }: Row): Kept {
  if (!fit) return { id: `unfit ${room_id} ${timestamp}`, content: JSON.stringify({ timestamp, room_id, temperature }) };
  return { id: `${room_id}|${timestamp}`, content: `${room_id}|${timestamp}|${Number(temperature)}` };
}

/** What must become of rows, and how many of them readers may see at once beside none and all. */
export function dueOf(rows: readonly Row[], ...versions: number[]): Pick<Evidence, "acknowledged" | "unfit" | "versions"> {
  return { acknowledged: rows.map(recordOf), unfit: rows.filter(({ fit }) => !fit).map((row) => recordOf(row).content), versions: [0, fitOf(rows).length, ...versions] };
}

/** The end that rows come to, worked out from the rows alone. */
export const modelOf = (rows: readonly Row[]): Evidence => ended(dueOf(rows), fitOf(rows).map(recordOf));

/** An end with these rows and nothing else to be said about it. */
export function ended(due: Pick<Evidence, "acknowledged" | "unfit" | "versions">, curated: Kept[]): Evidence {
  const nothing = { looks: [], places: [], written: [], allowed: [], leftovers: [], runs: [], told: [], texts: [], canaries: [] };
  return { ...nothing, ...due, curated, quarantine: due.unfit.map((content) => ({ content, reason: "unfit" })) };
}

export const fitOf = (rows: readonly Row[]): Row[] => rows.filter(({ fit }) => fit);

const columns = ["room_id", "timestamp", "temperature", "updated_at"] as const;
const types = ["varchar(200)", "datetime2", "float", "datetime2(7)"];

/** Make the table anew, empty. */
export async function emptied(database: SourceDatabase, ddl = readingsTable): Promise<void> {
  await database.run(`DROP TABLE IF EXISTS "dbo"."readings"`);
  for (const statement of ddl.split(";").filter((text) => text.trim())) await database.run(statement);
}

/** Put rows in, in the place of those of the same key, one statement for all: they are committed together. */
export async function inserted(database: SourceDatabase, rows: readonly Row[], casts = types): Promise<void> {
  if (!rows.length) return;
  const into = casts === types ? "MERGE INTO" : "INSERT INTO";
  const values = rows.map((_, row) => `(${columns.map((_, at) => `CAST($${row * columns.length + at + 1} AS ${casts[at]})`).join(", ")})`);
  await database.run(`${into} "dbo"."readings" (${columns.map((name) => `"${name}"`).join(", ")}) ${casts === types ? `KEY ("room_id", "timestamp") ` : ""}VALUES ${values.join(", ")}`,
    rows.flatMap((row) => columns.map((name) => row[name])));
}
