/**
 * Members: the top level of a JSON object as it was written. JSON.parse alone keeps only the last of two equal keys and
 * rounds what it can't hold; here every key stands as often as it came, each with the text of its value.
 */

/** Why a text is no JSON object; the reasons are fixed sentences, so that they can be counted. */
export class NotAnObject extends Error {}

export interface Member {
  key: string;
  /** The value as it was written, such as `21.50` or `"a"`. */
  text: string;
}

/** Members of the object in order. Throws NotAnObject. */
export function members(text: string): Member[] {
  if (text.startsWith("\uFEFF")) throw new NotAnObject("begins with a byte order mark");
  const value = parsed(text);
  if (typeof value !== "object" || value === null) throw new NotAnObject("is no JSON object");
  if (Array.isArray(value)) throw new NotAnObject("is a JSON array, not one object");
  return split(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotAnObject("is no valid JSON");
  }
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** The text is known to be a JSON object: commas and colons at depth 1 part it. */
function split(text: string): Member[] {
  const found: Member[] = [];
  let depth = 0;
  let key: string | undefined;
  let begin = 0;
  for (const { 0: part, index } of text.matchAll(token)) {
    const ends = depth === 1 && (part === "," || part === "}");
    if (ends && key !== undefined) {
      found.push({ key, text: text.slice(begin, index).trim() });
      key = undefined;
    } else if (depth === 1 && part === ":") begin = index + 1;
    else if (depth === 1 && key === undefined && part.startsWith('"')) key = JSON.parse(part) as string;
    if (part === "{" || part === "[") depth += 1;
    if (part === "}" || part === "]") depth -= 1;
  }
  return found;
}
