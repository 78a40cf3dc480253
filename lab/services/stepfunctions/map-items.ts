/** Map items: what a distributed Map runs over, from its input or from a JSON file in S3, and what each item's execution is handed. */
import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import type { MapState } from "../../../components/state-machine/language";
import type { JsonObject } from "./tasks/json";
import type { Resources } from "./tasks/resources";
import { TaskFault } from "./tasks/task";
import { inContext } from "./wording";

/** What the state was handed over: its input, and where its items are. */
export interface Given {
  /** Name of the Map. */
  state: string;
  input: JsonObject;
  items?: unknown;
  reader?: JsonObject;
}

/** The input of each item's execution. */
export async function inputsOf(state: MapState, given: Given, context: object, resources: Resources, signal: AbortSignal): Promise<unknown[]> {
  return selected(state, await itemsOf(state, given, resources, signal), given.input, context);
}

async function itemsOf({ ItemReader }: MapState, { state, items, reader }: Given, resources: Resources, signal: AbortSignal): Promise<unknown[]> {
  const failed = (why: string): TaskFault => new TaskFault(ItemReader ? "States.ItemReaderFailed" : "States.Runtime", why);
  let found = items;
  if (ItemReader) {
    const get = resources("arn:aws:states:::aws-sdk:s3:getObject");
    if (!get) throw failed("there is nothing that reads from S3");
    const answer = await get.run(reader ?? {}, { state, signal, submitted: () => undefined }).catch((fault: Error) => { throw failed(fault.message); });
    try {
      found = JSON.parse(String((answer as { Body?: string }).Body)) as unknown;
    } catch {
      throw failed(`Attempting to map over the object ${String(reader?.Key)}, which is not JSON`);
    }
  }
  if (!Array.isArray(found)) throw failed("Attempting to map over non-iterable node.");
  return found;
}

/** The item, or what ItemSelector makes of it, as the interpreter reads it. */
async function selected({ ItemSelector }: MapState, items: unknown[], input: object, context: object): Promise<unknown[]> {
  if (!ItemSelector || !items.length) return items;
  const Each = { Type: "Map", ItemsPath: "$.__items", ItemSelector: inContext(ItemSelector), ItemProcessor: { StartAt: "One", States: { One: { Type: "Pass", End: true } } }, End: true };
  const machine = new StateMachine({ StartAt: "Each", States: { Each } } as unknown as StateMachineDefinition, { validationOptions: { noValidate: true } });
  return (await machine.run({ ...input, __items: items } as never, { context: context as never }).result) as unknown[];
}
