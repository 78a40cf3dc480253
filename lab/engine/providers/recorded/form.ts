/**
 * Form: how AWS forms the id and the ARN of a resource that the lab only writes down.
 *
 * Templates: `{name}` is an input; `{id}` the id; `{region}`, `{account}` the lab's; `{hex17}` 17 hex digits, `{UP13}` 13 capital
 * letters and digits, `{low13}` small ones, `{uuid}` a UUID: all made of the URN, so that the same resource is always the same.
 */
import { createHash } from "node:crypto";
import type { Props } from "../provider";

export interface Form {
  id: string;
  /** Outputs beside `arn`, as templates; a value that is no string stands as it is. */
  outputs?: Record<string, unknown>;
  arn?: string;
  /** Inputs whose change AWS answers with a new resource, beside those in the id. */
  replaceOn?: readonly string[];
}

/** Names of the inputs in a template. */
export const inputsIn = (template: string): string[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name).filter((name) => !/^(id|region|account|uuid|hex\d+|UP\d+|low\d+)$/.test(name));

export interface Filled {
  id: string;
  outputs: Props;
}

/** The resource to make an id for, and where it is. */
export interface Place {
  lab: { account: string; region: string };
  urn: string;
  name: string;
}

export function filled(form: Form, inputs: Props, { lab, urn, name }: Place, known?: string): Filled {
  const given: Record<string, unknown> = { path: "/", eventBusName: "default", groupName: "default", awsAccountId: lab.account, name, ...inputs, region: lab.region, account: lab.account };
  const id = known ?? fill(form.id, given, urn);
  const all = { ...given, id };
  const outputs = Object.entries({ ...(form.arn ? { arn: form.arn } : {}), ...form.outputs })
    .map(([key, value]): [string, unknown] => [key, typeof value === "string" ? fill(value, all, urn) : value]);
  return { id, outputs: Object.fromEntries(outputs) };
}

const fill = (template: string, values: Record<string, unknown>, urn: string): string =>
  template.replace(/\{(\w+)\}/g, (_, token: string) => {
    const made = /^(hex|UP|low)(\d+)$/.exec(token);
    if (made) return digits(urn, made[1] ?? "", Number(made[2]));
    if (token === "uuid") return uuid(urn);
    return Object.hasOwn(values, token) ? String(values[token]) : "";
  });

const hash = (urn: string): string => createHash("sha256").update(urn).digest("hex");

function digits(urn: string, kind: string, length: number): string {
  if (kind === "hex") return hash(urn).slice(0, length);
  const text = BigInt(`0x${hash(urn)}`).toString(36).slice(0, length);
  return kind === "UP" ? text.toUpperCase() : text;
}

function uuid(urn: string): string {
  const all = hash(urn);
  return [all.slice(0, 8), all.slice(8, 12), `4${all.slice(13, 16)}`, `8${all.slice(17, 20)}`, all.slice(20, 32)].join("-");
}
