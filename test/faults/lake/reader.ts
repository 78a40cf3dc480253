/** Reader: the curated table as somebody reads it who knows nothing of the jobs: by the catalogue's pointer, with DuckDB. */
import { EntityNotFoundException, GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import type { Lab } from "../../../lab/lab";
import { Engine, text } from "../../../lab/services/athena/engine";
import type { Kept } from "../harness/evidence";

export class Reader {
  private readonly engine: Engine;
  private readonly glue: GlueClient;

  constructor(lab: Lab, private readonly at: { database: string; table: string; prefix: string }) {
    this.engine = new Engine(lab);
    this.glue = new GlueClient(lab.client());
  }

  /** How many rows a reader gets now; 0 of a table that was never made. */
  async count(): Promise<number> {
    const [[rows] = [0]] = await this.ask("SELECT count(*)::INT");
    return Number(rows);
  }

  /** All rows; an id is what makes two readings one. */
  async rows(): Promise<Kept[]> {
    const found = await this.ask(`SELECT room_id || '|' || strftime("timestamp", '%Y-%m-%d %H:%M:%S'), temperature`);
    return found.map(([id, temperature]) => ({ id: String(id), content: `${String(id)}|${String(temperature)}` }));
  }

  async stop(): Promise<void> {
    await this.engine.stop();
  }

  private async ask(select: string): Promise<unknown[][]> {
    const metadata = await this.metadata();
    if (!metadata) return [];
    // What was read before is not remembered: files that were changed since would go unnoticed.
    const session = await this.engine.session([this.at.prefix], false);
    try {
      return await session.rows(`${select} FROM iceberg_scan(${text(metadata)})`);
    } finally {
      session.close();
    }
  }

  private async metadata(): Promise<string | undefined> {
    const { database: DatabaseName, table: Name } = this.at;
    const found = await this.glue.send(new GetTableCommand({ DatabaseName, Name })).catch((fault: unknown) => {
      if (fault instanceof EntityNotFoundException) return undefined;
      throw fault;
    });
    return found?.Table?.Parameters?.metadata_location;
  }
}
