/** Configuration: what the stack's file says, read once; a stack with a fault in it builds nothing and says every fault. */
import * as pulumi from "@pulumi/pulumi";
import { loadChannel } from "../components/channel";
import { parse, type Settings } from "./settings";

export interface Configuration {
  settings: Settings;
  /** Password of the source database, where the stack is to keep it. */
  password: pulumi.Output<string> | undefined;
}

/** The one secret among the settings. */
const secretKey = "sourcePassword";

export function configuration(): Configuration {
  const prefix = `${pulumi.getProject()}:`;
  const own = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value] as const);
  const plain = own.filter(([key]) => key !== secretKey).map(([key, value]) => [key, structured(value)]);
  const { settings, faults } = parse(Object.fromEntries(plain), { load: loadChannel, hasPassword: plain.length < own.length });
  if (!settings) throw new pulumi.RunError(`The settings of stack ${pulumi.getStack()} have ${faults.length} fault(s):\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  return { settings, password: new pulumi.Config().getSecret(secretKey) };
}

/** Pulumi hands lists and objects over as JSON, and everything else as text. */
function structured(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
