/** sensorlake lab: the whole pipeline on this machine, on real readings. */
import type { Command } from "commander";
import { resolve } from "node:path";
import { readRooms, type RoomData } from "../feed/rooms";
import { place, root } from "../home";
import { askLake, deployLocal, feedLocal, hearArrivals, type Host, runPipeline, startHost } from "../session";
import { type Progress, progressOf, type Step } from "../setup/progress";
import { setup } from "../setup/setup";
import { render, type Summary } from "../summary/summary";
import { type GivenSource, givenSource } from "../source";
import { textOf } from "./run";

interface Options {
  once?: boolean;
  json?: boolean;
  data: string;
}

export function register(program: Command): void {
  program.command("lab")
    .description("set up, deploy the stack local, feed the sample rooms, run the pipeline, open the dashboard")
    .option("--once", "print the summary and stop")
    .option("--data <dir>", "folder with one CSV a room (timestamp,value)", `${root}/examples/rooms`)
    .option("--json", "print the summary as JSON on standard output, progress on standard error")
    .action(lab);
}

async function lab({ once, json, data: folder }: Options): Promise<void> {
  const data = readRooms(resolve(folder));
  const given = givenSource();
  const progress = progressOf(json ? process.stderr : process.stdout);
  const tools = { ...(await setup({ quiet: true })), ...(given && { drivers: given.drivers }) };
  const where = place();
  const stopping = stopped();
  const host = await startHost(where, tools);
  const ended = stopping.then(() => host.stop());
  try {
    const summary = await Promise.race([through(host, data, progress, given), ended.then(() => undefined)]);
    if (!summary) return;
    console.log(json ? JSON.stringify(summary, null, 2) : `\n${render(summary)}`);
    if (once) return;
    for (const line of addresses(host, given)) progress.line(line);
    await ended;
  } finally {
    await host.stop();
  }
}

/** Deploy, feed, run, ask; each step timed. */
async function through(host: Host, data: RoomData, progress: Progress, given: GivenSource | undefined): Promise<Summary> {
  const began = Date.now();
  const steps: Summary["steps"] = [];
  const timed = async <T>(name: string, work: (say: (what: string) => void) => Promise<T>): Promise<T> => {
    const before = Date.now();
    let result: T | undefined;
    const step: Step = [name, async (say) => { result = await work(say); }];
    await progress.run([step]);
    steps.push({ step: name, seconds: (Date.now() - before) / 1000 });
    return result as T;
  };
  const deployed = await timed("Deploy the stack local", async (say) => {
    const made = await deployLocal(host, given);
    say(`${made.created} created, ${made.updated} updated, ${made.replaced} replaced, ${made.deleted} deleted, ${made.same} as they were; ${made.recorded} of them recorded only`);
    return made;
  });
  await timed("Feed the readings", async (say) => {
    const fed = await feedLocal(host, deployed, data, say, given);
    say(fed.already ? "all of it was fed before" : `${fed.history} as exports, ${fed.external} in the database, ${fed.live} messages`);
  });
  const run = await timed("Run the pipeline", (say) => runPipeline(host, deployed, (line) => say(textOf(line))));
  await hearArrivals(host, deployed, true);
  steps.push(...run.steps.map(({ state, seconds, outcome, why }) => ({ step: `  ${state}`, seconds, ...(outcome === "skipped" ? { skipped: why ?? "" } : {}) })));
  const lake = await timed("Ask Athena", () => askLake(host, deployed, data));
  return { ...lake, steps, seconds: (Date.now() - began) / 1000 };
}

function addresses({ lab }: Host, given: GivenSource | undefined): string[] {
  const { gateway, mqtt, dashboard, database } = lab.ports;
  return [
    "",
    `Dashboard      http://127.0.0.1:${dashboard}`,
    `AWS endpoint   http://127.0.0.1:${gateway} (keys: ${lab.folder("credentials.json")})`,
    `MQTT           mqtts://127.0.0.1:${mqtt}`,
    given ? `Database       ${given.engine} at ${given.host}:${given.port}, ${given.database}; only read` : `Database       jdbc:h2:tcp://127.0.0.1:${database}`,
    `Logs           ${lab.folder("logs")}`,
    "Ctrl-C stops the lab; what it holds stays.",
  ];
}

/** Resolves at the first Ctrl-C or TERM; a second one ends the process at once. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve();
      });
    }
  });
}
