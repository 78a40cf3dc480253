/** Code: the zip of a function, checked and unpacked into a folder of its own that is there whole or not at all. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { ApiFault } from "../../gateway/service";

/** Lambda quotas: 250 MB unzipped. */
const maxBytes = 250 * 1024 * 1024;

export const shaOf = (zip: Buffer): string => createHash("sha256").update(zip).digest("base64");

/** Folder of this code under the function's own. */
export const folderOf = (home: string, codeSha256: string): string => join(home, Buffer.from(codeSha256, "base64").toString("hex").slice(0, 16));

/** Unpack, and remove the code that was there before; the running children have read theirs. */
export function unpack(zip: Buffer, home: string): void {
  const folder = folderOf(home, shaOf(zip));
  if (existsSync(folder)) return;
  const files = Object.entries(read(zip)).filter(([name]) => !name.endsWith("/"));
  const draft = join(home, `.${randomUUID()}`);
  for (const [name, bytes] of files) {
    const file = join(draft, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  const before = existsSync(home) ? readdirSync(home).filter((name) => join(home, name) !== draft) : [];
  mkdirSync(draft, { recursive: true });
  renameSync(draft, folder);
  for (const name of before) rmSync(join(home, name), { recursive: true, force: true });
}

function read(zip: Buffer): Record<string, Uint8Array> {
  let bytes = 0;
  try {
    return unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        bytes += originalSize;
        if (bytes > maxBytes) throw invalid(`Unzipped size must be smaller than ${maxBytes} bytes`);
        if (name.startsWith("/") || name.includes("\\") || name.split("/").includes("..")) throw invalid(`The zip has an entry outside its folder: ${name}`);
        return true;
      },
    });
  } catch (fault) {
    throw fault instanceof ApiFault ? fault : invalid("Could not unzip uploaded file. Please check your file, then try to upload again.");
  }
}

const invalid = (message: string): ApiFault => new ApiFault("InvalidParameterValueException", message);
