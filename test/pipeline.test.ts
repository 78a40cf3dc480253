/** The whole pipeline on one lab, checked row by row: three doors, rejects, rooms, anomalies, skips, change, failure, restart. */
import { AthenaClient } from "@aws-sdk/client-athena";
import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, ListSecretsCommand, PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import type { Row } from "../functions/query/answer";
import { asking } from "../functions/query/ask";
import { simulate } from "../lab/simulate/simulate";
import { labelsOf, runPipeline } from "../lab/session";
import { rejectedIn } from "../lab/summary/rejected";
import { against } from "../lab/summary/windows";
import { restarted, sharedLab, where } from "./shared-lab";

interface Exports { workgroup: string; buckets: { raw: string }; databases: { raw: string; lake: string } }

async function exported(): Promise<Exports> {
  return (await sharedLab()).deployed.outputs as unknown as Exports;
}

async function query(sql: string): Promise<Row[]> {
  const { host } = await sharedLab();
  return asking(new AthenaClient(host.lab.client()), (await exported()).workgroup, { seconds: 60, firstLookMs: 50 })({ sql, parameters: [] });
}

const rowsOf = (room: string): Promise<Row[]> =>
  query(`SELECT CAST("timestamp" AS varchar) AS at, temperature, source FROM temperatures_db.temperatures WHERE room_id = '${room}' ORDER BY "timestamp"`);

/** Pointer of an Iceberg table: it moves with every commit and with nothing else. */
async function pointer(table: string): Promise<string | undefined> {
  const { host } = await sharedLab();
  const { Table } = await new GlueClient(host.lab.client()).send(new GetTableCommand({ DatabaseName: (await exported()).databases.lake, Name: table }));
  return Table?.Parameters?.metadata_location;
}

const pipeline = async () => {
  const { host, deployed } = await sharedLab();
  return runPipeline(host, deployed, () => undefined);
};

