/** Vault: seals values with a key of this lab's own, so that no file of it holds a secret in the clear (AES-256-GCM). */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

export class Vault {
  private readonly key: Buffer;

  /** @param keyFile the key, readable by its owner only; made when missing. */
  constructor(keyFile: string) {
    if (!existsSync(keyFile)) make(keyFile);
    this.key = readFileSync(keyFile);
    if (this.key.length !== keyBytes) throw new Error(`${keyFile} is not a key of ${keyBytes} bytes; restore it, or remove the lab's folder to start anew`);
  }

  /** @param about what the value belongs to; it opens for nothing else. */
  seal(value: Buffer, about: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce).setAAD(Buffer.from(about));
    const sealed = Buffer.concat([cipher.update(value), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
  }

  open(sealed: string, about: string): Buffer {
    const all = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.key, all.subarray(0, nonceBytes))
      .setAAD(Buffer.from(about)).setAuthTag(all.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([decipher.update(all.subarray(nonceBytes + tagBytes)), decipher.final()]);
  }
}

/** Whole or not at all: a half-written key would make every secret unreadable. */
function make(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  const handle = openSync(draft, "w", 0o600);
  writeSync(handle, randomBytes(keyBytes));
  fsyncSync(handle);
  closeSync(handle);
  try {
    linkSync(draft, file);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== "EEXIST") throw fault;
  } finally {
    rmSync(draft);
  }
}
