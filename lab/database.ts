/**
 * Source database: H2 standing in for SQL Server, in one Java process on loopback.
 *
 *   jdbc:h2:tcp://… (crawler, import_db)  ─┐
 *   PostgreSQL's protocol (functions, feed) ┴─▶ <home>/database/sensors.mv.db, table dbo.readings
 *
 * Its user and password are made for this lab and stand in one file of its home, never on a command line. H2 has one mode for
 * all sessions: who opens the next one says which. All SQL of this project is the same in both.
 *
 * It does not compact while it runs, and keeps what was overwritten for ten minutes: a long read that meets a compaction ends with
 * "Chunk not found" (h2database/h2database#4383), here in one of four reads of a million rows that had just been written.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client, type QueryResultRow, types } from "pg";
import type { ChildProcess } from "node:child_process";
import { listening } from "./children";
import type { Lab } from "./lab";

const database = "sensors";
const options = "MODE=MSSQLServer;DATABASE_TO_LOWER=TRUE";

/** The table of past readings; the database keeps `updated_at` itself. Names are quoted: `timestamp` is a word of SQL. */
export const readingsTable = `
CREATE TABLE IF NOT EXISTS "dbo"."readings" (
  "room_id" varchar(64) NOT NULL,
  "timestamp" datetime2 NOT NULL,
  "temperature" float,
  "updated_at" datetime2 DEFAULT LOCALTIMESTAMP ON UPDATE LOCALTIMESTAMP NOT NULL,
  PRIMARY KEY ("room_id", "timestamp")
);
CREATE INDEX IF NOT EXISTS "dbo"."readings_updated_at" ON "dbo"."readings" ("updated_at");
`;

const schema = (user: string, password: string): string => `
CREATE SCHEMA IF NOT EXISTS "dbo";
${readingsTable}
SET DB_CLOSE_DELAY -1;
SET WRITE_DELAY 0;
SET RETENTION_TIME 600000;
ALTER USER ${user} SET PASSWORD '${password}';
`;

export class SourceDatabase {
  readonly user = "sensors";
  readonly password: string;
  private readonly folder: string;
  private server: ChildProcess | undefined;

  constructor(private readonly lab: Lab) {
    this.folder = lab.folder("database");
    this.password = keptPassword(this.folder);
  }

  /** What a Glue connection takes; user and password come from its secret. */
  get url(): string {
    return `jdbc:h2:tcp://127.0.0.1:${this.lab.ports.database}/${database};${options}`;
  }

  /** Make the database when there is none, then serve it. */
  async start(): Promise<void> {
    if (!existsSync(join(this.folder, `${database}.mv.db`))) await this.create();
    const { database: tcp, databasePg: pg } = this.lab.ports;
    const serve = ["org.h2.tools.Server", "-tcp", "-tcpPort", `${tcp}`, "-pg", "-pgPort", `${pg}`, "-baseDir", this.folder];
    const tethered = [join(__dirname, "tether.py"), this.lab.tools.java, ...this.java(), ...serve];
    this.server = this.lab.children.start("database", this.lab.tools.python, tethered);
    const broken = new Promise<never>((_, reject) => this.server?.once("exit", (code) => reject(new Error(`the source database ended with ${code}; see its log`))));
    broken.catch(() => undefined);
    await Promise.race([broken, Promise.all([listening(tcp, "the source database"), listening(pg, "the source database")])]);
  }

  async stop(): Promise<void> {
    if (!this.server) return;
    // A clean end: what is in memory is written, and the next start has nothing to recover.
    await this.run("SHUTDOWN").catch(() => undefined);
    await this.lab.children.stop(this.server);
    this.server = undefined;
  }

  /** One statement, `$1` and so on for its values; the rows it answers. Times come as `YYYY-MM-DD HH:MM:SS…` texts, as they are. */
  async run<Row extends QueryResultRow>(sql: string, params: unknown[] = []): Promise<Row[]> {
    const client = new Client({
      host: "127.0.0.1", port: this.lab.ports.databasePg, database, user: this.user, password: this.password,
      types: { getTypeParser: (oid: number) => (oid === types.builtins.TIMESTAMP ? (text: string) => text : types.getTypeParser(oid)) } as never,
    });
    // A connection that breaks rejects the query that waits; without this it would end the process.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql, params)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Make it aside, then put it in place whole. */
  private async create(): Promise<void> {
    const aside = join(this.folder, "new");
    rmSync(aside, { recursive: true, force: true });
    mkdirSync(aside, { recursive: true, mode: 0o700 });
    writeFileSync(join(aside, "schema.sql"), schema(this.user, this.password), { mode: 0o600 });
    const script = ["org.h2.tools.RunScript", "-url", `jdbc:h2:file:${join(aside, database)};${options}`, "-user", this.user, "-script", join(aside, "schema.sql")];
    await ran(this.lab.tools.java, [...this.java(), ...script]);
    for (const file of readdirSync(aside).filter((name) => name.endsWith(".mv.db"))) renameSync(join(aside, file), join(this.folder, file));
    rmSync(aside, { recursive: true });
  }

  private java(): string[] {
    const [h2] = readdirSync(this.lab.tools.jars).filter((name) => /^h2-.*\.jar$/.test(name));
    if (!h2) throw new Error("the jar of H2 is missing; run `npx sensorlake setup`");
    return ["-Xmx256m", "-XX:+UseSerialGC", "-Dh2.autoCompactFillRate=0", "-Duser.timezone=UTC", "-Dh2.bindAddress=127.0.0.1", "-cp", join(this.lab.tools.jars, h2)];
  }
}

/** The password of this lab's database; made once. */
function keptPassword(folder: string): string {
  const file = join(folder, "password");
  if (existsSync(file)) return readFileSync(file, "utf8");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const password = randomBytes(24).toString("base64url");
  writeFileSync(`${file}.new`, password, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return password;
}

function ran(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (part: Buffer) => (said += part.toString()));
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`the source database could not be made: ${said.split("\n")[0]}`))));
  });
}
