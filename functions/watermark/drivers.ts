/** Drivers: a connection to each engine, asked one query after another. A driver is loaded only when its engine is asked. */
import type { Engine } from "./query";

export interface Source {
  engine: Engine;
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
  /** `verified`: the certificate must prove the host; `encrypted`: any certificate will do; `none`: no TLS. */
  tls: "verified" | "encrypted" | "none";
  /** Root certificate (PEM) that the database's is proven by; left out: those that Node trusts. */
  ca?: string;
  /** Whom the certificate is for, where that is not the host. */
  certificateName?: string;
}

/** Runs statements in order on one connection; answers the first column of each one's first row. */
export type Driver = (source: Source, statements: string[]) => Promise<unknown[]>;

/** Milliseconds until a database that does not answer is given up. */
const connectMs = 15_000;
const queryMs = 60_000;

export const drivers: Record<Engine, Driver> = {
  // H2 speaks PostgreSQL's protocol, without TLS; only the lab has it.
  sqlserver: askSqlServer, postgresql: askPostgres, h2: askPostgres, mysql: askMySql, oracle: askOracle,
};

const proof = ({ tls, ca }: Source) => ({ rejectUnauthorized: tls === "verified", ...(ca && { ca }) });

async function askPostgres(source: Source, statements: string[]): Promise<unknown[]> {
  const { host, port, database, username, password, tls } = source;
  const { Client } = await import("pg");
  const client = new Client({
    host, port, database, user: username, password, connectionTimeoutMillis: connectMs, query_timeout: queryMs,
    ...(tls !== "none" && { ssl: proof(source) }),
  });
  await client.connect();
  try {
    return await inTurn(statements, async (sql) => (await client.query({ text: sql, rowMode: "array" })).rows[0]?.[0] as unknown);
  } finally {
    await client.end();
  }
}

async function askMySql(source: Source, statements: string[]): Promise<unknown[]> {
  const { host, port, database, username, password, tls } = source;
  const { createConnection } = await import("mysql2/promise");
  const client = await createConnection({
    host, port, database, user: username, password, connectTimeout: connectMs,
    // Without the latter it would prove the certificate and not look whose it is.
    ...(tls !== "none" && { ssl: { ...proof(source), verifyIdentity: tls === "verified" } }),
  });
  try {
    return await inTurn(statements, async (sql) => ((await client.query({ sql, rowsAsArray: true, timeout: queryMs }))[0] as unknown[][])[0]?.[0]);
  } finally {
    await client.end();
  }
}

async function askOracle({ host, port, database, username, password, tls, ca, certificateName }: Source, statements: string[]): Promise<unknown[]> {
  const { default: oracledb } = await import("oracledb");
  const connectString = `(DESCRIPTION=(ADDRESS=(PROTOCOL=${tls === "none" ? "TCP" : "TCPS"})(HOST=${host})(PORT=${port}))(CONNECT_DATA=(SERVICE_NAME=${database})))`;
  const client = await oracledb.getConnection({
    user: username, password, connectString, transportConnectTimeout: connectMs / 1000,
    ...(tls !== "none" && { sslServerDNMatch: true, ...(ca && { walletContent: ca }), ...(certificateName && { sslServerCertDN: certificateName }) }),
  });
  client.callTimeout = queryMs;
  try {
    return await inTurn(statements, async (sql) => ((await client.execute(sql)).rows?.[0] as unknown[] | undefined)?.[0]);
  } finally {
    await client.close();
  }
}

async function askSqlServer({ host, port, database, username, password, tls, ca, certificateName }: Source, statements: string[]): Promise<unknown[]> {
  const { Connection, Request } = await import("tedious");
  const client = new Connection({
    server: host,
    authentication: { type: "default", options: { userName: username, password } },
    options: {
      port, database, encrypt: tls !== "none", trustServerCertificate: tls !== "verified", connectTimeout: connectMs, requestTimeout: queryMs,
      ...(ca && { cryptoCredentialsDetails: { ca } }), ...(certificateName && { serverName: certificateName }),
    },
  });
  await new Promise<void>((resolve, reject) => client.connect((fault) => (fault ? reject(fault) : resolve())));
  const ask = (sql: string): Promise<unknown> => new Promise((resolve, reject) => {
    let first: unknown;
    const request = new Request(sql, (fault) => (fault ? reject(fault) : resolve(first)));
    request.on("row", (columns: { value: unknown }[]) => { first ??= columns[0]?.value; });
    client.execSql(request);
  });
  try {
    return await inTurn(statements, ask);
  } finally {
    client.close();
  }
}

async function inTurn(statements: string[], ask: (sql: string) => Promise<unknown>): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const sql of statements) answers.push(await ask(sql));
  return answers;
}
