/**
 * TypeFacts: what a type of resource takes and gives, read from the SDK that the program itself is written against.
 *
 * `aws:s3/bucket:Bucket` stands in @pulumi/aws/s3/bucket.js, whose constructor names every input (`args?.x`), every output
 * (`/*out*\/`) and every input that must be there. No schema file ships with the SDK; this is the one source offline.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UNKNOWN } from "./values";

export interface TypeFacts {
  inputs: ReadonlySet<string>;
  outputs: ReadonlySet<string>;
  required: ReadonlySet<string>;
}

const known = new Map<string, TypeFacts | undefined>();

/** Facts of a type; undefined when the installed SDK does not have it. */
export function typeFacts(type: string): TypeFacts | undefined {
  if (!known.has(type)) known.set(type, read(type));
  return known.get(type);
}

function read(type: string): TypeFacts | undefined {
  const [provider, path] = type.split(":");
  if (provider !== "aws" || !path) return undefined;
  const file = join(dirname(require.resolve("@pulumi/aws/package.json")), `${path}.js`);
  return existsSync(file) ? factsOf(readFileSync(file, "utf8")) : undefined;
}

/** Facts in the text of one file of the SDK. */
export function factsOf(text: string): TypeFacts {
  const names = (pattern: RegExp): Set<string> => new Set([...text.matchAll(pattern)].map((found) => found[1] ?? ""));
  return {
    inputs: names(/resourceInputs\["(\w+)"\] = (?!state\b|undefined)/g),
    outputs: names(/resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g),
    required: names(/Missing required property '(\w+)'/g),
  };
}

/**
 * The input that gets `<logical name>-<7 hex>` when it is left out: `name` where it may be left out, as Pulumi's bridge
 * has it for every such property, and the few that are called otherwise.
 */
export function autoNamed(type: string): string | undefined {
  if (type === "aws:s3/bucket:Bucket") return "bucket";
  const facts = typeFacts(type);
  return facts?.inputs.has("name") && !facts.required.has("name") && !unnamed.has(type) ? "name" : undefined;
}

/** Types whose optional `name` is not theirs to make up. */
const unnamed = new Set(["aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings"]);

/** Everything that only AWS can tell of a resource of this type, as unknown. */
export function unknownOutputs(type: string): Record<string, string> {
  const facts = typeFacts(type);
  return facts ? Object.fromEntries(["id", ...facts.outputs].map((name) => [name, UNKNOWN])) : {};
}
