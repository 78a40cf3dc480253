/** Sealed: secrets of the state, encrypted at rest by a key of this lab (AES-256-GCM; the key file is readable by its owner only). */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isSecret, mapped, secret, SIGNATURE } from "./values";

const NONCE = 12;
const TAG = 16;

/** The key in `file`; made when missing. */
export function keyIn(file: string): Buffer {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, randomBytes(32), { mode: 0o600 });
  }
  return readFileSync(file);
}

/** The value with every secret in it as ciphertext. */
export const seal = (value: unknown, key: Buffer): unknown =>
  mapped(value, (one) => {
    if (!isSecret(one)) return one;
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const bytes = Buffer.concat([cipher.update(JSON.stringify(one.value ?? null)), cipher.final()]);
    return { [SIGNATURE]: one[SIGNATURE] as unknown, ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString("base64") };
  });

/** The value as it was before it was sealed; throws when key or ciphertext are not what they were. */
export const unseal = (value: unknown, key: Buffer): unknown =>
  mapped(value, (one) => {
    if (!isSecret(one) || typeof one.ciphertext !== "string") return one;
    const bytes = Buffer.from(one.ciphertext, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE));
    decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString("utf8");
    return secret(JSON.parse(text) as unknown);
  });
