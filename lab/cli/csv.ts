/**
 * Csv: records of a CSV file (RFC 4180), each with its text as it stood, so that a column can be added and nothing else
 * changes. Quoted cells may hold commas, quotes and line breaks.
 */

export interface Record {
  /** Number of the line that it begins on, from 1. */
  line: number;
  /** As it stood, without its line break. */
  text: string;
  cells: string[];
}

/** A file that is no CSV: the line and what is wrong there. */
export class CsvFault extends Error {
  constructor(readonly line: number, message: string) {
    super(`line ${line} ${message}`);
  }
}

/** All records; empty lines are none. A byte-order mark before the first cell is no part of it. */
export function records(text: string): Record[] {
  const found: Record[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const { cells, end, next } = record(text, at, line);
    const taken = text.slice(at, end);
    if (taken !== "") found.push({ line, text: taken, cells });
    line += breaks(text.slice(at, next));
    at = next;
  }
  return found;
}

/** Line break that the file uses: that of its first line. */
export const breakOf = (text: string): string => /\r?\n/.exec(text)?.[0] ?? "\n";

function record(text: string, from: number, line: number): { cells: string[]; end: number; next: number } {
  const cells: string[] = [];
  let at = from;
  for (;;) {
    const cell = text[at] === '"' ? quoted(text, at, line) : plain(text, at);
    cells.push(cell.value);
    at = cell.end;
    if (text[at] === ",") {
      at += 1;
      continue;
    }
    const rest = /^\r?\n/.exec(text.slice(at, at + 2))?.[0];
    if (rest === undefined && at < text.length) throw new CsvFault(line + breaks(text.slice(from, at)), "has text after a closing quote");
    return { cells, end: at, next: at + (rest?.length ?? 0) };
  }
}

/** A cell up to the next comma or line break. */
function plain(text: string, from: number): { value: string; end: number } {
  let end = from;
  while (end < text.length && text[end] !== "," && text[end] !== "\n") end += 1;
  if (text[end] === "\n" && text[end - 1] === "\r" && end > from) end -= 1;
  return { value: text.slice(from, end), end };
}

function quoted(text: string, from: number, line: number): { value: string; end: number } {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) throw new CsvFault(line, "opens a quote that is never closed");
    if (text[quote + 1] !== '"') return { value: text.slice(from + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    at = quote + 2;
  }
}

const breaks = (text: string): number => text.split("\n").length - 1;
