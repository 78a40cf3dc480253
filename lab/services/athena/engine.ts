/**
 * Engine: one DuckDB a query, alone with its tables. It may read the S3 prefixes of those tables through the gateway and
 * nothing else: no file, no other address, no setting, no extension. It goes when the query is over.
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from "@duckdb/node-api";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../lab";

const extensions = ["httpfs", "avro", "iceberg"] as const;

export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
export const name = (value: string): string => `"${value.replaceAll('"', '""')}"`;

export class Session {
  constructor(private readonly instance: DuckDBInstance, private readonly connection: DuckDBConnection) {}

  /** From here on only these prefixes can be read, and no setting changes any more. */
  async lock(prefixes: string[]): Promise<void> {
    await this.connection.run(`SET allowed_directories = [${prefixes.map(text).join(", ")}]`);
    for (const setting of ["enable_external_access = false", "lock_configuration = true"]) await this.connection.run(`SET ${setting}`);
  }

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
    this.connection.interrupt();
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

export class Engine {
  private checked: Promise<void> | undefined;

  constructor(private readonly lab: Lab) {}

  /** Load the extensions once with their signatures checked, which takes 0.3 s; the same files are then taken at their word. */
  check(): Promise<void> {
    this.checked ??= this.open("false").then((session) => session.close());
    this.checked.catch(() => (this.checked = undefined));
    return this.checked;
  }

  async session(): Promise<Session> {
    await this.check();
    return this.open("true");
  }

  private async open(unsigned: "true" | "false"): Promise<Session> {
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
    // A key of an object is a name and no pattern; nothing spills to disk; objects do not change while one query reads them.
    for (const setting of ["TimeZone = 'UTC'", "s3_url_compatibility_mode = true", "temp_directory = ''", "validate_external_file_cache = 'NO_VALIDATION'"]) {
      await connection.run(`SET ${setting}`);
    }
    await connection.run("CALL enable_logging('HTTP', level = 'DEBUG')");
    return new Session(instance, connection);
  }
}

/** The signed extension as its PyPI package carries it, one folder a version of DuckDB. */
export function extensionFile(sitePackages: string, extension: string): string {
  const folder = join(sitePackages, `duckdb_extension_${extension}`, "extensions");
  const version = existsSync(folder) ? readdirSync(folder)[0] : undefined;
  if (!version) throw new Error(`DuckDB's extension ${extension} is not in ${sitePackages}; run: npm run setup`);
  return join(folder, version, `${extension}.duckdb_extension`);
}
