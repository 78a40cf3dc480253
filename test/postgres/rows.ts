/** Rows: readings as a source may hold them, in the words that H2 and PostgreSQL share. */

/** A row as SQL: room, time, °C, last change; `NULL` where there is none. */
export type Row = [room: string, time: string, celsius: string, changed: string];

/** The change that most rows share: what was read up to once, and where more may be committed. */
export const MARK = "2024-05-01 12:00:00.654321";
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const time = (value: string): string => `TIMESTAMP '${value}'`;
const clock = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}:00`;
const row = (room: string, at: string, celsius: number | string, changed = MARK): Row => [text(room), time(at), String(celsius), time(changed)];

/** Rows that are readings. */
const readings: Row[] = [
  row("büro", "2024-01-01 00:00:00", 21.5), row("会議室 🌡", "2024-01-01 00:00:00", 0.1), row("غرفة", "2024-01-01 00:00:00", 99.99999999999999),
  row("o'brien \"1\"", "2024-01-01 00:00:00", -40.25), row("x".repeat(64), "2024-01-01 00:00:00", -59.999999999999),
  // The microsecond, the first second, a leap day, an hour that Berlin has twice and one that it has not.
  row("times", "2024-02-29 23:59:59.999999", 1e-300), row("times", "1970-01-01 00:00:00.000001", 0), row("times", "2024-10-27 02:30:00", 1), row("times", "2024-03-31 02:30:00", 2),
  // The same reading at another mark, and a correction of it.
  row("büro", "2024-01-01 01:00:00", 22.5, "2024-04-30 00:00:00"), row("büro", "2024-01-01 01:00:00", 22.75, "2024-04-30 00:00:00.000001"),
  ...Array.from({ length: 500 }, (_, at) => row(`room ${at % 7}`, `2024-03-01 ${clock(at)}`, (at * 0.1 - 20).toFixed(4), `2024-04-${String(1 + (at % 28)).padStart(2, "0")} 00:00:00`)),
];

/** Rows that are none, each for a reason of its own. */
const refused: Row[] = [
  row("none", "2024-01-01 00:00:00", "NULL"), row("hot", "2024-01-01 00:00:00", 1000), row("cold", "2024-01-01 00:00:00", -60.001),
  row("odd", "2024-01-01 00:00:00", "CAST('NaN' AS double precision)"), row("early", "1969-12-31 23:59:59.999999", 1), row("..\\büro", "2024-01-01 00:00:00", 1),
  ["NULL", time("2024-01-01 00:00:00"), "20", time(MARK)], [text("whenever"), "NULL", "20", time(MARK)],
];

export const first: Row[] = [...readings, ...refused];
export const counts = { readings: readings.length, refused: refused.length };

/** What comes later: committed at the very mark that was read up to, and after it. */
export const later: Row[] = [row("büro", "2024-01-02 00:00:00", 23.5), row("büro", "2024-01-03 00:00:00", 24.5, "2024-05-01 12:00:00.654322"), row("late", "2024-01-03 00:00:00", "NULL", "2024-05-02 00:00:00")];

export const inserted = (rows: Row[]): string => `INSERT INTO "dbo"."readings" ("room_id", "timestamp", "temperature", "updated_at") VALUES ${rows.map((one) => `(${one.join(", ")})`).join(", ")}`;

/** The table in PostgreSQL's words; without a key, so that what is no reading can stand in it. */
export const table = `CREATE TABLE "dbo"."readings" ("room_id" varchar(64), "timestamp" timestamp(6), "temperature" double precision, "updated_at" timestamp(6))`;
