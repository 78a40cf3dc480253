/** sensorlake device: things of the running lab, with certificates of their own. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  AttachPolicyCommand, AttachThingPrincipalCommand, CreateKeysAndCertificateCommand, CreateThingCommand, DeleteCertificateCommand, DeleteThingCommand, DescribeThingCommand,
  DetachPolicyCommand, DetachThingPrincipalCommand, IoTClient, ListAttachedPoliciesCommand, ListPoliciesCommand, ListThingPrincipalsCommand, UpdateCertificateCommand,
} from "@aws-sdk/client-iot";
import type { Command } from "commander";
import { State } from "../engine/state";
import { attach } from "../home";
import type { Lab } from "../lab";
import { authorityOf, deviceFolder, files } from "../simulate/credentials";
import { CliError } from "./error";

interface Options {
  policy?: string;
  out?: string;
  json?: boolean;
}

export function register(program: Command): void {
  const device = program.command("device").description("make things of the running lab, and their certificates");
  device.command("add <thing>")
    .description("make a thing with a certificate and write certificate, key and authority to a folder")
    .option("--policy <name>", "policy that says what it may publish; left out: the only one there is")
    .option("--out <folder>", "where the files go; left out: a folder of the lab")
    .option("--json", "print the paths as JSON")
    .action(add);
  device.command("remove <thing>")
    .description("take a thing and its certificates away, with their files in the lab")
    .action(remove);
}

async function add(thing: string, { policy, out, json }: Options): Promise<void> {
  const lab = attach();
  const iot = new IoTClient(lab.client());
  const folder = out ? resolve(out) : deviceFolder(lab, thing);
  if (existsSync(join(folder, files.privateKey))) throw new CliError(`${folder} holds a private key already; set --out to another folder, or run: sensorlake device remove ${thing}`);
  const policyName = policy ?? (await onlyPolicy(iot));
  await iot.send(new DescribeThingCommand({ thingName: thing })).catch((fault: Error) => {
    if (fault.name !== "ResourceNotFoundException") throw fault;
    return iot.send(new CreateThingCommand({ thingName: thing }));
  });
  const made = await iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
  const target = String(made.certificateArn);
  await iot.send(new AttachPolicyCommand({ policyName, target }));
  await iot.send(new AttachThingPrincipalCommand({ thingName: thing, principal: target }));
  const paths = write(folder, { certificatePem: String(made.certificatePem), privateKey: String(made.keyPair?.PrivateKey), caPem: authorityOf(lab) });
  const told = { thing, host: "127.0.0.1", port: lab.ports.mqtt, ...paths };
  if (json) console.log(JSON.stringify(told, null, 2));
  else for (const [what, value] of Object.entries(told)) console.log(`${what.padEnd(15)} ${value}`);
}

async function onlyPolicy(iot: IoTClient): Promise<string> {
  const names = ((await iot.send(new ListPoliciesCommand({}))).policies ?? []).map(({ policyName = "" }) => policyName);
  if (names.length === 1) return names[0]!;
  throw new CliError(names.length ? `There are several policies; set --policy to one of ${names.join(", ")}` : "There is no policy yet; deploy the stack with: sensorlake up");
}

function write(folder: string, contents: Record<keyof typeof files, string>): Record<string, string> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return Object.fromEntries(Object.entries(files).map(([what, name]) => {
    const path = join(folder, name);
    // A file that was there keeps its mode when it is written, so the mode is set as well.
    writeFileSync(path, contents[what as keyof typeof files], { mode: 0o600 });
    chmodSync(path, what === "privateKey" ? 0o600 : 0o644);
    return [what.replace("Pem", ""), path];
  }));
}

/** What the stack made is left to the stack. */
async function remove(thing: string): Promise<void> {
  const lab = attach();
  const iot = new IoTClient(lab.client());
  const { principals = [] } = await iot.send(new ListThingPrincipalsCommand({ thingName: thing })).catch((fault: Error) => {
    throw fault.name === "ResourceNotFoundException" ? new CliError(`There is no thing ${thing} in the lab.`) : fault;
  });
  const ofStack = stackIds(lab);
  const own = principals.filter((arn) => !ofStack.has(arn.split("/").at(-1) ?? ""));
  for (const principal of own) await removeCertificate(iot, thing, principal);
  if (!ofStack.has(thing)) await iot.send(new DeleteThingCommand({ thingName: thing }));
  rmSync(deviceFolder(lab, thing), { recursive: true, force: true });
  console.log(`Removed ${own.length} certificate${own.length === 1 ? "" : "s"}${ofStack.has(thing) ? "; the thing itself belongs to the stack" : ` and the thing ${thing}`}.`);
}

const stackIds = (lab: Lab): Set<string> => new Set(new State(lab).all().filter(({ type }) => type.startsWith("aws:iot/")).map(({ id }) => id));

async function removeCertificate(iot: IoTClient, thing: string, principal: string): Promise<void> {
  const certificateId = principal.split("/").at(-1) ?? "";
  const { policies = [] } = await iot.send(new ListAttachedPoliciesCommand({ target: principal }));
  for (const { policyName } of policies) await iot.send(new DetachPolicyCommand({ policyName: String(policyName), target: principal }));
  await iot.send(new DetachThingPrincipalCommand({ thingName: thing, principal }));
  await iot.send(new UpdateCertificateCommand({ certificateId, newStatus: "INACTIVE" }));
  await iot.send(new DeleteCertificateCommand({ certificateId }));
}
