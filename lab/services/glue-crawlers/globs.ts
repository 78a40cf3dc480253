/**
 * Globs: exclude patterns (Glue Developer Guide, "Include and exclude patterns"): * within a folder, ** across folders, ? one
 * character, [a-c] and [!a] one of a set, {a,b} either, \ takes what follows as it is.
 */
const plain = (sign: string): string => sign.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Whether a path below the include path is left out. */
export function excluded(patterns: readonly string[]): (path: string) => boolean {
  const all = patterns.map((pattern) => new RegExp(`^${expression(pattern)}$`, "s"));
  return (path) => all.some((pattern) => pattern.test(path));
}

function expression(pattern: string): string {
  let inBraces = false;
  return (pattern.match(/\\.|\*\*|\[!?\]?[^\]]*\]|./gs) ?? []).map((sign) => {
    if (sign === "**") return ".*";
    if (sign === "*") return "[^/]*";
    if (sign === "?") return "[^/]";
    if (sign.startsWith("[") && sign.length > 2) return `[${sign[1] === "!" ? "^/" : ""}${sign.slice(sign[1] === "!" ? 2 : 1, -1).replace(/[\\[\]^]/g, "\\$&")}]`;
    if (sign === "{" || sign === "}") {
      inBraces = sign === "{";
      return inBraces ? "(?:" : ")";
    }
    if (sign === "," && inBraces) return "|";
    return plain(sign.startsWith("\\") && sign.length === 2 ? sign.slice(1) : sign);
  }).join("");
}
