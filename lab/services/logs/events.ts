/** Events: what was logged, one file of JSON lines a stream; the older half goes when a stream grows past its bound. */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

export interface LogEvent {
  /** Epoch milliseconds. */
  timestamp: number;
  ingestionTime: number;
  message: string;
}

const streamMaxBytes = 8 * 1024 * 1024;

export class Events {
  /** Files that this process has written to. */
  private readonly met = new Set<string>();

  /** @param folder where a folder a group and a file a stream live. */
  constructor(private readonly folder: string) {}

  append(group: string, stream: string, events: LogEvent[]): void {
    const file = this.file(group, stream);
    mkdirSync(join(file, ".."), { recursive: true });
    if (existsSync(file) && statSync(file).size > streamMaxBytes) renameSync(file, `${file}.older`);
    // A line that the end of an earlier process cut short must not swallow the next.
    const cut = !this.met.has(file) && existsSync(file) && !/^$|\n$/.test(readFileSync(file, "latin1"));
    this.met.add(file);
    appendFileSync(file, (cut ? "\n" : "") + events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  }

  /** Events of a stream in the order they came; a line that a crash cut short is left out. */
  read(group: string, stream: string): LogEvent[] {
    const file = this.file(group, stream);
    return [`${file}.older`, file].filter((one) => existsSync(one))
      .flatMap((one) => readFileSync(one, "utf8").split("\n").slice(0, -1))
      .flatMap((line) => whole(line));
  }

  streams(group: string): string[] {
    const folder = join(this.folder, encodeURIComponent(group));
    if (!existsSync(folder)) return [];
    return readdirSync(folder).filter((file) => file.endsWith(".jsonl")).map((file) => decodeURIComponent(file.slice(0, -".jsonl".length))).sort();
  }

  remove(group: string, stream?: string): void {
    if (stream === undefined) return rmSync(join(this.folder, encodeURIComponent(group)), { recursive: true, force: true });
    for (const end of ["", ".older"]) rmSync(this.file(group, stream) + end, { force: true });
  }

  private file(group: string, stream: string): string {
    return join(this.folder, encodeURIComponent(group), `${encodeURIComponent(stream)}.jsonl`);
  }
}

function whole(line: string): LogEvent[] {
  try {
    return [JSON.parse(line) as LogEvent];
  } catch {
    return [];
  }
}