describe("the pipeline", () => {
  before(async function () {
    this.timeout(400_000);
    await sharedLab();
  });

  it("brings every reading of the office into the curated table once, exactly as it was fed", async () => {
    const { data } = await sharedLab();
    const rows = await rowsOf("office");
    expect(rows).to.have.length(7267);
    const fed = data.rooms[0]!.readings.map(({ timestamp, temperature }) => [timestamp, temperature]);
    expect(rows.map(({ at, temperature }) => [at?.slice(0, 19), Number(temperature)])).to.deep.equal(fed);
  });

  it("takes each door's share, the overlap through two", async () => {
    const doors = await query("SELECT source, count(*) AS n FROM raw_temperatures.temperatures WHERE room_id = 'office' GROUP BY source ORDER BY source");
    expect(doors.map(({ source, n }) => [source, Number(n)])).to.deep.equal([["external", 2180], ["history", 4360], ["live", 1091]]);
  });

  it("brings the simulated rooms and their diagnostics", async () => {
    const { simulated } = (await sharedLab()).data;
    const expected = simulated!.rooms.map((room) => {
      const readings = simulate(simulated!).messages.filter(({ channel, payload }) => channel === "diagnostics" && payload.includes(`"${room}"`));
      return [room, readings.length] as const;
    });
    const diagnostics = await query("SELECT room_id, count(*) AS n FROM temperatures_db.diagnostics GROUP BY room_id ORDER BY room_id");
    expect(diagnostics.map(({ room_id, n }) => [room_id, Number(n)])).to.deep.equal(expected);
    const { truth } = simulate(simulated!);
    const rooms = simulated!.rooms.map((room) => `'${room}'`).join(", ");
    const [all] = await query(`SELECT (SELECT count(*) FROM temperatures_db.temperatures WHERE room_id IN (${rooms})) + (SELECT count(*) FROM temperatures_db.diagnostics) AS n`);
    expect(Number(all!.n)).to.equal(truth.readings);
  });

  it("keeps what is no reading byte for byte, with a reason", async () => {
    const { host, data } = await sharedLab();
    const { messages, truth } = simulate(data.simulated!);
    const rejected = await rejectedIn(new S3Client(host.lab.client()), (await exported()).buckets.raw);
    const sent = truth.nonReadings.map(({ at }) => Buffer.from(messages[at]!.payload).toString("base64"));
    expect(rejected.map(({ payload }) => payload.toString("base64")).sort()).to.deep.equal(sent.sort());
    expect(rejected.every(({ reason, channel }) => reason.length > 5 && channel === "temperature")).to.equal(true);
  });

  it("finds anomalies in both labelled windows of the office", async () => {
    const { data } = await sharedLab();
    const rows = await query(`SELECT CAST("timestamp" AS varchar) AS at FROM temperatures_db.anomalies WHERE anomaly AND room_id = 'office'`);
    const { windows } = against(rows.map(({ at }) => at!.slice(0, 19)), data.rooms[0]!.labels);
    expect(windows.map(({ anomalies }) => anomalies > 0)).to.deep.equal([true, true]);
    const [scored] = await query("SELECT count(*) AS n FROM temperatures_db.anomalies WHERE room_id = 'office'");
    expect(Number(scored!.n)).to.be.within(7267 - 48, 7267);
  });

  it("finds the seeded spikes and drifts of the simulated rooms, and nothing else there", async () => {
    const { data } = await sharedLab();
    const { faults } = simulate(data.simulated!).truth;
    for (const { room_id, labels } of labelsOf(data).filter(({ room_id }) => data.simulated!.rooms.includes(room_id))) {
      const rows = await query(`SELECT CAST("timestamp" AS varchar) AS at FROM temperatures_db.anomalies WHERE anomaly AND room_id = '${room_id}'`);
      const { windows, outside } = against(rows.map(({ at }) => at!.slice(0, 19)), labels);
      const hit = windows.filter(({ anomalies }) => anomalies).map(({ window: [from] }) => faults.find((fault) => fault.room_id === room_id && fault.from === from)?.kind);
      expect([hit.sort(), outside], room_id).to.deep.equal([["drift", "spike"], 0]);
    }
  });

  it("has nothing to do the second time: every branch says why, no table moves", async () => {
    const before = await Promise.all(["temperatures", "diagnostics", "anomalies"].map(pointer));
    const { steps } = await pipeline();
    expect(steps.map(({ state }) => state)).to.not.include.members(["Curate", "Import S3 Data", "Import Database Data"]);
    expect(await Promise.all(["temperatures", "diagnostics", "anomalies"].map(pointer))).to.deep.equal(before);
  });

  it("changes one row when one row of the database changes", async () => {
    const { host } = await sharedLab();
    const before = await rowsOf("office");
    const at = "2014-02-20 10:00:00";
    await host.database.run(`UPDATE "dbo"."readings" SET "temperature" = 99.5 WHERE "room_id" = 'office' AND "timestamp" = '${at}'`);
    const { steps } = await pipeline();
    const after = await rowsOf("office");
    const changed = after.filter((row, i) => JSON.stringify([row.at, row.temperature]) !== JSON.stringify([before[i]!.at, before[i]!.temperature]));
    expect(after).to.have.length(before.length);
    expect(changed.map((row) => [row.at?.slice(0, 19), Number(row.temperature), row.source])).to.deep.equal([[at, 99.5, "external"]]);
    expect(steps.filter(({ outcome }) => outcome === "skipped").map(({ why }) => why)).to.satisfy((whys: string[]) => whys.length > 0 && whys.every((why) => why.length > 5));
  });

  it("fails loudly, naming the cause and changing nothing, when the database refuses the password", async () => {
    const { host } = await sharedLab();
    const secrets = new SecretsManagerClient(host.lab.client());
    const { SecretList } = await secrets.send(new ListSecretsCommand({}));
    const SecretId = SecretList![0]!.ARN!;
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    const tables = await Promise.all(["temperatures", "anomalies"].map(pointer));
    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify({ ...JSON.parse(SecretString!), password: "wrong-canary-4711" }) }));
    try {
      const fault = await pipeline().then(() => "it succeeded", (thrown: Error) => thrown.message);
      expect(fault).to.match(/ended FAILED/).and.match(/password|user/i).and.not.contain("canary");
    } finally {
      await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: SecretString! }));
    }
    expect(await Promise.all(["temperatures", "anomalies"].map(pointer))).to.deep.equal(tables);
    // grep ends with 1 where it finds nothing, and lists the files where it does.
    const found = spawnSync("grep", ["-rl", "canary-4711", where.home], { encoding: "utf8" });
    expect([found.stdout, found.status]).to.deep.equal(["", 1]);
  });

  it("keeps everything over a stop and a start, deploys nothing anew, and leaves no process", async () => {
    const before = await rowsOf("kitchen");
    const { host } = await sharedLab();
    await host.stop();
    const processes = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n").filter((line) => line.includes(where.home));
    expect(processes).to.deep.equal([]);
    const { deployed } = await restarted();
    expect({ created: deployed.created, replaced: deployed.replaced, deleted: deployed.deleted }).to.deep.equal({ created: 0, replaced: 0, deleted: 0 });
    expect(await rowsOf("kitchen")).to.deep.equal(before);
  });
});
