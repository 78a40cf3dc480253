/**
 * Conditions: the rules of a Choice in the interpreter's words. On AWS a comparison with a value of another type is false, the
 * tests of a type may be asked for `false`, and only `*` is a wildcard; the interpreter compares anything, takes such a test for
 * false, and `?` for a wildcard, too. Amazon States Language, "Data-test expression".
 */
type Rule = Record<string, unknown>;

/** What both sides of a comparison must be. */
const kinds = [["String", "IsString"], ["Numeric", "IsNumeric"], ["Boolean", "IsBoolean"], ["Timestamp", "IsTimestamp"]] as const;

export function worded<T extends object>(rule: T): T {
  return reworded(rule as Rule) as T;
}

function reworded(rule: Rule): Rule {
  const { And, Or, Not, Variable, ...tests } = rule;
  if (And) return { And: (And as Rule[]).map(reworded) };
  if (Or) return { Or: (Or as Rule[]).map(reworded) };
  if (Not) return { Not: reworded(Not as Rule) };
  const [operator = "", value] = Object.entries(tests).find(([name]) => name !== "Comment") ?? [];
  if (operator.startsWith("Is")) return value === false ? { Not: { Variable, [operator]: true } } : { Variable, [operator]: value };
  const is = kinds.find(([kind]) => operator.startsWith(kind))?.[1];
  const compared = { Variable, [operator]: operator === "StringMatches" ? String(value).replaceAll("?", "\\?") : value };
  if (!is) return compared;
  return { And: [{ Variable, [is]: true }, ...(operator.endsWith("Path") ? [{ Variable: value, [is]: true }] : []), compared] };
}
