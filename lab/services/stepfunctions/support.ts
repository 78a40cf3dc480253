/**
 * Support: what of the States Language the lab's interpreter does not have. A definition that uses it is refused when the
 * machine is created, by the feature's name, so that no execution ever does something else than on AWS.
 */
import { type Definition, isDistributed, type MapState, scopes, type State, type Task } from "../../../components/state-machine/language";

type Loose = Record<string, unknown>;

/** Fields that the interpreter would silently ignore. */
const ignored: Record<string, string> = {
  QueryLanguage: "JSONata", Assign: "variables (Assign)", Arguments: "JSONata (Arguments)", Output: "JSONata (Output)",
  HeartbeatSeconds: "heartbeats", HeartbeatSecondsPath: "heartbeats", TimeoutSecondsPath: "TimeoutSecondsPath", Credentials: "cross-account Credentials",
  ItemBatcher: "ItemBatcher (distributed Map)", ResultWriter: "ResultWriter (distributed Map)", ToleratedFailureCountPath: "ToleratedFailureCountPath", MaxConcurrencyPath: "MaxConcurrencyPath",
  ToleratedFailurePercentage: "ToleratedFailurePercentage", ToleratedFailurePercentagePath: "ToleratedFailurePercentage",
};

/** Parts of the context object that an execution has here; the first two are those of the whole execution at the top only. */
const topContext = /^\$\$\.Execution\.(Input|StartTime)\b/;
const anyContext = /^\$\$\.(Execution\.(Id|Name|RoleArn|RedriveCount)|StateMachine\.(Id|Name))$/;
const itemContext = /^\$\$\.Map\.Item\./;

const intrinsics = ["Format", "StringToJson", "JsonToString", "Array", "ArrayPartition", "ArrayContains", "ArrayRange", "ArrayGetItem", "ArrayLength",
  "ArrayUnique", "Base64Encode", "Base64Decode", "Hash", "JsonMerge", "MathRandom", "MathAdd", "StringSplit", "UUID"];

/** Longest pause of a timer, in seconds (2^31 ms). */
export const longestSeconds = 2_147_483;

/** What is not there, each named once; nothing when all of the definition can be run. */
export function unsupported(definition: Definition, hasResource: (resource: string) => boolean): string[] {
  const all = scopes(definition);
  const found = all.flatMap((scope) => Object.entries(scope.States).flatMap(([name, state]) => [
    ...stateFaults(state as unknown as Loose, hasResource).map((what) => `${what} (state "${name}")`),
    ...pathFaults(state as unknown as Loose, scope === definition).map((what) => `${what} (state "${name}")`),
  ]));
  const language = (definition as unknown as Loose).QueryLanguage;
  return [...(language === undefined || language === "JSONPath" ? [] : ["JSONata"]), ...innerCatches(definition, false), ...new Set(found)];
}

function stateFaults(state: Loose, hasResource: (resource: string) => boolean): string[] {
  const fields = Object.keys(ignored).filter((field) => state[field] !== undefined && !(field === "QueryLanguage" && state[field] === "JSONPath")).map((field) => ignored[field] as string);
  const seconds = Number(state.Seconds ?? 0);
  return [
    ...fields,
    ...(state.Type === "Task" && !hasResource(String(state.Resource)) ? [`resource ${String(state.Resource)}`] : []),
    ...mapFaults(state),
    ...(state.Type === "Pass" && "Result" in state && !state.Result ? [`a Pass whose Result is ${JSON.stringify(state.Result)}`] : []),
    ...(seconds > longestSeconds ? [`a Wait of more than ${longestSeconds} seconds`] : []),
    ...["ErrorPath", "CausePath"].filter((field) => String(state[field] ?? "$").startsWith("States.")).map((field) => `a function in ${field}`),
  ];
}

/** Of a distributed Map: children of type STANDARD, over a list in its input or in a JSON file. */
function mapFaults({ Type, ItemProcessor, ItemReader, ToleratedFailureCount }: Loose): string[] {
  if (Type !== "Map") return [];
  const { Mode = "INLINE", ExecutionType } = (ItemProcessor as { ProcessorConfig?: { Mode?: string; ExecutionType?: string } } | undefined)?.ProcessorConfig ?? {};
  const { Resource, ReaderConfig } = (ItemReader ?? {}) as { Resource?: string; ReaderConfig?: Record<string, unknown> };
  if (Mode === "INLINE") return [...(ItemReader ? ["ItemReader of an inline Map"] : []), ...(ToleratedFailureCount === undefined ? [] : ["ToleratedFailureCount of an inline Map"])];
  const read = !ItemReader || (Resource === "arn:aws:states:::s3:getObject" && Object.keys(ReaderConfig ?? {}).join() === "InputType" && ReaderConfig?.InputType === "JSON");
  return [...(ExecutionType === "STANDARD" ? [] : [`a distributed Map of type ${ExecutionType}`]), ...(read ? [] : ["an ItemReader of anything but a JSON file in S3"])];
}

