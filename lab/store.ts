/** Store: named JSON documents that survive kill -9. Each put is a whole file, synced, then renamed into place. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

export class Store<T> {
  private readonly cache = new Map<string, T>();
  private readonly folder: string;

  /** @param folder where the documents of this store live; made when missing. */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) {
      if (!file.endsWith(".json")) continue;
      this.cache.set(decodeURIComponent(file.slice(0, -".json".length)), JSON.parse(readFileSync(join(folder, file), "utf8")) as T);
    }
  }

  get(key: string): T | undefined {
    return this.cache.get(key);
  }

  has(key: string): boolean {
    return this.cache.has(key);
  }

  put(key: string, value: T): void {
    const file = this.file(key);
    const handle = openSync(`${file}.new`, "w", 0o600);
    writeSync(handle, JSON.stringify(value));
    fsyncSync(handle);
    closeSync(handle);
    renameSync(`${file}.new`, file);
    this.cache.set(key, value);
  }

  delete(key: string): void {
    if (existsSync(this.file(key))) rmSync(this.file(key));
    this.cache.delete(key);
  }

  /** Keys and documents, by key. */
  entries(): [string, T][] {
    return [...this.cache.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  private file(key: string): string {
    return join(this.folder, `${encodeURIComponent(key)}.json`);
  }
}
