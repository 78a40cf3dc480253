/** Kill -9 of the live door while a thing publishes: what was acknowledged is delivered after the restart, whole, and may be doubled but never lost. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { connect } from "mqtt";
import { portsFrom } from "../lab/lab";
import { random } from "../lab/simulate/random";

const base = 20_560;
const kills = 4;

describe("the live door under kill -9", () => {
  for (const seed of [1, 2]) it(`loses nothing acknowledged (seed ${seed})`, () => survives(seed));
});

async function survives(seed: number): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "kill-"));
  const next = random(`kill ${seed}`);
  let child = await started(home);
  const thing = JSON.parse(readFileSync(join(home, "thing.json"), "utf8")) as { certificatePem: string; privateKey: string; caPem: string };
  const client = connect({
    protocol: "mqtts", host: "127.0.0.1", port: portsFrom(base).mqtt, clientId: "office", protocolVersion: 4, reconnectPeriod: 50,
    cert: thing.certificatePem, key: thing.privateKey, ca: thing.caPem,
  });
  client.on("error", () => undefined);
  const acknowledged: string[] = [];
  let publishing = true;
  const stream = (async () => {
    for (let count = 0; publishing; count += 1) {
      const id = `${seed}-${count}`;
      client.publishAsync("sensors/office/temperature", id, { qos: 1 }).then(() => acknowledged.push(id), () => undefined);
      while (publishing && count - acknowledged.length > 200) await sleep(1);
    }
  })();
  for (let kill = 0; kill < kills; kill += 1) {
    const mark = acknowledged.length + 50 + Math.floor(300 * next());
    while (acknowledged.length < mark) await sleep(1);
    await killed(child);
    child = await started(home);
  }
  await sleep(200);
  publishing = false;
  await stream;
  await client.endAsync(true);
  const drained = new Promise((resolve) => child.once("message", resolve));
  child.send("drain");
  await drained;
  await killed(child);
  const delivered = new Set(objects(join(home, "objects")).flatMap((path) => readFileSync(path, "utf8").trimEnd().split("\n")));
  const lost = acknowledged.filter((id) => !delivered.has(id));
  rmSync(home, { recursive: true, force: true });
  expect(lost, `seed=${seed}`).to.deep.equal([]);
  expect(acknowledged.length, "messages acknowledged").to.be.greaterThan(200);
  expect([...delivered].filter((id) => !/^\d-\d+$/.test(id)), "torn messages").to.deep.equal([]);
}

async function started(home: string): Promise<ChildProcess> {
  const child = fork(join(__dirname, "ingest-process.ts"), [home, String(base)], { execArgv: ["--require", "tsx/cjs"] });
  await new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`it ended with ${code} before it was ready`)));
  });
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

/** Whole objects only: a part of one is what no reader of a bucket sees. */
const objects = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => (statSync(join(folder, name)).isDirectory() ? objects(join(folder, name)) : name.endsWith(".part") ? [] : [join(folder, name)]));
