/** Overrides: a start input, read strictly, since a misspelt word would silently do something else. */
import { type Beginning, beginnings, type Overrides, workSteps } from "./answers";

/** Thrown for an input that is not understood; every fault at once. */
export class InputFault extends Error {
  override readonly name = "InputFault";
}

/** Keys that Step Functions and EventBridge put beside a person's own. */
const foreign = /^AWS_STEP_FUNCTIONS_/;

export function overridesFrom(input: unknown): Overrides {
  const given = record(input, "the input");
  const importing = given.import === undefined ? {} : record(given.import, "import");
  const faults = [
    ...unknownKeys(given, ["crawl", "import", "curate", "train", "from", "of", "done", "rooms", "whenBusy"]),
    ...unknownKeys(importing, ["s3", "db"], "import."),
    ...["crawl", "curate", "train"].flatMap((key) => notBoolean(key, given[key])),
    ...["s3", "db"].flatMap((key) => notBoolean(`import.${key}`, importing[key])),
    ...notOneOf("from", given.from, Object.keys(beginnings)),
    ...notOneOf("whenBusy", given.whenBusy, ["leave", "wait"]),
    ...["done", "rooms"].flatMap((key) => notTexts(key, given[key])),
    ...(Array.isArray(given.done) ? given.done.flatMap((step) => notOneOf("done", step, [...workSteps])) : []),
    ...(given.of === undefined || (typeof given.of === "string" && /^[^/\s]{1,80}$/.test(given.of)) ? [] : [`of is ${JSON.stringify(given.of)}; set the name of an execution`]),
    ...(given.of === undefined && (given.done ?? given.rooms) !== undefined ? ["done and rooms say what another run did; set of to its name"] : []),
    ...(given.of !== undefined && given.from !== undefined ? ["of and from are both set; set one of them"] : []),
  ];
  if (faults.length) throw new InputFault(faults.join("; "));
  return beginningAt(given as Overrides);
}

/** `from` in the other words: what stands before it is done, and the step itself is asked for. */
function beginningAt(asked: Overrides): Overrides {
  if (!asked.from) return asked;
  const forced: Record<Beginning, Overrides> = { Crawl: { crawl: true }, Import: { import: { s3: true, db: true } }, Lake: { curate: true }, Curate: { curate: true }, Train: { train: true }, Score: {} };
  return { ...forced[asked.from], ...asked, done: workSteps.slice(0, workSteps.indexOf(beginnings[asked.from])) };
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InputFault(`${what} is ${JSON.stringify(value)}; set an object such as {"train": true}`);
}

const unknownKeys = (given: Record<string, unknown>, known: string[], before = ""): string[] =>
  Object.keys(given).filter((key) => !known.includes(key) && !foreign.test(key)).map((key) => `${before}${key} is not known; set ${known.map((each) => before + each).join(", ")}`);

const notBoolean = (what: string, value: unknown): string[] =>
  (value === undefined || typeof value === "boolean" ? [] : [`${what} is ${JSON.stringify(value)}; set true or false`]);

const notOneOf = (what: string, value: unknown, known: string[]): string[] =>
  (value === undefined || known.includes(value as string) ? [] : [`${what} is ${JSON.stringify(value)}; set one of ${known.join(", ")}`]);

const notTexts = (what: string, value: unknown): string[] =>
  (value === undefined || (Array.isArray(value) && value.every((each) => typeof each === "string")) ? [] : [`${what} is ${JSON.stringify(value)}; set a list of names`]);
