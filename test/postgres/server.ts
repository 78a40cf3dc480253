/** Server: a PostgreSQL of this machine's package, made for one test: own folder, loopback only, TLS only, passwords by SCRAM. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { eachLine, listening } from "../../lab/children";
import { Authority } from "../../lab/services/iot/authority";

/** Folder of its programs, where they are installed: Debian keeps each version in a folder of its own. */
export function programs(): string | undefined {
  const folders = [...globSync("/usr/lib/postgresql/*/bin").sort().reverse(), ...(process.env.PATH ?? "").split(":")];
  return folders.find((folder) => ["initdb", "postgres"].every((program) => existsSync(join(folder, program))));
}

interface User { uid: number; gid: number }

/** It refuses to run as root; there it runs as its package's own user, or as nobody. */
function runsAs(): User | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string, name: string): number => Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: id("-u", name), gid: id("-g", name) };
    } catch {
      continue;
    }
  }
  throw new Error("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody");
}

const adminPassword = "of-the-admin-only";

export class Postgres {
  private constructor(
    readonly port: number, private readonly folder: string, private readonly server: ChildProcess,
    /** Certificate of the authority that signed the server's, for 127.0.0.1. */
    readonly authority: string,
  ) {}

  static async start(port: number): Promise<Postgres> {
    const bin = programs();
    if (!bin) throw new Error("PostgreSQL is not installed");
    const folder = mkdtempSync(join(tmpdir(), "postgres-"));
    const user = runsAs();
    const own = (file: string): string => { if ("uid" in user) chownSync(file, user.uid as number, user.gid as number); return file; };
    const write = (name: string, text: string): string => { writeFileSync(join(folder, name), text, { mode: 0o600 }); return own(join(folder, name)); };
    own(folder);
    const authority = await Authority.open(join(folder, "authority"));
    const { certificatePem, privateKey } = await authority.broker();
    const data = join(folder, "data");
    await ended(spawn(join(bin, "initdb"), [
      "-D", data, "-U", "admin", "--pwfile", write("password", adminPassword), "-A", "scram-sha-256", "-E", "UTF8", "--no-locale", "--no-sync",
    ], { ...user, cwd: folder, stdio: "ignore" }));
    write("hba.conf", "hostssl all all 127.0.0.1/32 scram-sha-256\n");
    const settings = {
      listen_addresses: "127.0.0.1", port, unix_socket_directories: folder, hba_file: join(folder, "hba.conf"), fsync: "off", max_connections: 20, shared_buffers: "16MB",
      ssl: "on", ssl_cert_file: write("server.pem", certificatePem), ssl_key_file: write("server.key", privateKey), timezone: "UTC",
    };
    const server = spawn(join(bin, "postgres"), ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])], { ...user, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    for (const stream of [server.stdout, server.stderr]) if (stream) eachLine(stream, (line) => said.push(line));
    process.once("exit", () => server.kill("SIGKILL"));
    const broken = ended(server).then(() => { throw new Error(`PostgreSQL ended: ${said.at(-1)}`); });
    broken.catch(() => undefined);
    await Promise.race([broken, listening(port, "PostgreSQL")]);
    return new Postgres(port, folder, server, authority.certificatePem);
  }

  /** Statements, one after the other, as its owner. */
  async run(database: string, ...statements: string[]): Promise<void> {
    const client = new Client({ host: "127.0.0.1", port: this.port, database, user: "admin", password: adminPassword, ssl: { rejectUnauthorized: true, ca: this.authority } });
    await client.connect();
    try {
      for (const sql of statements) await client.query(sql);
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.server.once("exit", () => resolve()));
    // Fast shutdown: sessions end, nothing waits for them.
    if (this.server.exitCode === null) { this.server.kill("SIGINT"); await gone; }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve, reject) => {
  child.once("error", reject);
  child.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${child.spawnfile} ended with ${code}`))));
});
