/** sensorlake send: messages of a thing over MQTT, counted as the broker acknowledges them. */
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { loadChannel } from "../../components/channel";
import { attach } from "../home";
import { credentialsOf, fromFolder } from "../simulate/credentials";
import { publishAll } from "../simulate/publish";
import { simulate } from "../simulate/simulate";
import { CliError } from "./error";

interface Options {
  thing: string;
  channel: string;
  file?: string;
  simulate?: boolean;
  rate?: string;
  count?: string;
  seed: string;
  credentials?: string;
  json?: boolean;
}

const everySeconds = 60;
const simulatedCount = 60;

export function register(program: Command): void {
  program.command("send")
    .description("publish messages over MQTT")
    .requiredOption("--thing <name>", "thing that sends them")
    .requiredOption("--channel <name>", "kind of message, such as temperature")
    .option("--file <path>", "send each line of this file as one message")
    .option("--simulate", "send readings of a simulated room, one a minute up to now")
    .option("--rate <n>", "messages a second at most; left out: as fast as they are taken")
    .option("--count <n>", "messages at most")
    .option("--seed <n>", "decides what is simulated", "1")
    .option("--credentials <folder>", "folder that `device add` wrote to; left out: the lab's own")
    .option("--json", "print the result as JSON")
    .action(send);
}

async function send(options: Options): Promise<void> {
  const { thing, channel, json } = options;
  const [rate, count] = [above0("--rate", options.rate), above0("--count", options.count)];
  const messages = messagesOf(options, count);
  const lab = attach();
  const credentials = options.credentials ? givenIn(options.credentials, thing) : await credentialsOf(lab, thing);
  const interactive = process.stderr.isTTY && !json;
  const { acknowledged, seconds } = await publishAll({
    port: lab.ports.mqtt, credentials, channel, messages, ...(rate !== undefined && { rate }),
    progress: (done) => void (interactive && (done % 100 === 0 || done === messages.length) && process.stderr.write(`\r${done} of ${messages.length} acknowledged`)),
  }).catch((fault: Error) => {
    throw new CliError(fault.message);
  });
  if (interactive) process.stderr.write("\n");
  const perSecond = Math.round(acknowledged / Math.max(seconds, 0.001));
  if (json) console.log(JSON.stringify({ thing, channel, acknowledged, seconds, perSecond }));
  else console.log(`${acknowledged} messages of ${thing} on ${channel} acknowledged in ${seconds.toFixed(1)} s (${perSecond} a second).`);
}

function messagesOf({ file, simulate: simulated, channel, thing, seed }: Options, count: number | undefined): string[] {
  if (Boolean(file) === Boolean(simulated)) throw new CliError("Set one of --file and --simulate.");
  if (file) {
    if (!existsSync(file)) throw new CliError(`There is no file ${file}; set --file to one that has a message a line.`);
    return readFileSync(file, "utf8").split("\n").filter((line) => line !== "").slice(0, count);
  }
  try {
    loadChannel(channel);
  } catch (fault) {
    throw new CliError((fault as Error).message);
  }
  return simulatedMessages(channel, thing, Number(seed), count ?? simulatedCount);
}

/** Readings up to now, one a minute; reports are one a day, so that many days are made for them. */
function simulatedMessages(channel: string, thing: string, seed: number, count: number): string[] {
  const every = channel === "diagnostics" ? 86_400 : everySeconds;
  const from = new Date(Date.now() - count * every * 1000).toISOString().slice(0, 19).replace("T", " ");
  const found = simulate({ seed, rooms: [thing], from, count, everySeconds: every, nonReadings: 0 }).messages.filter((one) => one.channel === channel);
  if (!found.length) throw new CliError(`There is nothing to simulate for the channel ${channel}; set --channel temperature or diagnostics, or --file.`);
  return found.map(({ payload }) => payload);
}

function givenIn(folder: string, thing: string) {
  const found = fromFolder(folder, thing);
  if (!found) throw new CliError(`${folder} has no private.key; set --credentials to a folder that \`sensorlake device add\` wrote to.`);
  return found;
}

function above0(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new CliError(`${option} is "${text}"; set a number above 0.`);
  return value;
}
