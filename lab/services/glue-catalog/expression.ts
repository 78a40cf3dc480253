/**
 * Expression: the filter of GetPartitions (Glue Web API Reference, GetPartitions): = <> > < >= <= AND OR NOT IN BETWEEN LIKE IS NULL,
 * over partition keys of type string, date, timestamp, int, bigint, long, tinyint, smallint and decimal.
 */
import { ApiFault } from "../../gateway/service";

export interface Key {
  Name: string;
  Type?: string;
}

/** Whether a partition with these values, one a key, is meant. */
export type Filter = (values: readonly string[]) => boolean;

type Value = string | number;
type Operand = (values: readonly string[]) => Value;

const compare: Record<string, (a: Value, b: Value) => boolean> = {
  "=": (a, b) => a === b, "<>": (a, b) => a !== b, "!=": (a, b) => a !== b,
  ">": (a, b) => a > b, "<": (a, b) => a < b, ">=": (a, b) => a >= b, "<=": (a, b) => a <= b,
};

export function filterOf(expression: string | undefined, keys: readonly Key[]): Filter {
  if (expression === undefined || expression.trim() === "") return () => true;
  return new Parser(expression, keys).whole();
}

class Parser {
  private readonly tokens: string[];
  private at = 0;

  constructor(private readonly text: string, private readonly keys: readonly Key[]) {
    this.tokens = text.match(/'(?:[^']|'')*'|<>|!=|>=|<=|[=<>(),]|-?\d+(?:\.\d+)?(?![\w])|"[^"]+"|`[^`]+`|[A-Za-z_]\w*|\S/g) ?? [];
  }

  whole(): Filter {
    const filter = this.either();
    if (this.at < this.tokens.length) throw this.fault(`"${this.tokens[this.at]}" is not expected`);
    return filter;
  }

  private either(): Filter {
    const parts = [this.both()];
    while (this.took("OR")) parts.push(this.both());
    return (values) => parts.some((part) => part(values));
  }

  private both(): Filter {
    const parts = [this.one()];
    while (this.took("AND")) parts.push(this.one());
    return (values) => parts.every((part) => part(values));
  }

  private one(): Filter {
    if (this.took("NOT")) return not(this.one());
    if (!this.took("(")) return this.condition();
    const inner = this.either();
    this.must(")");
    return inner;
  }

  private condition(): Filter {
    const { type, of: left } = this.operand(undefined);
    const negated = this.took("NOT");
    const filter = this.rest(left, type);
    return negated ? not(filter) : filter;
  }

  private rest(left: Operand, type: string | undefined): Filter {
    if (this.took("IS")) {
      const negated = this.took("NOT");
      this.must("NULL");
      return (values) => (left(values) === "__HIVE_DEFAULT_PARTITION__") !== negated;
    }
    if (this.took("IN")) return this.among(left, type);
    if (this.took("BETWEEN")) {
      const { of: low } = this.operand(type);
      this.must("AND");
      const { of: high } = this.operand(type);
      return (values) => left(values) >= low(values) && left(values) <= high(values);
    }
    if (this.took("LIKE")) {
      const pattern = like(String(this.operand("string").of([])));
      return (values) => pattern.test(String(left(values)));
    }
    const sign = this.tokens[this.at++] ?? "";
    const holds = compare[sign];
    if (!holds) throw this.fault(`"${sign}" is not an operator`);
    const right = this.operand(type);
    const typed = type === undefined ? this.typed(left, right.type) : left;
    return (values) => holds(typed(values), right.of(values));
  }

  private among(left: Operand, type: string | undefined): Filter {
    this.must("(");
    const members: Operand[] = [];
    do members.push(this.operand(type).of); while (this.took(","));
    this.must(")");
    return (values) => members.some((member) => member(values) === left(values));
  }

  /** A partition key, or a literal read as the type of the key that it stands beside. */
  private operand(beside: string | undefined): { type: string | undefined; of: Operand } {
    const token = this.tokens[this.at++] ?? "";
    if (token.startsWith("'")) return { type: undefined, of: this.typed(() => token.slice(1, -1).replaceAll("''", "'"), beside) };
    if (/^-?\d/.test(token)) return { type: undefined, of: this.typed(() => token, beside ?? "bigint") };
    const name = token.replace(/^["`]|["`]$/g, "").toLowerCase();
    const index = this.keys.findIndex((key) => key.Name.toLowerCase() === name);
    const key = this.keys[index];
    if (!key) throw this.fault(`"${token}" is not a partition key`);
    const type = key.Type ?? "string";
    return { type, of: this.typed((values) => values[index] ?? "", type) };
  }

  private typed(of: Operand, type: string | undefined): Operand {
    return /^(tinyint|smallint|int|bigint|long|decimal)/.test(type ?? "") ? (values) => number(of(values)) : of;
  }

  private took(word: string): boolean {
    const found = this.tokens[this.at]?.toUpperCase() === word;
    if (found) this.at += 1;
    return found;
  }

  private must(word: string): void {
    if (!this.took(word)) throw this.fault(`${word} is missing before "${this.tokens[this.at] ?? "the end"}"`);
  }

  private fault(why: string): ApiFault {
    return new ApiFault("InvalidInputException", `Expression ${this.text}: ${why}`);
  }
}

const not = (filter: Filter): Filter => (values) => !filter(values);

const number = (value: Value): Value => (value === "__HIVE_DEFAULT_PARTITION__" ? value : Number(value));

const like = (pattern: string): RegExp =>
  new RegExp(`^${[...pattern].map((sign) => (sign === "%" ? ".*" : sign === "_" ? "." : sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))).join("")}$`, "s");
