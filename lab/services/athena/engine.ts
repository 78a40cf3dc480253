/**
 * Engine: DuckDB for queries. A query may read the S3 prefixes of its tables through the gateway and nothing else: no file,
 * no other address, no setting, no extension.
 *
 *   only Iceberg tables   ─▶ an instance for these prefixes, kept: its files never change, so what was read stays in memory
 *   any other table       ─▶ an instance of its own, gone with the query
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from "@duckdb/node-api";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab";

const extensions = ["httpfs", "avro", "iceberg"] as const;

export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;

export class Session {
  private closed = false;

  constructor(private readonly connection: DuckDBConnection, private readonly release: () => void) {}

  async run(sql: string): Promise<void> {
    await this.connection.run(sql);
  }

  /** Rows of a small answer. */
  async rows(sql: string): Promise<unknown[][]> {
    return (await this.connection.runAndReadAll(sql)).getRowsJS();
  }

  /** An answer of any size, chunk by chunk. */
  stream(sql: string): Promise<DuckDBResult> {
    return this.connection.stream(sql);
  }

  interrupt(): void {
    if (!this.closed) this.connection.interrupt();
  }

  close(): void {
    this.closed = true;
    this.connection.closeSync();
    this.release();
  }
}

interface Kept {
  instance: Promise<DuckDBInstance>;
  users: number;
  used: number;
}

/** Instances that are kept when nobody uses them; each may hold a gigabyte of what it read. */
const mostIdle = 3;

export class Engine {
  private checked: Promise<void> | undefined;
  private readonly kept = new Map<string, Kept>();
  private readonly columns = new Map<string, Record<string, string>>();
  private used = 0;

  constructor(private readonly lab: Lab) {}

  /** Load the extensions once with their signatures checked, which takes 0.3 s; the same files are then taken at their word. */
  check(): Promise<void> {
    this.checked ??= this.open([], "false").then((instance) => instance.closeSync());
    this.checked.catch(() => (this.checked = undefined));
    return this.checked;
  }

  /** A session that may read these prefixes; `unchanging` when no object under them is ever overwritten. */
  async session(prefixes: string[], unchanging: boolean): Promise<Session> {
    await this.check();
    if (!unchanging) {
      const instance = await this.open(prefixes, "true");
      return new Session(await instance.connect(), () => instance.closeSync());
    }
    const key = JSON.stringify([...prefixes].sort());
    const kept = this.kept.get(key) ?? { instance: this.open(prefixes, "true"), users: 0, used: 0 };
    this.kept.set(key, kept);
    kept.users += 1;
    kept.used = this.used += 1;
    try {
      const instance = await kept.instance;
      return new Session(await instance.connect(), () => this.released(kept));
    } catch (fault) {
      this.kept.delete(key);
      throw fault;
    }
  }

  /** Columns of an Iceberg table and their types, by the metadata that never changes. */
  async icebergColumns(metadata: string, prefix: string): Promise<Record<string, string>> {
    const known = this.columns.get(metadata);
    if (known) return known;
    const session = await this.session([prefix], true);
    try {
      const rows = await session.rows(`DESCRIBE SELECT * FROM iceberg_scan(${text(metadata)})`);
      const columns = Object.fromEntries(rows.map(([column, type]) => [String(column), String(type)]));
      this.columns.set(metadata, columns);
      return columns;
    } finally {
      session.close();
    }
  }

  /** Let go of every instance; called when no query runs any more. */
  async stop(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    for (const { instance } of all) await instance.then((open) => open.closeSync(), () => undefined);
  }

  private released(one: Kept): void {
    one.users -= 1;
    const idle = [...this.kept].filter(([, { users }]) => users === 0).sort(([, a], [, b]) => a.used - b.used);
    for (const [key, { instance }] of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
      this.kept.delete(key);
      void instance.then((open) => open.closeSync(), () => undefined);
    }
  }

  private async open(prefixes: string[], unsigned: "true" | "false"): Promise<DuckDBInstance> {
    const { lab } = this;
    const instance = await DuckDBInstance.create(":memory:", {
      memory_limit: "1GB", threads: "2", allow_unsigned_extensions: unsigned,
      autoinstall_known_extensions: "false", autoload_known_extensions: "false", allow_community_extensions: "false",
    });
    const connection = await instance.connect();
    for (const extension of extensions) await connection.run(`LOAD ${text(extensionFile(lab.tools.sitePackages, extension))}`);
    const { accessKeyId, secretAccessKey } = lab.credentials;
    await connection.run(`CREATE SECRET gateway (TYPE s3, KEY_ID ${text(accessKeyId)}, SECRET ${text(secretAccessKey)}, REGION ${text(lab.region)},
      ENDPOINT ${text(`127.0.0.1:${lab.ports.gateway}`)}, USE_SSL false, URL_STYLE 'path')`);
    for (const setting of settings(prefixes)) await connection.run(`SET GLOBAL ${setting}`);
    connection.closeSync();
    return instance;
  }
}

/** A key of an object is a name and no pattern; nothing spills to disk; the last two hold for every later statement. */
const settings = (prefixes: string[]): string[] => [
  "TimeZone = 'UTC'", "s3_url_compatibility_mode = true", "temp_directory = ''", "validate_external_file_cache = 'NO_VALIDATION'",
  `allowed_directories = [${prefixes.map(text).join(", ")}]`, "enable_external_access = false", "lock_configuration = true",
];

/** The signed extension as its PyPI package carries it, one folder a version of DuckDB. */
export function extensionFile(sitePackages: string, extension: string): string {
  const folder = join(sitePackages, `duckdb_extension_${extension}`, "extensions");
  const version = existsSync(folder) ? readdirSync(folder)[0] : undefined;
  if (!version) throw new Error(`DuckDB's extension ${extension} is not in ${sitePackages}; run: npm run setup`);
  return join(folder, version, `${extension}.duckdb_extension`);
}
