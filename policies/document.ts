/** Document: IAM's policy language, read once for every rule that asks who may do what. */
import type { Answer } from "./rule";
import { type Seen, UNKNOWN } from "./stack";

/** A statement with every one-or-many written as many. */
export interface Statement {
  allows: boolean;
  actions: string[];
  notActions: string[];
  resources: string[];
  /** `*`, account numbers, ARNs, services, as they stand; none in a policy of a role. */
  principals: { kind: string; value: string }[];
  /** By operator in lower case: keys in lower case and their values. */
  conditions: Record<string, Record<string, string[]>>;
}

const many = (value: unknown): string[] => [value ?? []].flat().map(String);
/** What a statement is about by naming what it is not about: in an allowance everything, in a denial nothing that can be relied on. */
const butFor = (allows: boolean, named: unknown, not: unknown): unknown => (named === undefined && not !== undefined && allows ? "*" : named);
const lower = <T>(record: Record<string, T>): [string, T][] => Object.entries(record).map(([key, value]) => [key.toLowerCase(), value]);

const read = new Map<string, Statement[] | undefined>();

/** Statements of a document as text or as an object. Undefined when it is not known yet or no document. Each text is read once. */
export function statements(document: unknown): Statement[] | undefined {
  if (typeof document !== "string") return statementsOf(document);
  if (!read.has(document)) read.set(document, statementsOf(parsed(document)));
  return read.get(document);
}

function statementsOf(found: unknown): Statement[] | undefined {
  if (typeof found !== "object" || found === null) return undefined;
  return [(found as { Statement?: Raw | Raw[] }).Statement ?? []].flat().map(statement);
}

interface Raw {
  Effect?: string;
  Action?: unknown;
  NotAction?: unknown;
  Resource?: unknown;
  NotResource?: unknown;
  Principal?: unknown;
  NotPrincipal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const statement = (raw: Raw): Statement => ({
  allows: raw.Effect !== "Deny",
  actions: many(raw.Action),
  notActions: many(raw.NotAction),
  resources: many(butFor(raw.Effect !== "Deny", raw.Resource, raw.NotResource)),
  principals: principals(butFor(raw.Effect !== "Deny", raw.Principal, raw.NotPrincipal)),
  conditions: Object.fromEntries(lower(raw.Condition ?? {}).map(([operator, keys]) =>
    [operator, Object.fromEntries(lower(keys).map(([key, value]) => [key, many(value)]))])),
});

function principals(raw: unknown): Statement["principals"] {
  if (typeof raw === "string") return [{ kind: "AWS", value: raw }];
  return Object.entries(raw ?? {}).flatMap(([kind, values]) => many(values).map((value) => ({ kind, value })));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Where a type keeps its documents. */
const places: Record<string, string> = {
  "aws:iam/role:Role": "assumeRolePolicy",
};

/** What `decide` says of the statements of a resource's document; undecided where that is not known. */
export function judged(resource: Seen, decide: (all: Statement[]) => Answer | Answer[], document: unknown = resource.props[places[resource.type] ?? "policy"]): Answer | Answer[] {
  const all = statements(document);
  if (all) return decide(all);
  return document === undefined || document === null ? undefined : { undecided: document === UNKNOWN ? "the policy" : "a policy that can't be read" };
}

/** Everybody: any account, with or without signing in. */
export const anyone = ({ principals }: Statement): boolean => principals.some(({ kind, value }) => kind === "AWS" && value === "*");

const patterns = new Map<string, RegExp>();

/** Whether a name with `*` and `?` covers another, in capitals or not. */
export function covers(pattern: string, name: string): boolean {
  const made = patterns.get(pattern) ?? new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "i");
  patterns.set(pattern, made);
  return made.test(name);
}

/** `*`, all of a service, and all of a kind, such as every table or every log group of an account. In S3 a name comes first, not a kind. */
export function isEverything(resource: string): boolean {
  if (!resource.startsWith("arn:")) return resource === "*";
  const [, , service, , , ...rest] = resource.split(":");
  const [first = "*", second] = rest.join(":").split(/[:/]/);
  return first === "*" || (second === "*" && service !== "s3");
}

/** Account of an ARN or an account number; undefined for what names none. */
export const accountOf = (principal: string): string | undefined => (/^\d{12}$/.test(principal) ? principal : /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(principal)?.[1]);

/** A denial of every request without TLS, to everyone, under no further condition. */
export const deniesPlain = ({ allows, principals, conditions }: Statement): boolean =>
  !allows && principals.some(({ value }) => value === "*") && pairsOf(conditions).length === 1
  && pairsOf(conditions).every(({ operator, key, values }) => operator.startsWith("bool") && key === "aws:securetransport" && values.includes("false"));

interface Condition { operator: string; key: string; values: string[] }
const pairsOf = (conditions: Statement["conditions"]): Condition[] =>
  Object.entries(conditions).flatMap(([operator, keys]) => Object.entries(keys).map(([key, values]) => ({ operator, key, values })));

/** Conditions of an allowance that keep something out: not met by a key that is missing, nor by any value. */
export const binding = ({ conditions }: Statement): Condition[] =>
  pairsOf(conditions).filter(({ operator, values }) => !operator.endsWith("ifexists") && !operator.startsWith("null") && !values.includes("*"));

/** Keys that say whose a request is: S3 User Guide, "The meaning of public", and KMS's kms:CallerAccount. */
const WHOSE = ["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
  "aws:userid", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceip", "kms:calleraccount", "s3:dataaccesspointaccount"];

/** Open to everyone: to any principal, and under no condition that says whose the request has to be. */
export const isPublic = (one: Statement): boolean => one.allows && anyone(one) && !binding(one).some(({ operator, key }) => WHOSE.includes(key) && !operator.includes("not"));
