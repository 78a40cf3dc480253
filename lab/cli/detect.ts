/**
 * sensorlake detect: anomalies of any series, a row at a time from the rows before it.
 *
 *   F.csv ─▶ values ─▶ the streaming detector (lab/python/detector.py) ─▶ OUT.csv: every row as it stood, plus score and anomaly
 */
import type { Command } from "commander";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { detectorDefaults } from "../../components/defaults";
import { Children } from "../children";
import { PythonWorker } from "../python/worker";
import { setup } from "../setup/setup";
import { breakOf, CsvFault, type Record, records } from "./csv";
import { CliError } from "./error";

interface Options {
  input: string;
  output: string;
  time: string;
  value: string;
  seed?: string;
  json?: boolean;
}

/** What the detector answers, a row a row. */
export interface Verdicts {
  scores: number[];
  anomalies: boolean[];
}

export function register(program: Command): void {
  program.command("detect").description("find anomalies in any series: adds a score and a verdict to each row, from the rows before it only")
    .requiredOption("--input <file>", "CSV with a header, rows in order of time")
    .requiredOption("--output <file>", "the same rows with the columns score and anomaly (0 or 1)")
    .option("--time <column>", "column of the times", "timestamp")
    .option("--value <column>", "column of the values", "value")
    .option("--seed <number>", `the same seed gives the same answer (default: ${detectorDefaults.seed})`)
    .option("--json", "print what was found as JSON")
    .action(detect);
}

async function detect({ input, output, time, value, seed, json }: Options): Promise<void> {
  const text = textOf(input);
  const series = seriesOf(text, { input, time, value });
  const verdicts = await verdictsOn(series.values, seedOf(seed));
  writeWhole(output, annotated(text, series.rows, verdicts));
  const anomalies = verdicts.anomalies.filter(Boolean).length;
  if (series.backwards) process.stderr.write(`${input} line ${series.backwards} is earlier than the line before it; rows are taken in the order of the file.\n`);
  const said = { input, output, rows: series.values.length, anomalies, first: series.times[verdicts.anomalies.indexOf(true)] ?? null };
  process.stdout.write(json ? `${JSON.stringify(said)}\n` : `${said.rows} rows, ${anomalies} anomalous${said.first ? `, the first at ${said.first}` : ""}; written to ${output}.\n`);
}

/** Values of a CSV text in the order of its rows. Throws a CliError that names the line. */
export function seriesOf(text: string, { input, time, value }: { input: string; time: string; value: string }) {
  const [header, ...rows] = parsed(text, input);
  if (!header) throw new CliError(`${input} is empty; it needs a header and at least one row.`);
  const column = (name: string): number => {
    const at = header.cells.indexOf(name);
    if (at < 0) throw new CliError(`${input} has no column "${name}"; it has ${header.cells.join(", ")}. Name the columns with --time and --value.`);
    return at;
  };
  const [timeAt, valueAt] = [column(time), column(value)];
  const taken = ["score", "anomaly"].find((name) => header.cells.includes(name));
  if (taken) throw new CliError(`${input} has a column "${taken}" already; rename or remove it.`);
  if (!rows.length) throw new CliError(`${input} has a header and no rows; it needs at least one.`);
  const odd = rows.find(({ cells }) => cells.length !== header.cells.length);
  if (odd) throw new CliError(`${input} line ${odd.line} has ${odd.cells.length} cells; the header has ${header.cells.length}.`);
  const times = rows.map(({ cells }) => cells[timeAt]!);
  const values = rows.map(({ cells, line }) => numberOf(cells[valueAt]!, `${input} line ${line}`, value));
  const stamps = times.map((at) => Date.parse(at));
  const back = stamps.findIndex((at, i) => i > 0 && at < stamps[i - 1]!);
  return { rows: [header, ...rows], times, values, backwards: back < 0 ? undefined : rows[back]!.line };
}

function parsed(text: string, input: string): Record[] {
  try {
    return records(text);
  } catch (fault) {
    throw fault instanceof CsvFault ? new CliError(`${input} ${fault.message}.`) : fault;
  }
}

function numberOf(cell: string, place: string, name: string): number {
  const value = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(cell) ? Number(cell) : NaN;
  if (!Number.isFinite(value)) throw new CliError(`${place}: ${name} is "${cell.slice(0, 40)}", not a number.`);
  return value;
}

/** Every record as it stood with two cells more. */
export function annotated(text: string, [header, ...rows]: Record[], { scores, anomalies }: Verdicts): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const lineBreak = breakOf(text);
  const lines = [`${header!.text},score,anomaly`, ...rows.map((row, i) => `${row.text},${scores[i]},${anomalies[i] ? 1 : 0}`)];
  return mark + lines.map((line) => line + lineBreak).join("");
}

/** Ask the detector with its defaults. */
export async function verdictsOn(values: number[], seed: number = detectorDefaults.seed): Promise<Verdicts> {
  const { python } = await setup({ quiet: true });
  const printed: string[] = [];
  const worker = new PythonWorker(python, new Children((_, line) => printed.push(line)));
  const { shingle, trees, decay, deviations, floor, samplesPerTree, warmUp, halfLife, newestShare } = detectorDefaults;
  try {
    return await worker.ask<Verdicts>("rcf.detect", {
      values, seed, shingle, trees, decay, deviations, floor, samples_per_tree: samplesPerTree, warm_up: warmUp, half_life: halfLife, newest_share: newestShare,
    });
  } catch (fault) {
    throw new CliError(`The detector failed: ${(fault as Error).message}${printed.length ? ` (${printed.at(-1)})` : ""}`);
  } finally {
    await worker.stop();
  }
}

function seedOf(text: string | undefined): number {
  const seed = Number(text ?? detectorDefaults.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new CliError(`--seed is "${text}"; set a whole number from 0.`);
  return seed;
}

function textOf(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    throw new CliError(code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? `${file} is not UTF-8 text.` : `${file} can't be read: ${code ?? (fault as Error).message}. Name a CSV file with --input.`);
  }
}

/** The file appears whole or not at all; what stood there before stays until then. */
export function writeWhole(file: string, text: string): void {
  const aside = `${file}.${process.pid}.new`;
  try {
    const handle = openSync(aside, "w");
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(aside, file);
  } catch (fault) {
    rmSync(aside, { force: true });
    throw new CliError(`${file} can't be written: ${(fault as NodeJS.ErrnoException).code}. Name a file in a folder that exists with --output.`);
  }
}
