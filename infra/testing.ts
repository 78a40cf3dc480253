/** Testing: the whole program on Pulumi's mocks, with the settings of a stack's own file. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import { evaluated, type Registered } from "../components/testing";

/** Config of a stack as Pulumi hands it over: lists and objects as JSON. */
function configOf(stack: string): Record<string, string> {
  const { config } = parse(readFileSync(join(__dirname, "..", `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, typeof value === "object" ? JSON.stringify(value) : String(value)]));
}

const load = createRequire(__filename);

/** What the program registers for this stack, run anew. */
export const registeredBy = (stack: string): Promise<Registered> =>
  evaluated(() => {
    delete load.cache[load.resolve("./index")];
    load("./index");
  }, stack, configOf(stack));

export const ofType = (found: Registered, type: string) => [...found].filter(([key]) => key.startsWith(`${type} `)).map(([, inputs]) => inputs);

/** The state machines of a stack: physical name → definition. */
export async function machinesOf(stack: string): Promise<Map<string, string>> {
  const machines = ofType(await registeredBy(stack), "aws:sfn/stateMachine:StateMachine") as { name: string; definition: string }[];
  return new Map(machines.map(({ name, definition }) => [name, definition]));
}
