/** Credentials: certificate and key of a thing of the lab: those that `sensorlake device add` wrote, else those that the stack made. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IoTClient, ListThingPrincipalsCommand } from "@aws-sdk/client-iot";
import { CliError } from "../cli/error";
import type { Props } from "../engine/providers/provider";
import { State } from "../engine/state";
import { opened } from "../engine/values";
import type { Lab } from "../lab";
import type { Credentials } from "./publish";

/** Names of the files in a device's folder. */
export const files = { certificatePem: "certificate.pem", privateKey: "private.key", caPem: "ca.pem" } as const;

export const deviceFolder = (lab: Lab, thing: string): string => lab.folder("devices", encodeURIComponent(thing));

/** The authority that devices of this lab trust. */
export const authorityOf = (lab: Lab): string => readFileSync(lab.folder("iot", "ca.pem"), "utf8");

/** @throws CliError when neither a folder nor the stack has a key of this thing. */
export async function credentialsOf(lab: Lab, thing: string): Promise<Credentials> {
  return fromFolder(deviceFolder(lab, thing), thing) ?? (await fromStack(lab, thing));
}

export function fromFolder(folder: string, thing: string): Credentials | undefined {
  if (!existsSync(join(folder, files.privateKey))) return undefined;
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  return { thing, certificatePem: read(files.certificatePem), privateKey: read(files.privateKey), caPem: read(files.caPem) };
}

async function fromStack(lab: Lab, thing: string): Promise<Credentials> {
  const { principals = [] } = await new IoTClient(lab.client()).send(new ListThingPrincipalsCommand({ thingName: thing })).catch((fault: Error) => {
    if (fault.name === "ResourceNotFoundException") throw new CliError(`There is no thing ${thing} in the lab; make it with: sensorlake device add ${thing}`);
    throw fault;
  });
  const held = new State(lab).all().find(({ type, id }) => type === "aws:iot/certificate:Certificate" && principals.some((arn) => arn.endsWith(`/${id}`)));
  const { certificatePem, privateKey } = (held ? opened(held.outputs) : {}) as Props;
  if (!certificatePem || !privateKey) throw new CliError(`The lab has no private key of thing ${thing}; make one with: sensorlake device add ${thing}`);
  return { thing, certificatePem: String(certificatePem), privateKey: String(privateKey), caPem: authorityOf(lab) };
}
