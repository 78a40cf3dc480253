/** Training: which rooms have training files that no model has seen. Pure. */
import type { Covered, How, Overrides, Room, TrainingAnswer } from "./answers";
import { jobName, roomName } from "./naming";
import { type Listed, printOf } from "./print";
import { doneReason, isDone } from "./resume";

/** Bytes of rooms that go into one payload with all else: 262,144 is what Step Functions takes. */
const roomBytes = 100_000;

export interface TrainingSettings {
  /** What the names of jobs and models begin with. */
  namePrefix: string;
  /** Most rooms that a run trains in its own history. */
  inlineRooms: number;
}

/** @returns the answer; all rooms of it, however many; and what a success covers. */
export function decideTraining(
  rooms: Map<string, Listed[]>, before: Covered, asked: Overrides, { namePrefix, inlineRooms }: TrainingSettings, runId: string,
): { answer: TrainingAnswer; all: Room[]; covers: Covered } {
  const digests = [...rooms].map(([folder, files]) => ({ folder, digest: contentOf(files) }));
  const done = isDone(asked, "Training");
  const wanted = digests.filter(({ folder, digest }) => !done && !asked.rooms?.includes(folder) && (asked.train ?? before.rooms?.[folder] !== digest));
  const all = wanted.map(({ folder }) => roomOf(folder, runId, namePrefix));
  const trained = new Set(all.map(({ folder }) => folder));
  const covers = Object.fromEntries(digests.flatMap(({ folder, digest }) => {
    const covered = trained.has(folder) ? digest : before.rooms?.[folder];
    return covered ? [[folder, covered]] : [];
  }));
  // Rooms that were trained are still to be scored.
  const how = all.length ? placeOf(all, inlineRooms) : done && !isDone(asked, "Score") ? "score" : "none";
  const reason = done ? doneReason(asked) : trainingReason(rooms.size, all.length, asked.train);
  return { answer: { due: how !== "none", reason, how, count: all.length, rooms: how === "inline" ? all : [] }, all, covers: { rooms: covers } };
}

/** Few rooms are trained in the run's own history; many would fill it, or the payload. */
const placeOf = (rooms: Room[], inlineRooms: number): How =>
  rooms.length <= inlineRooms && Buffer.byteLength(JSON.stringify(rooms)) <= roomBytes ? "inline" : "distributed";

function trainingReason(all: number, now: number, asked: boolean | undefined): string {
  if (asked === false) return "the input leaves it out";
  if (!all) return "there are no training files";
  if (!now) return "the training files are those of the last success";
  return `${now} of ${all} rooms ${asked ? "as the input asks" : "have other training files than at the last success"}`;
}

/** A room's training files by content: writing the same again under another name is no change. */
const contentOf = (files: Listed[]): string => printOf(files.map(({ etag, size }) => ({ key: "", etag, size }))).digest;

const roomOf = (folder: string, runId: string, prefix: string): Room => ({ room: roomName(folder), folder, name: jobName(prefix, folder, runId) });
