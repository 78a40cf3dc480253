/**
 * Source: the database that the lab imports from: its own H2, or any other that the environment names.
 *
 *   SENSORLAKE_SOURCE_URL=jdbc:postgresql://127.0.0.1:5432/building   …_USER, …_PASSWORD_FILE (or …_PASSWORD), …_TLS, …_DRIVER, …_TABLES
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Engine, engines, type SourceTable, type Tls, tlsKinds, usualPort } from "../components/source-database";
import { CliError } from "./cli/error";

/** A database that stands already; the lab reads it and never writes to it. */
export interface GivenSource {
  engine: Engine;
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
  tls: Tls;
  tables: SourceTable[];
  /** Jars of its JDBC driver, where the lab brings none. */
  drivers: string[];
}

type Environment = Record<string, string | undefined>;
const NAME = "SENSORLAKE_SOURCE_";
/** Engines whose JDBC driver the lab brings: lab/setup/jars.ts. */
const brought: Engine[] = ["postgresql"];
const usualTables: SourceTable[] = [{ table: "dbo.readings", channel: "temperature", watermark: "updated_at" }];

/** The database that the environment names; nothing: the lab's own. Throws a CliError with every fault. */
export function givenSource(env: Environment = process.env): GivenSource | undefined {
  const url = env[`${NAME}URL`];
  if (!url) return undefined;
  const at = placeOf(url);
  const [username, tls, drivers] = [env[`${NAME}USER`], env[`${NAME}TLS`] ?? "verified", (env[`${NAME}DRIVER`] ?? "").split(",").filter(Boolean).map((file) => resolve(file))];
  const [password, tables] = [passwordOf(env), tablesOf(env[`${NAME}TABLES`])];
  const faults = [
    ...(typeof at === "string" ? [at] : []),
    ...(username ? [] : [`${NAME}USER is missing; set the user that may read the database`]),
    ...(password ? [] : [`${NAME}PASSWORD_FILE names no file with a password in it; set it, or ${NAME}PASSWORD`]),
    ...(tlsKinds.includes(tls as Tls) ? [] : [`${NAME}TLS is "${tls}"; set one of ${tlsKinds.join(", ")}`]),
    ...drivers.filter((file) => !existsSync(file)).map((file) => `${NAME}DRIVER names ${file}, which is not there; set the jar of the JDBC driver`),
    ...(typeof at === "object" && !drivers.length && !brought.includes(at.engine) ? [`${NAME}DRIVER is missing; set the jar of the JDBC driver for ${at.engine}, which the lab does not bring`] : []),
    ...(tables ? [] : [`${NAME}TABLES is no list; set JSON such as ${JSON.stringify(usualTables)}`]),
  ];
  if (faults.length || typeof at === "string") throw new CliError(faults.join("\n"));
  return { ...at, username: username ?? "", password: password ?? "", tls: tls as Tls, tables: tables ?? [], drivers };
}

type Place = Pick<GivenSource, "engine" | "host" | "port" | "database">;

/** Where a JDBC URL leads, or what is wrong with it. */
function placeOf(url: string): Place | string {
  const [, name = "", rest = ""] = /^jdbc:(\w+):(.*)$/.exec(url) ?? [];
  const engine = engines.find((one) => one === name);
  if (!engine || engine === "h2") return `${NAME}URL is of engine "${name}"; set a JDBC URL of ${engines.filter((one) => one !== "h2").join(", ")}, or leave it out for the lab's own H2`;
  const form = engine === "sqlserver" ? /^\/\/([^/:;]+)(?::(\d+))?;database(?:Name)?=([\w$.]+)$/ : /^(?:thin:)?@?\/\/@?([^/:?]+)(?::(\d+))?\/([\w$.]+)$/;
  const [, host, port, database] = form.exec(rest) ?? [];
  // Parameters would be lost: the stack writes the URL itself.
  return host && database ? { engine, host, port: Number(port ?? usualPort[engine]), database }
    : `${NAME}URL is no URL of ${engine} with host and database and nothing more; set ${EXAMPLES[engine]}, and its encryption by ${NAME}TLS`;
}

const EXAMPLES: Partial<Record<Engine, string>> = {
  sqlserver: "jdbc:sqlserver://host:1433;databaseName=building", oracle: "jdbc:oracle:thin:@//host:1521/building",
  postgresql: "jdbc:postgresql://host:5432/building", mysql: "jdbc:mysql://host:3306/building",
};

/** From a file, so that it need not stand in the environment. */
function passwordOf(env: Environment): string | undefined {
  const file = env[`${NAME}PASSWORD_FILE`];
  return file ? (existsSync(file) ? readFileSync(file, "utf8").trim() : undefined) : env[`${NAME}PASSWORD`];
}

function tablesOf(text: string | undefined): SourceTable[] | undefined {
  if (!text) return usualTables;
  try {
    const tables = JSON.parse(text) as SourceTable[];
    return Array.isArray(tables) && tables.length ? tables : undefined;
  } catch {
    return undefined;
  }
}

/** The same as settings of the stack `local`, over those of its own database. */
export function settingsOf({ engine, host, port, database, username, password, tls, tables }: GivenSource): Record<string, unknown> {
  return {
    "sensorlake:source": { engine, host, port, database, username, tls, tables, probePort: undefined },
    "sensorlake:sourcePassword": password,
  };
}
