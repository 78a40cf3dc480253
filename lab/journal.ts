/**
 * Journal: entries that survive kill -9, in the order they came, until they are done.
 *
 *   append ─▶ segment file ─▶ fdatasync ─▶ resolved        (all that wait share one write and one sync)
 *   done(n) ─▶ everything up to n is forgotten; a segment with nothing left goes
 *
 * An entry in a segment: its length, its CRC, its bytes. A torn end is cut off at start: nobody was told that it is durable.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

export interface Entry {
  /** Counts up over the life of the journal; never given twice. */
  sequence: number;
  data: Buffer;
}

export interface JournalLimits {
  /** Bytes that may wait to be done; an append beyond it is refused. */
  mostBytes?: number;
  /** Bytes after which a new segment is begun. */
  segmentBytes?: number;
}

/** Nothing more is taken until some of it is done. */
export class JournalFull extends Error {}

interface Waiting {
  data: Buffer;
  resolve: (sequence: number) => void;
  reject: (fault: unknown) => void;
}

const headBytes = 8;

export class Journal {
  private entries: Entry[] = [];
  private waiting: Waiting[] = [];
  private bytes = 0;
  /** Bytes that are on their way to disk. */
  private claimed = 0;
  private next = 1;
  private busy = false;
  private writing: Promise<void> = Promise.resolve();
  private segment: { file: FileHandle; path: string; size: number } | undefined;
  private readonly mostBytes: number;
  private readonly segmentBytes: number;

  /** @param folder made when missing; one journal a folder. */
  constructor(private readonly folder: string, { mostBytes = 512 * 1024 * 1024, segmentBytes = 16 * 1024 * 1024 }: JournalLimits = {}) {
    this.mostBytes = mostBytes;
    this.segmentBytes = segmentBytes;
    mkdirSync(folder, { recursive: true });
    this.recover();
  }

  /** Entries that are durable and not done, oldest first. */
  get open(): readonly Entry[] {
    return this.entries;
  }

  /** Bytes of those entries. */
  get openBytes(): number {
    return this.bytes;
  }

  /** Resolves with the entry's sequence once it is on disk; rejects when it is not, and then it never will be. */
  append(data: Buffer): Promise<number> {
    if (this.bytes + this.claimed + data.length > this.mostBytes) return Promise.reject(new JournalFull(`${this.mostBytes} bytes wait to be handed on already`));
    return new Promise((resolve, reject) => {
      this.claimed += data.length;
      this.waiting.push({ data, resolve, reject });
      if (!this.busy) this.writing = this.writeAll();
    });
  }

  /** Everything up to and with this sequence needs no keeping. A crash right here brings some of it back. */
  done(sequence: number): void {
    const left = this.entries.findIndex((entry) => entry.sequence > sequence);
    const gone = left < 0 ? this.entries : this.entries.slice(0, left);
    this.bytes -= gone.reduce((sum, entry) => sum + entry.data.length, 0);
    this.entries = left < 0 ? [] : this.entries.slice(left);
    writeFileSync(join(this.folder, "done.new"), String(sequence));
    renameSync(join(this.folder, "done.new"), join(this.folder, "done"));
    const names = segments(this.folder);
    names.filter((_, at) => Number(names[at + 1]) <= sequence + 1).forEach((name) => rmSync(join(this.folder, name)));
  }

  /** Wait for what is being written, and let go of the file. */
  async close(): Promise<void> {
    await this.writing;
    await this.segment?.file.close();
    this.segment = undefined;
  }

  /** One write and one sync for all that came while the last ones ran. */
  private async writeAll(): Promise<void> {
    this.busy = true;
    while (this.waiting.length) {
      const batch = this.waiting;
      this.waiting = [];
      const fault = await this.write(Buffer.concat(batch.flatMap(({ data }) => [head(data), data]))).then(() => undefined, (thrown: unknown) => thrown ?? "unknown");
      this.claimed -= batch.reduce((sum, { data }) => sum + data.length, 0);
      if (fault) {
        batch.forEach(({ reject }) => reject(fault));
        continue;
      }
      for (const { data, resolve } of batch) {
        this.entries.push({ sequence: this.next, data });
        this.bytes += data.length;
        resolve(this.next++);
      }
    }
    // In the same turn as the last look at `waiting`: who comes after it starts a new round.
    this.busy = false;
  }

  private async write(bytes: Buffer): Promise<void> {
    if (!this.segment || this.segment.size >= this.segmentBytes) await this.begin();
    const segment = this.segment!;
    try {
      await segment.file.appendFile(bytes);
      await segment.file.datasync();
      segment.size += bytes.length;
    } catch (fault) {
      // What was refused must not come back at the next start.
      truncateSync(segment.path, segment.size);
      throw fault;
    }
  }

  /** A new segment, named after its first sequence. The folder is synced too, so that the name is as durable as the bytes. */
  private async begin(): Promise<void> {
    await this.segment?.file.close();
    const path = join(this.folder, String(this.next).padStart(15, "0"));
    this.segment = { file: await open(path, "a", 0o600), path, size: 0 };
    const folder = await open(this.folder, "r");
    await folder.sync().finally(() => folder.close());
  }

  private recover(): void {
    const mark = join(this.folder, "done");
    const done = existsSync(mark) ? Number(readFileSync(mark, "utf8")) || 0 : 0;
    this.next = done + 1;
    for (const name of segments(this.folder)) {
      const path = join(this.folder, name);
      const { found, end } = whole(readFileSync(path));
      truncateSync(path, end);
      const first = Number(name);
      found.forEach((data, at) => {
        if (first + at > done) this.entries.push({ sequence: first + at, data });
      });
      this.next = Math.max(this.next, first + found.length);
    }
    this.bytes = this.entries.reduce((sum, entry) => sum + entry.data.length, 0);
  }
}

const segments = (folder: string): string[] => readdirSync(folder).filter((name) => /^\d{15}$/.test(name)).sort();

function head(data: Buffer): Buffer {
  const bytes = Buffer.alloc(headBytes);
  bytes.writeUInt32LE(data.length, 0);
  bytes.writeUInt32LE(crc32(data), 4);
  return bytes;
}

/** Entries up to the first that is not whole, and where they end. */
function whole(bytes: Buffer): { found: Buffer[]; end: number } {
  const found: Buffer[] = [];
  let end = 0;
  while (end + headBytes <= bytes.length) {
    const data = bytes.subarray(end + headBytes, end + headBytes + bytes.readUInt32LE(end));
    if (data.length < bytes.readUInt32LE(end) || crc32(data) !== bytes.readUInt32LE(end + 4)) break;
    found.push(data);
    end += headBytes + data.length;
  }
  return { found, end };
}
