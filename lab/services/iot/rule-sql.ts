/**
 * Rule SQL: what a topic rule selects, from which topics, of which messages. A statement is read into plain values here and
 * carried out in rule-evaluation.ts. What AWS IoT knows beyond this part is refused by name when the rule is made.
 *
 *   SELECT * | value [AS name], … FROM 'filter' [WHERE condition]
 *   value: field.of.payload, 'text', 12.5, true, null, encode(*, 'base64'), topic(), topic(n), timestamp(), clientid(), newuuid()
 *   condition: = <> != < <= > >= between values; NOT, AND, OR, parentheses
 *
 * Grammar: AWS IoT Core Developer Guide, "AWS IoT SQL reference".
 */

import { RuleSqlFault, type Token, tokens } from "./rule-tokens";

export type Expression =
  | { literal: string | number | boolean | null }
  | { path: string[] }
  | { all: true }
  | { call: string; args: Expression[] }
  | { operator: string; left: Expression; right: Expression }
  | { not: Expression };

export interface Statement {
  /** In order; `*` has no name, and nothing else is without one. */
  select: { value: Expression; name?: string }[];
  filter: string;
  where?: Expression;
}

/** Functions of the lab's rule SQL: how many arguments each takes. */
const functions: Record<string, [least: number, most: number]> = { encode: [2, 2], topic: [0, 1], timestamp: [0, 0], clientid: [0, 0], newuuid: [0, 0] };
const comparisons = ["=", "<>", "!=", "<", "<=", ">", ">="];
const elsewhere = ["CASE", "IN", "EXISTS", "SELECT", "GET"];

export function parseStatement(text: string): Statement {
  if (/^\s*SET\b/i.test(text)) throw new RuleSqlFault("The lab's rule SQL does not have SET");
  return new Parser(tokens(text)).statement();
}

/** One value by itself, as it stands in a substitution template. */
export function parseValue(text: string): Expression {
  return new Parser(tokens(text)).whole((parser) => parser.value());
}

class Parser {
  private at = 0;
  constructor(private readonly all: Token[]) {}

  statement(): Statement {
    this.keyword("SELECT");
    const select = [this.item()];
    while (this.sign(",")) select.push(this.item());
    this.keyword("FROM");
    const filter = this.take("text", "a topic filter in quotes").text;
    const where = this.isWord("WHERE") && this.step() ? this.condition() : undefined;
    this.end();
    return { select: named(select), filter: checkedFilter(filter), ...(where && { where }) };
  }

  whole<T>(read: (parser: Parser) => T): T {
    const value = read(this);
    this.end();
    return value;
  }

  value(): Expression {
    const token = this.step();
    if (token.kind === "text") return { literal: token.text };
    if (token.kind === "number") return { literal: Number(token.text) };
    if (token.kind === "sign" && token.text === "*") return { all: true };
    if (token.kind !== "word") throw new RuleSqlFault(`rule SQL has ${token.text} where a value is due`);
    const literal = { TRUE: true, FALSE: false, NULL: null }[token.text.toUpperCase()];
    if (literal !== undefined) return { literal };
    if (elsewhere.includes(token.text.toUpperCase())) throw new RuleSqlFault(`The lab's rule SQL does not have ${token.text.toUpperCase()}`);
    return this.sign("(") ? this.call(token.text.toLowerCase()) : this.path(token.text);
  }

  private item(): { value: Expression; name?: string } {
    const value = this.value();
    this.noArithmetic();
    return this.isWord("AS") && this.step() ? { value, name: this.take("word", "a name after AS").text } : { value };
  }

  private call(name: string): Expression {
    const known = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (!known) throw new RuleSqlFault(`The lab's rule SQL does not have the function ${name}()`);
    const args: Expression[] = [];
    if (!this.sign(")")) {
      do args.push(this.value());
      while (this.sign(","));
      if (!this.sign(")")) throw new RuleSqlFault(`rule SQL has ${this.peek().text} where ) is due`);
    }
    if (args.length < known[0] || args.length > known[1]) throw new RuleSqlFault(`${name}() of rule SQL takes ${known[0] === known[1] ? known[0] : known.join(" to ")} arguments, not ${args.length}`);
    if (name === "encode" && !("literal" in args[1]! && args[1].literal === "base64")) throw new RuleSqlFault("encode() of rule SQL takes 'base64' as its scheme");
    if (name === "topic" && args[0] && !("literal" in args[0] && Number.isInteger(args[0].literal))) throw new RuleSqlFault("topic() of rule SQL takes a whole number");
    return { call: name, args };
  }

