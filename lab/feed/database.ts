/** Database: the rows that the source database holds before the lab's first run. */
import type { SourceDatabase } from "../database";
import type { Reading } from "./rooms";

/** Rows a statement. */
const BATCH = 500;

/**
 * Put readings into dbo.readings: new rows are added, rows that say the same are left as they are, so `updated_at` moves
 * for a row that really changes only.
 */
export async function fillDatabase(database: SourceDatabase, readings: Reading[]): Promise<void> {
  for (let at = 0; at < readings.length; at += BATCH) {
    const batch = readings.slice(at, at + BATCH);
    const values = batch.map((_, i) => `(CAST($${3 * i + 1} AS varchar(64)), CAST($${3 * i + 2} AS datetime2), CAST($${3 * i + 3} AS float))`).join(", ");
    await database.run(
      `MERGE INTO "dbo"."readings" AS t USING (VALUES ${values}) AS s("room_id", "timestamp", "temperature")
         ON t."room_id" = s."room_id" AND t."timestamp" = s."timestamp"
       WHEN MATCHED AND t."temperature" <> s."temperature" THEN UPDATE SET "temperature" = s."temperature"
       WHEN NOT MATCHED THEN INSERT ("room_id", "timestamp", "temperature") VALUES (s."room_id", s."timestamp", s."temperature")`,
      batch.flatMap(({ room_id, timestamp, temperature }) => [room_id, timestamp, temperature]),
    );
  }
}
