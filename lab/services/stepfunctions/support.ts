/**
 * Support: what of the States Language the lab's interpreter does not have. A definition that uses it is refused when the
 * machine is created, by the feature's name, so that no execution ever does something else than on AWS.
 */
import { type Definition, isDistributed, scopes } from "../../../components/state-machine/language";

type Loose = Record<string, unknown>;

/** Fields that the interpreter would silently ignore. */
const ignored: Record<string, string> = {
  QueryLanguage: "JSONata", Assign: "variables (Assign)", Arguments: "JSONata (Arguments)", Output: "JSONata (Output)",
  HeartbeatSeconds: "heartbeats", HeartbeatSecondsPath: "heartbeats", TimeoutSecondsPath: "TimeoutSecondsPath", Credentials: "cross-account Credentials",
  ItemBatcher: "ItemBatcher (distributed Map)", ResultWriter: "ResultWriter (distributed Map)", ToleratedFailureCountPath: "ToleratedFailureCountPath", MaxConcurrencyPath: "MaxConcurrencyPath",
  ToleratedFailurePercentage: "ToleratedFailurePercentage", ToleratedFailurePercentagePath: "ToleratedFailurePercentage",
};

/** Parts of the context object that an execution has here. */
const anyContext = /^\$\$\.(Execution\.(Input\b.*|StartTime|Id|Name|RoleArn|RedriveCount)|StateMachine\.(Id|Name))$/;
const itemContext = /^\$\$\.Map\.Item\./;

const intrinsics = ["Format", "StringToJson", "JsonToString", "Array", "ArrayPartition", "ArrayContains", "ArrayRange", "ArrayGetItem", "ArrayLength",
  "ArrayUnique", "Base64Encode", "Base64Decode", "Hash", "JsonMerge", "MathRandom", "MathAdd", "StringSplit", "UUID"];

/** Longest pause of a timer, in seconds (2^31 ms). */
export const longestSeconds = 2_147_483;

/** What is not there, each named once; nothing when all of the definition can be run. */
export function unsupported(definition: Definition, hasResource: (resource: string) => boolean): string[] {
  const old = iterators(definition);
  if (old.length) return old;
  const all = scopes(definition);
  const found = all.flatMap((scope) => Object.entries(scope.States).flatMap(([name, state]) => [
    ...stateFaults(state as unknown as Loose, hasResource).map((what) => `${what} (state "${name}")`),
    ...pathFaults(state as unknown as Loose).map((what) => `${what} (state "${name}")`),
  ]));
  const language = (definition as unknown as Loose).QueryLanguage;
  return [...(language === undefined || language === "JSONPath" ? [] : ["JSONata"]), ...innerCatches(definition, false), ...new Set(found)];
}

/** Maps in the words of before 2022; nothing else can be said of a definition that has one. */
function iterators(value: unknown, name = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  const own = (value as Loose).Type === "Map" && (value as Loose).Iterator !== undefined ? [`Iterator (write ItemProcessor) (state "${name}")`] : [];
  return [...own, ...Object.entries(value).flatMap(([key, each]) => iterators(each, key))];
}

function stateFaults(state: Loose, hasResource: (resource: string) => boolean): string[] {
  const fields = Object.keys(ignored).filter((field) => state[field] !== undefined && !(field === "QueryLanguage" && state[field] === "JSONPath")).map((field) => ignored[field] as string);
  const seconds = Number(state.Seconds ?? 0);
  return [
    ...fields,
    ...(state.Type === "Task" && !hasResource(String(state.Resource)) ? [`resource ${String(state.Resource)}`] : []),
    ...mapFaults(state),
    ...(state.Type !== "Task" && [state.Retry, state.Catch].some((rules) => JSON.stringify(rules ?? "").includes('"States.TaskFailed"')) ? [`States.TaskFailed as a wildcard on a ${String(state.Type)}`] : []),
    ...(state.Type === "Map" && state.Parameters !== undefined ? ["Parameters of a Map (write ItemSelector)"] : []),
    ...(Date.parse(String(state.Timestamp ?? 0)) > Date.now() + longestSeconds * 1000 ? [`a Wait of more than ${longestSeconds} seconds`] : []),
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
function pathFaults(state: Loose): string[] {
  const { ItemSelector, ...rest } = state;
  const inner = Object.fromEntries(Object.entries(rest).filter(([key]) => !["ItemProcessor", "Iterator", "Branches"].includes(key)));
  return [...texts(inner).flatMap((text) => textFaults(text, false)), ...texts(ItemSelector).flatMap((text) => textFaults(text, true))];
}

function textFaults(text: string, selecting: boolean): string[] {
  const contexts = text.startsWith("$$") || text.startsWith("States.") ? [...text.matchAll(/\$\$[\w.[\]]*/g)].map(([path]) => path) : [];
  const functions = /^States\.\w+\(/.test(text) ? [...text.matchAll(/States\.(\w+)\(/g)].map(([, name = ""]) => name) : [];
  return [
    ...contexts.filter((path) => !(anyContext.test(path) || (selecting && itemContext.test(path)))),
    ...functions.filter((name) => !intrinsics.includes(name)).map((name) => `function States.${name}`),
  ];
}

const texts = (value: unknown): string[] =>
  typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];

/** One failing iteration could not be told from its neighbours, nor the items of a Map inside another one. */
function innerCatches(scope: Definition, insideMap: boolean): string[] {
  return Object.entries(scope.States).flatMap(([name, state]) => {
    const holds = state.Type === "Parallel" || state.Type === "Map";
    const mends = holds && insideMap && (state.Catch ?? state.Retry);
    const inner = state.Type === "Parallel" ? state.Branches : state.Type === "Map" ? [state.ItemProcessor] : [];
    const nested = state.Type === "Map" && insideMap && !isDistributed(state) ? [`a Map inside a Map (state "${name}")`] : [];
    return [...nested, ...(mends ? [`Catch or Retry on a ${state.Type} inside a Map (state "${name}")`] : []), ...inner.flatMap((each) => innerCatches(each, insideMap || state.Type === "Map"))];
  });
}
