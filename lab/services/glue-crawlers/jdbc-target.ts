/**
 * JDBC target: tables of a database, as its own metadata describes them, through a Glue connection.
 *
 * User and password come from the secret that the connection names; jdbc.py asks the driver, for any engine whose jar is there.
 */
import { CreateTableCommand, EntityNotFoundException, GetConnectionCommand, GetTableCommand, UpdateTableCommand, type TableInput } from "@aws-sdk/client-glue";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { join } from "node:path";
import type { Json } from "../../gateway/service";
import type { Crawl } from "./crawl";
import { excluded } from "./globs";

export interface Described {
  catalog: string | null;
  schema: string | null;
  table: string;
  view: boolean;
  columns: { name: string; jdbc: number; size: number; scale: number }[];
}

const answerSeconds = 60;

export async function crawlDatabase(crawl: Crawl, { ConnectionName, Path, Exclusions = [] }: Json): Promise<string[]> {
  const { Connection } = await crawl.glue.send(new GetConnectionCommand({ Name: ConnectionName }));
  const properties: Record<string, string> = Connection?.ConnectionProperties ?? {};
  const url = properties.JDBC_CONNECTION_URL ?? "";
  const engine = /^jdbc:(\w+):/.exec(url)?.[1];
  if (!engine) throw new Error(`connection ${ConnectionName} has no JDBC_CONNECTION_URL`);
  const login = await loginOf(crawl, ConnectionName, properties);
  const isExcluded = excluded(Exclusions);
  const all = await describe(crawl, { url, ...login, ...(await proofOf(crawl, properties)), ...patternsOf(engine, Path) });
  const wanted = all.filter((one) => !isExcluded(belowPath(Path, [one.catalog, one.schema, one.table].filter((part) => part !== null))));
  crawl.log(`${Path} through ${ConnectionName}: ${wanted.length} tables`);
  const names: string[] = [];
  for (const one of wanted) {
    crawl.goesOn();
    const input = tableOf(crawl, ConnectionName, engine, one);
    await put(crawl, input);
    names.push(input.Name ?? "");
  }
  return names;
}

/** `database/schema/table`, for MySQL `database/table`; % stands for any (Glue Developer Guide, "Include path"). */
export function patternsOf(engine: string, path: string): { catalog: string; schema: string; table: string } {
  const [catalog = "%", second = "%", third] = path.split("/").filter((part) => part !== "");
  if (engine === "mysql") return { catalog, schema: "%", table: second };
  return { catalog, schema: second, table: third ?? "%" };
}

/** Where a table lies below an include path: exclude patterns are relative to what stands before its first %. */
export function belowPath(include: string, path: readonly string[]): string {
  const fixed = include.split("/").filter((part) => part !== "").findIndex((part) => part.includes("%"));
  return path.slice(fixed < 0 ? -1 : fixed).join("/");
}

async function loginOf({ secrets }: Crawl, connection: string, properties: Record<string, string>): Promise<{ user: string; password: string }> {
  if (!properties.SECRET_ID) throw new Error(`connection ${connection} names no SECRET_ID; the lab reads user and password from Secrets Manager only`);
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: properties.SECRET_ID }));
  const { username, password } = parsed(SecretString);
  if (typeof username === "string" && typeof password === "string") return { user: username, password };
  throw new Error(`the secret of connection ${connection} is not {"username", "password"}`);
}

/** How the connection is to be encrypted, and the root certificate that it names. */
async function proofOf({ s3 }: Crawl, { JDBC_ENFORCE_SSL: enforceSSL = "false", CUSTOM_JDBC_CERT: customJDBCCert = "", CUSTOM_JDBC_CERT_STRING: customJDBCCertString = "" }: Record<string, string>): Promise<Json> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(customJDBCCert) ?? [];
  const certificate = Bucket && Key ? await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() : "";
  return { conf: { enforceSSL, customJDBCCert, customJDBCCertString }, certificate };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Ask the database; the password goes in by standard input, where no other process sees it. */
async function describe({ lab }: Crawl, ask: Json): Promise<Described[]> {
  const { python, java, jars, drivers = [] } = lab.tools;
  const child = lab.children.start("glue-crawlers", python, [join(__dirname, "jdbc.py")]);
  let told = "";
  child.stdout?.on("data", (chunk: string) => (told += chunk));
  child.stdin?.end(JSON.stringify({ ...ask, java, jars, drivers }));
  const late = setTimeout(() => void lab.children.stop(child, 0), answerSeconds * 1000);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(late);
  const answer = parsed(told.trim().split("\n").at(-1) ?? "");
  if (Array.isArray(answer.tables)) return answer.tables;
  throw new Error(answer.error ?? (code === null ? `the database did not answer within ${answerSeconds} s` : `the metadata could not be read; see the log glue-crawlers`));
}

function tableOf({ definition, crawler }: Crawl, connectionName: string, engine: string, one: Described): TableInput {
  const path = [one.catalog, one.schema, one.table].filter((part): part is string => part !== null);
  const Parameters = {
    CrawlerSchemaDeserializerVersion: "1.0", CrawlerSchemaSerializerVersion: "1.0", UPDATED_BY_CRAWLER: crawler,
    classification: engine, connectionName, compressionType: "none", typeOfData: one.view ? "view" : "table",
  };
  return {
    Name: `${definition.TablePrefix}${path.join("_")}`.toLowerCase().replace(/[^a-z0-9_]/g, "_"), Owner: "owner", TableType: "EXTERNAL_TABLE", Retention: 0, Parameters, PartitionKeys: [],
    StorageDescriptor: {
      Columns: one.columns.map((column) => ({ Name: column.name.toLowerCase(), Type: typeOf(column) })),
      Location: path.join("."), Compressed: false, NumberOfBuckets: -1, SerdeInfo: {}, BucketColumns: [], SortColumns: [], Parameters, StoredAsSubDirectories: false,
    },
  };
}

/** Glue's type for a code of java.sql.Types. */
export function typeOf({ jdbc, size, scale }: { jdbc: number; size: number; scale: number }): string {
  if (jdbc === 2 || jdbc === 3) return `decimal(${Math.min(size, 38)},${scale})`;
  const types: Record<number, string> = {
    [-7]: "boolean", 16: "boolean", [-6]: "tinyint", 5: "smallint", 4: "int", [-5]: "bigint", 7: "float", 6: "double", 8: "double",
    91: "date", 93: "timestamp", 2014: "timestamp", [-2]: "binary", [-3]: "binary", [-4]: "binary", 2004: "binary",
  };
  return types[jdbc] ?? "string";
}

async function put({ glue, definition, log }: Crawl, TableInput: TableInput): Promise<void> {
  const { DatabaseName, SchemaChangePolicy } = definition;
  const was = await glue.send(new GetTableCommand({ DatabaseName, Name: TableInput.Name })).then(({ Table }) => Table, (fault: unknown) => {
    if (fault instanceof EntityNotFoundException) return undefined;
    throw fault;
  });
  if (!was) return void (await glue.send(new CreateTableCommand({ DatabaseName, TableInput })));
  const columns = (table: Json) => JSON.stringify([table.StorageDescriptor.Columns, table.Parameters.connectionName]);
  if (columns(was) === columns(TableInput)) return;
  if (SchemaChangePolicy.UpdateBehavior !== "UPDATE_IN_DATABASE") return log(`${DatabaseName}.${TableInput.Name}: the database has other columns; the table stays as it is`);
  await glue.send(new UpdateTableCommand({ DatabaseName, TableInput, VersionId: was.VersionId }));
}
