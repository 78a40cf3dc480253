/** Words, texts, numbers and signs of rule SQL. */

/** What is wrong with a statement, or what the lab does not have of rule SQL. */
export class RuleSqlFault extends Error {}

export type Token = { kind: "word" | "text" | "number" | "sign" | "end"; text: string };

const pattern = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|(<>|!=|<=|>=|[-+*/%(),.=<>[\]]))/y;

export function tokens(text: string): Token[] {
  const found: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.trimEnd().length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new RuleSqlFault(`rule SQL can't be read at "${text.slice(at, at + 20).trim()}"`);
    const [, word, quoted, number, sign] = match;
    if (word !== undefined) found.push({ kind: "word", text: word });
    else if (quoted !== undefined) found.push({ kind: "text", text: quoted.replaceAll("''", "'") });
    else if (number !== undefined) found.push({ kind: "number", text: number });
    else found.push({ kind: "sign", text: sign ?? "" });
  }
  return [...found, { kind: "end", text: "the end" }];
}
