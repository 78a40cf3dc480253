/** Rule evaluation: a message in, what a rule's actions get out. The statement was read by rule-sql.ts. */
import { randomUUID } from "node:crypto";
import { type Expression, parseValue, type Statement } from "./rule-sql";
import { RuleSqlFault } from "./rule-tokens";

export interface PublishedMessage {
  topic: string;
  payload: Buffer;
  clientId: string;
  /** When the broker took it: milliseconds since 1970. */
  at: number;
}

/** Does a topic fit a filter with + and #? `a/#` does not take in `a` itself: AWS IoT Core Developer Guide, "MQTT topics". */
export function fitsFilter(topic: string, filter: string): boolean {
  const levels = topic.split("/");
  const wanted = filter.split("/");
  for (const [at, level] of wanted.entries()) {
    if (level === "#") return levels.length > at;
    if (level !== "+" && level !== levels[at]) return false;
    if (levels[at] === undefined) return false;
  }
  return levels.length === wanted.length;
}

/** What the actions get; undefined when the rule does not apply to the message. Throws RuleSqlFault when it can't be carried out. */
export function outputOf(statement: Statement, message: PublishedMessage): Buffer | undefined {
  if (!fitsFilter(message.topic, statement.filter)) return undefined;
  if (statement.where && evaluated(statement.where, message) !== true) return undefined;
  const [only] = statement.select;
  // `SELECT *` alone hands the bytes on, whatever they are: "Working with binary payloads".
  if (only && "all" in only.value && statement.select.length === 1) return message.payload;
  const out: Record<string, unknown> = {};
  for (const { value, name } of statement.select) {
    if (name === undefined) Object.assign(out, whole(message));
    else {
      const found = evaluated(value, message);
      if (found !== undefined) out[name] = found;
    }
  }
  return Buffer.from(JSON.stringify(out));
}

/** `${value}` parts of an action's text, such as an object key. */
export function substituted(template: string, message: PublishedMessage): string {
  return template.replace(/\$\{([^}]*)\}/g, (_, inside: string) => {
    const value = evaluated(parseValue(inside), message);
    return typeof value === "object" ? JSON.stringify(value) : String(value ?? "undefined");
  });
}

/** Throws RuleSqlFault for what a template asks that the lab does not have. */
export function checkTemplate(template: string): void {
  for (const [, inside = ""] of template.matchAll(/\$\{([^}]*)\}/g)) parseValue(inside);
}

function whole({ payload }: PublishedMessage): object {
  const value = json(payload);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new RuleSqlFault("the payload is no JSON object, so nothing can be added to it; use encode(*, 'base64')");
  return value;
}

function json(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** undefined is rule SQL's Undefined: what is not there. */
function evaluated(expression: Expression, message: PublishedMessage): unknown {
  if ("literal" in expression) return expression.literal;
  if ("all" in expression) return json(message.payload);
  if ("path" in expression) return expression.path.reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined), json(message.payload));
  if ("call" in expression) return called(expression.call, expression.args, message);
  if ("not" in expression) {
    const value = evaluated(expression.not, message);
    return typeof value === "boolean" ? !value : undefined;
  }
  return compared(expression.operator, evaluated(expression.left, message), evaluated(expression.right, message));
}

function called(name: string, args: Expression[], message: PublishedMessage): unknown {
  switch (name) {
    case "encode": return encoded(args[0]!, message);
    case "topic": return args[0] && "literal" in args[0] ? message.topic.split("/")[Number(args[0].literal) - 1] : message.topic;
    case "timestamp": return message.at;
    case "clientid": return message.clientId;
    default: return randomUUID();
  }
}

function encoded(of: Expression, message: PublishedMessage): string | undefined {
  if ("all" in of) return message.payload.toString("base64");
  const value = evaluated(of, message);
  if (value === undefined) return undefined;
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64");
}

function compared(operator: string, left: unknown, right: unknown): boolean | undefined {
  if (operator === "AND") return left === true && right === true;
  if (operator === "OR") return left === true || right === true;
  if (left === undefined || right === undefined) return undefined;
  if (operator === "=") return left === right;
  if (operator === "<>" || operator === "!=") return left !== right;
  if (typeof left !== typeof right || (typeof left !== "number" && typeof left !== "string")) return undefined;
  const [a, b] = [left, right as typeof left];
  return operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : a >= b;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