/** Context paths and functions that the interpreter does not know. */
function pathFaults(state: Loose, top: boolean): string[] {
  const { ItemSelector, ...rest } = state;
  const inner = Object.fromEntries(Object.entries(rest).filter(([key]) => !["ItemProcessor", "Iterator", "Branches"].includes(key)));
  return [...texts(inner).flatMap((text) => textFaults(text, top, false)), ...texts(ItemSelector).flatMap((text) => textFaults(text, top, true))];
}

function textFaults(text: string, top: boolean, selecting: boolean): string[] {
  const contexts = text.startsWith("$$") || text.startsWith("States.") ? [...text.matchAll(/\$\$[\w.[\]]*/g)].map(([path]) => path) : [];
  const functions = /^States\.\w+\(/.test(text) ? [...text.matchAll(/States\.(\w+)\(/g)].map(([, name = ""]) => name) : [];
  return [
    ...contexts.filter((path) => !(anyContext.test(path) || (top && topContext.test(path)) || (selecting && itemContext.test(path)))).map((path) => `${path}${topContext.test(path) ? " inside Map or Parallel" : ""}`),
    ...functions.filter((name) => !intrinsics.includes(name)).map((name) => `function States.${name}`),
  ];
}

const texts = (value: unknown): string[] =>
  typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];

/** One failing iteration could not be told from its neighbours. */
function innerCatches(scope: Definition, insideMap: boolean): string[] {
  return Object.entries(scope.States).flatMap(([name, state]) => {
    const holds = state.Type === "Parallel" || state.Type === "Map";
    const mends = holds && insideMap && (state.Catch ?? state.Retry);
    const inner = state.Type === "Parallel" ? state.Branches : state.Type === "Map" ? [state.ItemProcessor] : [];
    return [...(mends ? [`Catch or Retry on a ${state.Type} inside a Map (state "${name}")`] : []), ...inner.flatMap((each) => innerCatches(each, insideMap || state.Type === "Map"))];
  });
}

/** Name of the state that lets the events of a closing Parallel or Map come in before their execution ends. */
export const settling = "(settling)";

/** The same machine in the interpreter's words: what it understands differently is said in another way. */
export function forInterpreter(definition: Definition): Definition {
  const states = Object.entries(definition.States).map(([name, state]) => [name, plain(state)] as const);
  const settles = states.some(([, state]) => "Next" in state && state.Next === settling);
  return {
    ...definition,
    ...(definition.TimeoutSeconds && { TimeoutSeconds: Math.min(definition.TimeoutSeconds, longestSeconds) }),
    States: { ...Object.fromEntries(states), ...(settles && { [settling]: { Type: "Wait", Seconds: 1, End: true } }) },
  };
}

function plain(state: State): State {
  if (state.Type === "Map" && isDistributed(state)) return plain(asTask(state));
  // It takes `$` for a key of that name, and a Task without a timeout for one of a minute.
  const { ...copy } = state as State & Loose;
  if (copy.ResultPath === "$") delete copy.ResultPath;
  if (Array.isArray(copy.Catch)) copy.Catch = copy.Catch.map(({ ResultPath, ...rest }: { ResultPath?: string }) => ({ ...rest, ...(ResultPath !== undefined && ResultPath !== "$" && { ResultPath }) })) as never;
  if (copy.Type === "Task") copy.TimeoutSeconds = Math.min(copy.TimeoutSeconds ?? longestSeconds, longestSeconds);
  if (copy.Type === "Parallel") copy.Branches = copy.Branches.map(forInterpreter);
  if (copy.Type === "Map") copy.ItemProcessor = { ...copy.ItemProcessor, ...forInterpreter(copy.ItemProcessor) };
  if ((copy.Type === "Parallel" || copy.Type === "Map") && copy.End) {
    delete copy.End;
    copy.Next = settling;
  }
  return copy as State;
}

/** A distributed Map as a task that is handed its input and its items, or where these are; map-runs.ts does the rest. */
const asTask = ({ ItemsPath, ItemReader, ItemSelector: _, ItemProcessor: __, MaxConcurrency: ___, Label: ____, ToleratedFailureCount: _____, ...state }: MapState): Task => ({
  ...state, Type: "Task", Resource: "arn:aws:lambda:::function:map",
  Parameters: { "input.$": "$", ...(ItemReader ? { reader: ItemReader.Parameters } : { "items.$": ItemsPath ?? "$" }) },
});
