/** AutoName: `<logical name>-<7 hex>` for what is left unnamed, as Pulumi's providers name it. */
import { createHash } from "node:crypto";
import type { Props } from "./providers/provider";
import { autoNamed } from "./type-facts";

/** Longest names, where AWS takes fewer than 255 characters (S3 "Bucket naming rules", IAM "Name requirements", Lambda CreateFunction). */
const longest: Record<string, number> = {
  "aws:s3/bucket:Bucket": 63,
  "aws:iam/role:Role": 64,
  "aws:lambda/function:Function": 64,
};

const HEX = 7;

/** Hex digits for a made-up name: the same for the same resource, others once it has been replaced. */
export const suffix = (urn: string, replacements: number): string => createHash("sha256").update(`${urn}#${replacements}`).digest("hex").slice(0, HEX);

/** A made-up name of the resource that takes another's place. */
export const renamed = (name: string, urn: string, replacements: number): string => name.slice(0, -HEX) + suffix(urn, replacements);

/** Inputs with a name, and which property was made up; inputs as they are when the program names it, or the type has no name of its own. */
export function autoName(type: string, logical: string, inputs: Props, hex: () => string): { inputs: Props; property?: string } {
  const property = autoNamed(type);
  if (!property || inputs[property] !== undefined) return { inputs };
  const prefix: unknown = inputs[`${property}Prefix`];
  const stem = typeof prefix === "string" ? prefix : `${type === "aws:kms/alias:Alias" ? "alias/" : ""}${logical}-`;
  const limit = longest[type] ?? 255;
  if (stem.length + HEX > limit) throw new Error(`the name "${stem}" plus ${HEX} hex digits is longer than ${limit} characters; give it a shorter name`);
  const name = `${property === "bucket" ? stem.toLowerCase() : stem}${hex()}`;
  return { inputs: { ...inputs, [property]: name }, property };
}
