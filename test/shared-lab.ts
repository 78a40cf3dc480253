/** Shared lab: the one lab that all lab tests use: made from nothing, fed with the sample rooms, run once. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Deployed } from "../lab/engine/deploy";
import { readRooms, type RoomData } from "../lab/feed/rooms";
import { root } from "../lab/home";
import { portsFrom } from "../lab/lab";
import { deployLocal, feedLocal, type Host, type PipelineRun, runPipeline, startHost } from "../lab/session";
import { setup } from "../lab/setup/setup";

export interface SharedLab {
  host: Host;
  data: RoomData;
  deployed: Deployed;
  /** The first run of the pipeline. */
  first: PipelineRun;
}

/** Where it lives; a test that starts a command against it sets these in the environment. */
export const where = { home: join(root, ".sensorlake", "test-lab"), ports: portsFrom(23_000) };

let made: Promise<SharedLab> | undefined;
let running: Host | undefined;

/** The lab, made by whichever test asks first. */
export const sharedLab = (): Promise<SharedLab> => (made ??= make());

async function make(): Promise<SharedLab> {
  rmSync(where.home, { recursive: true, force: true });
  const host = await startHost(where, await setup({ quiet: true }));
  running = host;
  const data = readRooms(join(root, "examples/rooms"));
  const deployed = await deployLocal(host);
  await feedLocal(host, deployed, data, () => undefined);
  const first = await runPipeline(host, deployed, () => undefined);
  return { host, data, deployed, first };
}

/** Stop it and start it again on what it has kept. */
export async function restarted(): Promise<SharedLab> {
  const before = await sharedLab();
  await before.host.stop();
  const host = await startHost(where, await setup({ quiet: true }));
  running = host;
  made = Promise.resolve({ ...before, host, deployed: await deployLocal(host) });
  return made;
}

/** Root hook: nothing of it is left behind when the tests end. */
export const mochaHooks = { afterAll: async (): Promise<void> => running?.stop() };
