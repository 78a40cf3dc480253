import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eachLine } from "./children";
import { SourceDatabase } from "./database";
import { Lab, portsFrom } from "./lab";
import { setup } from "./setup/setup";

describe("source database", function () {
  this.timeout(60_000);
  const home = mkdtempSync(join(tmpdir(), "database-"));
  let lab: Lab;

  before(async () => {
    const [database, databasePg] = await freePorts();
    lab = new Lab(home, { ...portsFrom(1), database, databasePg }, await setup({ quiet: true }), () => undefined, { accessKeyId: "", secretAccessKey: "" });
  });
  after(async () => {
    await lab.children.stop();
    rmSync(home, { recursive: true });
  });

  const newest = async (database: SourceDatabase) => (await database.run<{ mark: string }>("select max(updated_at) as mark from dbo.readings"))[0]?.mark ?? "";

  it("keeps the time of each change itself, and its rows over a restart", async () => {
    const database = new SourceDatabase(lab);
    await database.start();
    await database.run(`insert into dbo.readings (room_id, "timestamp", temperature) values ($1, $2, $3)`, ["büro", "2024-01-01 00:00:00", 21.5]);
    const inserted = await newest(database);
    await database.run("update dbo.readings set temperature = $1", [22]);
    expect((await newest(database)) > inserted).to.equal(true);
    await database.stop();

    const again = new SourceDatabase(lab);
    await again.start();
    expect(await again.run(`select room_id, "timestamp", temperature from dbo.readings`)).to.deep.equal([{ room_id: "büro", timestamp: "2024-01-01 00:00:00", temperature: 22 }]);
    await again.stop();
  });

  it("keeps its password to the owner of the home", () => {
    const file = join(home, "database", "password");
    expect(statSync(file).mode & 0o077).to.equal(0);
    expect(readFileSync(file, "utf8")).to.equal(new SourceDatabase(lab).password);
  });

  it("ends with the lab, even when the lab is killed", async () => {
    const child = lab.children.start("tethered", lab.tools.python, [join(__dirname, "tether.py"), "sh", "-c", "echo up; sleep 60"]);
    await new Promise<void>((resolve) => eachLine(child.stdout!, (line) => line === "up" && resolve()));
    const ended = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
    child.stdin?.destroy();
    expect(await ended).to.equal("SIGKILL");
  });
});

/** Two ports, held together so that they are not one. */
async function freePorts(): Promise<[number, number]> {
  const held = await Promise.all([1, 2].map(() => new Promise<Server>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
  })));
  const ports = held.map((server) => (server.address() as AddressInfo).port) as [number, number];
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
