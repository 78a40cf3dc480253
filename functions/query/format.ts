/** Format: an answer as text for people, for spreadsheets and for programs. Pure. */
import type { Answer } from "./ask";

const numeric = /^(tinyint|smallint|integer|bigint|float|double|decimal)$/;

/** Columns side by side, numbers to the right; what a terminal would obey is shown instead of sent. */
export function table({ columns, rows }: Answer): string {
  const cells = [columns.map(({ name }) => name), ...rows.map((row) => columns.map((_, at) => row[at] ?? "NULL"))].map((row) => row.map(shown));
  const widths = columns.map((_, at) => cells.reduce((widest, row) => Math.max(widest, width(row[at] ?? "")), 0));
  const line = (row: string[]) => row.map((text, at) => {
    const gap = " ".repeat((widths[at] ?? 0) - width(text));
    return numeric.test(columns[at]?.type ?? "") ? gap + text : text + gap;
  }).join("  ").trimEnd();
  const [head = [], ...body] = cells;
  const count = `${rows.length} row${rows.length === 1 ? "" : "s"}`;
  return [line(head), widths.map((each) => "-".repeat(each)).join("  "), ...body.map(line), count, ""].join("\n");
}

/**
 * RFC 4180, NULL as an empty field. A text that a spreadsheet would take for a formula gets a ' in front (OWASP, "CSV
 * Injection"): one that begins with = + - @, their full-width forms, a tab or a line end, spaces before it or not.
 * Columns of numbers are left alone.
 */
export function csv({ columns, rows }: Answer): string {
  const line = (cells: string[]) => cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",");
  const safe = (text: string | undefined, at: number) => (numeric.test(columns[at]?.type ?? "") ? (text ?? "") : neutral(text ?? ""));
  return [columns.map(({ name }) => neutral(name)), ...rows.map((row) => columns.map((_, at) => safe(row[at], at)))].map(line).map((text) => `${text}\r\n`).join("");
}

export const neutral = (text: string): string => (/^[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(text) ? `'${text}` : text);

/** Values as Athena writes them, numbers as text too, so that none loses a digit. */
export const json = ({ columns, rows }: Answer): string =>
  `${JSON.stringify(rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null]))), null, 2)}\n`;

const shown = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => `\\u{${letter.codePointAt(0)?.toString(16) ?? ""}}`);

/** Cells that a text takes: marks take none, what East Asian scripts and emoji write takes two. */
function width(text: string): number {
  let sum = 0;
  for (const letter of text) {
    if (/\p{M}/u.test(letter)) continue;
    sum += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u.test(letter) ? 2 : 1;
  }
  return sum;
}
