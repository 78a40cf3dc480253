/** Testing: a lab in a folder of its own, and calls to a service without a gateway in front. */
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiFault, type ApiRequest, type Json, type Service } from "../gateway/service";
import { Lab, portsFrom } from "../lab";

const keys = { accessKeyId: "TESTKEY", secretAccessKey: "test/secret+key" };
const made: string[] = [];

/** @param home the folder of an earlier one, to see what survived */
export function testLab(home = mkdtempSync(join(tmpdir(), "lab-")), port = 0): Lab {
  if (!made.includes(home)) made.push(home);
  return new Lab(home, { ...portsFrom(20_300), gateway: port }, { python: "", java: "", javaHome: "", jars: "", sitePackages: "" }, () => undefined, keys);
}

/** A port of this machine that nobody listens on. */
export const freePort = (): Promise<number> => new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address() as AddressInfo;
    probe.close(() => resolve(port));
  });
});

/** Remove the folders of all labs made so far. */
export function removeLabs(): void {
  for (const home of made.splice(0)) rmSync(home, { recursive: true, force: true });
}

/** One action of a service that speaks JSON; resolves to what goes over the wire. */
export async function ask(service: Service, action: string, input: Json = {}): Promise<Json> {
  const { body } = await service.handle(request({ action, body: Buffer.from(JSON.stringify(input)) }));
  return JSON.parse(JSON.stringify(body));
}

export const request = (some: Partial<ApiRequest>): ApiRequest =>
  ({ service: "", action: "", method: "POST", path: "/", query: new URLSearchParams(), headers: {}, body: Buffer.alloc(0), ...some });

/** Code of the ApiFault that a call ends in; any other end fails the test. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (fault) {
    if (fault instanceof ApiFault) return fault.code;
    throw fault;
  }
  throw new Error("it was carried out");
}
