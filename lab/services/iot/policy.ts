/**
 * Policy: may this connection do that? IoT policy documents with their variables, conditions and wildcards.
 * Nothing is allowed that no statement allows; a Deny wins. What AWS IoT knows beyond this is refused by name when a policy is made.
 */

/** What is known of a connection; a name that is not here can't be resolved, and its statement does not apply. */
export type Facts = Record<string, string>;

export interface Statement {
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}
export interface PolicyDocument {
  Version: string;
  Statement: Statement | Statement[];
}

/** Facts of a device that is, or wants to be, connected. AWS IoT Core Developer Guide, "Thing policy variables". */
export function factsOf(clientId: string, thing: { thingName: string; thingTypeName?: string; attributes?: Record<string, string> } | undefined): Facts {
  if (!thing) return { "iot:ClientId": clientId, "iot:Connection.Thing.IsAttached": "false" };
  return {
    "iot:ClientId": clientId,
    "iot:Connection.Thing.IsAttached": "true",
    "iot:Connection.Thing.ThingName": thing.thingName,
    ...(thing.thingTypeName && { "iot:Connection.Thing.ThingTypeName": thing.thingTypeName }),
    ...Object.fromEntries(Object.entries(thing.attributes ?? {}).map(([key, value]) => [`iot:Connection.Thing.Attributes[${key}]`, value])),
  };
}

export function allows(policies: PolicyDocument[], action: string, resource: string, facts: Facts): boolean {
  const hits = policies.flatMap(statementsOf).filter((one) =>
    listOf(one.Action).some((pattern) => like(pattern, action, {})) && listOf(one.Resource).some((pattern) => like(pattern, resource, facts)) && holds(one, facts));
  return hits.some(({ Effect }) => Effect === "Allow") && !hits.some(({ Effect }) => Effect === "Deny");
}

const operators: Record<string, (value: string, wanted: string, facts: Facts) => boolean> = {
  Bool: (value, wanted) => value === wanted,
  StringEquals: (value, wanted, facts) => filled(wanted, facts) === value,
  StringNotEquals: (value, wanted, facts) => filled(wanted, facts) !== value,
  StringLike: (value, wanted, facts) => like(wanted, value, facts),
};

function holds({ Condition = {} }: Statement, facts: Facts): boolean {
  return Object.entries(Condition).every(([operator, keys]) => Object.entries(keys).every(([key, wanted]) => {
    const value = facts[key];
    const test = operators[operator];
    if (value === undefined || !test) return false;
    const each = listOf(wanted).map((one) => test(value, one, facts));
    return operator === "StringNotEquals" ? each.every(Boolean) : each.some(Boolean);
  }));
}

const variable = /\$\{([^}]+)\}/g;

/** The text with its variables; undefined when one of them is not known. */
function filled(text: string, facts: Facts): string | undefined {
  const names = [...text.matchAll(variable)].map(([, name = ""]) => name);
  return names.every((name) => Object.hasOwn(facts, name)) ? text.replace(variable, (_, name: string) => facts[name]!) : undefined;
}

/** `*` and `?` of the pattern are wildcards; those in a variable's value are not. */
function like(pattern: string, text: string, facts: Facts): boolean {
  if (filled(pattern, facts) === undefined) return false;
  const source = pattern.split(variable).map((part, at) => (at % 2 ? escaped(facts[part]!) : escaped(part).replaceAll("\\*", ".*").replaceAll("\\?", ".")));
  return new RegExp(`^${source.join("")}$`, "s").test(text);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
const listOf = <T>(one: T | T[]): T[] => (Array.isArray(one) ? one : [one]);
const statementsOf = ({ Statement }: PolicyDocument): Statement[] => listOf(Statement);

const parts = ["Sid", "Effect", "Action", "Resource", "Condition"];
const variables = /^iot:(ClientId|Connection\.Thing\.(IsAttached|ThingName|ThingTypeName|Attributes\[[^\]]+\]))$/;

/** What is wrong with a document, in words; nothing when the lab can carry all of it out. */
export function policyFaults(text: string): string[] {
  let document: PolicyDocument;
  try {
    document = JSON.parse(text) as PolicyDocument;
  } catch {
    return ["The policy is no JSON"];
  }
  const statements = document?.Statement ? statementsOf(document) : [];
  if (!statements.length) return ["The policy has no Statement"];
  return [...(document.Version === "2012-10-17" ? [] : ["The policy's Version is not 2012-10-17"]), ...statements.flatMap(statementFaults)];
}

function statementFaults(statement: Statement): string[] {
  const keys = Object.entries(statement.Condition ?? {}).flatMap(([, tests]) => Object.keys(tests));
  const named = [...[statement.Resource ?? []].flat().flatMap((one) => [...one.matchAll(variable)].map(([, name = ""]) => name)), ...keys];
  return [
    ...Object.keys(statement).filter((part) => !parts.includes(part)).map((part) => `The lab's IoT policies do not have ${part}`),
    ...(statement.Effect === "Allow" || statement.Effect === "Deny" ? [] : ["A statement has no Effect of Allow or Deny"]),
    ...(["Action", "Resource"] as const).filter((part) => !statement[part]?.length).map((part) => `A statement has no ${part}`),
    ...Object.keys(statement.Condition ?? {}).filter((operator) => !operators[operator]).map((operator) => `The lab's IoT policies do not have the condition ${operator}`),
    ...named.filter((name) => !variables.test(name)).map((name) => `The lab's IoT policies do not know ${name}`),
  ];
}
