/** Training: which rooms have training files that no model has seen. Pure. */
import type { Covered, Overrides, Room, TrainingAnswer } from "./answers";
import { jobName, roomName } from "./naming";
import { type Listed, printOf } from "./print";
import { doneReason, isDone } from "./resume";

/** Rooms go into one payload with all else; the rest of them is due again in the next run. */
const roomBytes = 100_000;
/** And each takes its share of an execution's history: state-machine/soundness.ts. */
export const mostRooms = 500;

export function decideTraining(
  rooms: Map<string, Listed[]>, before: Covered, asked: Overrides, { namePrefix }: { namePrefix: string }, runId: string,
): { answer: TrainingAnswer; covers: Covered } {
  const digests = [...rooms].map(([folder, files]) => ({ folder, digest: contentOf(files) }));
  const done = isDone(asked, "Training");
  const wanted = digests.filter(({ folder, digest }) => !done && !asked.rooms?.includes(folder) && (asked.train ?? before.rooms?.[folder] !== digest));
  const { fitting, left } = untilFull(wanted.map(({ folder }) => roomOf(folder, runId, namePrefix)));
  const trained = new Set(fitting.map(({ folder }) => folder));
  const covers = Object.fromEntries(digests.flatMap(({ folder, digest }) => {
    const covered = trained.has(folder) ? digest : before.rooms?.[folder];
    return covered ? [[folder, covered]] : [];
  }));
  // Rooms that were trained are still to be scored.
  const due = fitting.length > 0 || (done && !isDone(asked, "Score"));
  const reason = done ? doneReason(asked) : trainingReason(rooms.size, fitting.length, left, asked.train);
  return { answer: { due, reason, rooms: fitting }, covers: { rooms: covers } };
}

function trainingReason(all: number, now: number, left: number, asked: boolean | undefined): string {
  if (asked === false) return "the input leaves it out";
  if (!all) return "there are no training files";
  if (!now) return "the training files are those of the last success";
  return `${now} of ${all} rooms ${asked ? "as the input asks" : "have other training files than at the last success"}${left ? `; ${left} more wait for the next run` : ""}`;
}

/** A room's training files by content: writing the same again under another name is no change. */
const contentOf = (files: Listed[]): string => printOf(files.map(({ etag, size }) => ({ key: "", etag, size }))).digest;

function untilFull(rooms: Room[]): { fitting: Room[]; left: number } {
  let bytes = 0;
  const fitting = rooms.filter((room, at) => (bytes += JSON.stringify(room).length) <= roomBytes && at < mostRooms);
  return { fitting, left: rooms.length - fitting.length };
}

const roomOf = (folder: string, runId: string, prefix: string): Room => ({ room: roomName(folder), folder, name: jobName(prefix, folder, runId) });
