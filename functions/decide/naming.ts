/** Naming: a room's folder into names that people read and that SageMaker takes. */
import { createHash } from "node:crypto";

/** SageMaker: at most 63 letters, digits and `-`, none of these at either end (API_CreateTrainingJob). */
const longest = 63;
/** Letters of the hash that keeps the names of all rooms and runs apart. */
const hashed = 12;

/** `room_id=caf%C3%A9` is `café`. A folder that is not percent-encoded is taken as it stands. */
export function roomName(folder: string): string {
  const value = folder.replace(/^[^=]*=/, "");
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** A name for the job and the model of one room in one run: the same for the same, and for no other. */
export function jobName(prefix: string, folder: string, runId: string): string {
  const hash = createHash("sha256").update(JSON.stringify([folder, runId])).digest("hex").slice(0, hashed);
  const room = longest - hashed - 2 - plain(prefix).length;
  return [plain(prefix), plain(roomName(folder)).slice(0, Math.max(room, 0)), hash].filter(Boolean).map(plain).join("-").toLowerCase();
}

/** Letters, digits and single `-` between them. */
const plain = (text: string): string => text.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
