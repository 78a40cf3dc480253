/** Overrides: a start input, read strictly, since a misspelt word would silently do something else. */
import type { Overrides } from "./answers";

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
    ...unknownKeys(given, ["crawl", "import", "curate", "train"]),
    ...unknownKeys(importing, ["s3", "db"], "import."),
    ...["crawl", "curate", "train"].flatMap((key) => notBoolean(key, given[key])),
    ...["s3", "db"].flatMap((key) => notBoolean(`import.${key}`, importing[key])),
  ];
  if (faults.length) throw new InputFault(faults.join("; "));
  return given as Overrides;
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InputFault(`${what} is ${JSON.stringify(value)}; set an object such as {"train": true}`);
}

const unknownKeys = (given: Record<string, unknown>, known: string[], before = ""): string[] =>
  Object.keys(given).filter((key) => !known.includes(key) && !foreign.test(key)).map((key) => `${before}${key} is not known; set ${known.map((each) => before + each).join(", ")}`);

const notBoolean = (what: string, value: unknown): string[] =>
  (value === undefined || typeof value === "boolean" ? [] : [`${what} is ${JSON.stringify(value)}; set true or false`]);
