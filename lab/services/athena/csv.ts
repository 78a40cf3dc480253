/**
 * A result file as Athena writes it: every value in double quotes, NULL as nothing between the commas, rows ended by a line
 * feed. It is read back page by page, from a byte on, so that a result of any size is never in memory as a whole. Pure.
 */

export type Cell = string | undefined;

export const csvRow = (cells: Cell[]): string => `${cells.map((cell) => (cell === undefined ? "" : `"${cell.replaceAll('"', '""')}"`)).join(",")}\n`;

/** SHOW and DESCRIBE write plain lines with tabs; a tab or a line end inside a value becomes a space. */
export const textRow = (cells: Cell[]): string => `${cells.map((cell) => (cell ?? "").replace(/[\t\r\n]/g, " ")).join("\t")}\n`;

export interface Page {
  rows: Cell[][];
  /** Bytes that these rows take. */
  bytes: number;
}

const quote = 0x22, comma = 0x2c, lineEnd = 0x0a;

/** Whole rows from the start of `bytes`, at most `limit`; a row that is cut off at the end is left for the next page. */
export function csvPage(bytes: Buffer, limit: number): Page {
  const rows: Cell[][] = [];
  let at = 0;
  while (rows.length < limit) {
    const row = csvRowAt(bytes, at);
    if (!row) break;
    rows.push(row.cells);
    at = row.end;
  }
  return { rows, bytes: at };
}

function csvRowAt(bytes: Buffer, start: number): { cells: Cell[]; end: number } | undefined {
  const cells: Cell[] = [];
  let at = start;
  while (at < bytes.length) {
    const quoted = bytes[at] === quote;
    const end = quoted ? closing(bytes, at + 1) : at;
    if (end < 0) return undefined;
    cells.push(quoted ? bytes.toString("utf8", at + 1, end).replaceAll('""', '"') : undefined);
    at = quoted ? end + 1 : at;
    if (bytes[at] === lineEnd) return { cells, end: at + 1 };
    if (bytes[at] !== comma) return undefined;
    at += 1;
  }
  return undefined;
}

/** Where the quote stands that closes a value; -1 when it is not in these bytes. */
function closing(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(quote, from); at >= 0; at = bytes.indexOf(quote, at + 2)) {
    if (at + 1 >= bytes.length) return -1;
    if (bytes[at + 1] !== quote) return at;
  }
  return -1;
}

/** The same for the lines of SHOW and DESCRIBE. */
export function textPage(bytes: Buffer, limit: number): Page {
  const rows: Cell[][] = [];
  let at = 0;
  for (let end = bytes.indexOf(lineEnd); end >= 0 && rows.length < limit; end = bytes.indexOf(lineEnd, at)) {
    rows.push(bytes.toString("utf8", at, end).split("\t"));
    at = end + 1;
  }
  return { rows, bytes: at };
}