  private path(first: string): Expression {
    const path = [first];
    while (this.sign(".")) path.push(this.take("word", "a field after the dot").text);
    if (this.peek().text === "[") throw new RuleSqlFault("The lab's rule SQL does not have indexes in brackets");
    return { path };
  }

  private condition(): Expression {
    let left = this.both();
    while (this.isWord("OR") && this.step()) left = { operator: "OR", left, right: this.both() };
    return left;
  }

  private both(): Expression {
    let left = this.comparison();
    while (this.isWord("AND") && this.step()) left = { operator: "AND", left, right: this.comparison() };
    return left;
  }

  private comparison(): Expression {
    if (this.isWord("NOT") && this.step()) return { not: this.comparison() };
    if (this.sign("(")) {
      const inner = this.condition();
      if (!this.sign(")")) throw new RuleSqlFault(`rule SQL has ${this.peek().text} where ) is due`);
      return inner;
    }
    const left = this.value();
    this.noArithmetic();
    if (!comparisons.includes(this.peek().text)) return left;
    const operator = this.step().text;
    const right = this.value();
    this.noArithmetic();
    return { operator, left, right };
  }

  private noArithmetic(): void {
    const { kind, text } = this.peek();
    if (kind === "sign" && "+-*/%".includes(text)) throw new RuleSqlFault(`The lab's rule SQL does not have the operator ${text}`);
    // "2 -1" is read as two numbers.
    if (kind === "number" && text.startsWith("-")) throw new RuleSqlFault("The lab's rule SQL does not have the operator -");
  }

  private peek(): Token {
    return this.all[this.at] ?? { kind: "end", text: "the end" };
  }

  private step(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  private take(kind: Token["kind"], what: string): Token {
    const token = this.step();
    if (token.kind !== kind) throw new RuleSqlFault(`rule SQL has ${token.text} where ${what} is due`);
    return token;
  }

  private sign(text: string): boolean {
    const found = this.peek().kind === "sign" && this.peek().text === text;
    if (found) this.at += 1;
    return found;
  }

  private isWord(word: string): boolean {
    return this.peek().kind === "word" && this.peek().text.toUpperCase() === word;
  }

  private keyword(word: string): void {
    if (elsewhere.includes(this.peek().text.toUpperCase()) && word !== this.peek().text.toUpperCase()) throw new RuleSqlFault(`The lab's rule SQL does not have ${this.peek().text.toUpperCase()}`);
    if (!this.isWord(word)) throw new RuleSqlFault(`rule SQL has ${this.peek().text} where ${word} is due`);
    this.step();
  }

  private end(): void {
    if (this.peek().kind !== "end") throw new RuleSqlFault(`rule SQL goes on with ${this.peek().text} where its end is due`);
  }
}

/** A value without AS is named by its last field, or by its function. */
function named(items: { value: Expression; name?: string }[]): Statement["select"] {
  return items.map(({ value, name }) => {
    if ("all" in value) return { value };
    const own = name ?? ("path" in value ? value.path.at(-1) : "call" in value ? value.call : undefined);
    if (own === undefined) throw new RuleSqlFault("rule SQL selects a literal without a name; add AS and a name");
    return { value, name: own };
  });
}

function checkedFilter(filter: string): string {
  const levels = filter.split("/");
  const bad = levels.some((level, at) => (/[+#]/.test(level) && level.length > 1) || (level === "#" && at < levels.length - 1));
  if (!filter || bad) throw new RuleSqlFault(`'${filter}' is no topic filter; + stands for one whole level, # for the rest`);
  if (filter.startsWith("$")) throw new RuleSqlFault(`The lab has no topics that begin with $, such as '${filter}'`);
  return filter;
}
