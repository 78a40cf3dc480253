/** Questions: what decide is asked, what it looks at for each, and what it notes for publish. */
import type { Covered, WhenBusy, Watermark } from "./answers";
import { decideLake, decideSources, type DecisionSettings } from "./decision";
import { overridesFrom } from "./overrides";
import { dataOf, type Listed, printOf } from "./print";
import { decideTraining } from "./training";
import { isDone, resumed, resumes } from "./resume";
import { takeTurn, type TurnWorld } from "./turn";

export interface Places {
  raw: string;
  lake: string;
  /** Where the exports of the history source lie; left out without such a source. */
  exports?: { bucket: string; prefix: string };
  /** Tables of the channels, each a prefix of the raw bucket. */
  tables: string[];
  /** Prefix of the lake bucket with the rooms' training files. */
  training: string;
}

/** All that this function does to the world. Tests pass their own. */
export interface World extends TurnWorld {
  list(bucket: string, prefix: string): Promise<Listed[]>;
  covered(): Promise<Covered>;
  /** What a run noted that it would cover, its later answers over its earlier ones. */
  noted(runId: string): Promise<Covered>;
  write(key: string, covers: Covered): Promise<void>;
  now(): string;
}

export type Question =
  | { ask: "turn"; execution: string; started: string; input: unknown }
  | { ask: "sources"; run_id: string; input: unknown; watermark?: { tables: Watermark[] } }
  | { ask: "lake" | "training"; run_id: string; input: unknown };

/** What a run does when another one is running, and how long it waits at most. */
export interface TurnSettings {
  whenBusy: WhenBusy;
  turnMinutes: number;
}

export const decide = (world: World, places: Places, settings: DecisionSettings & TurnSettings) => async (question: Question): Promise<object> => {
  const asked = overridesFrom(question.input);
  if (question.ask === "turn") {
    const wait = (asked.whenBusy ?? settings.whenBusy) === "wait";
    return takeTurn(world, question.execution, { wait, started: question.started, now: world.now(), minutes: settings.turnMinutes });
  }
  const earlier = asked.of === undefined ? {} : await world.noted(asked.of);
  const before = resumes(asked) ? resumed(await world.covered(), earlier, asked) : await world.covered();
  const { answer, covers } = await answerTo(question);
  await world.write(`runs/${question.run_id}/covers-${question.ask}.json`, covers);
  return answer;

  async function answerTo(question: Exclude<Question, { ask: "turn" }>): Promise<{ answer: object; covers: Covered }> {
    switch (question.ask) {
      case "sources": {
        const [raw, rooms, history] = await Promise.all([seeRaw(), seeRooms(), places.exports && world.list(places.exports.bucket, places.exports.prefix)]);
        const seen = { raw, rooms, now: world.now(), ...(history && { history: printOf(dataOf(history)) }), ...(question.watermark && { watermarks: question.watermark.tables }) };
        const { answer, covers } = decideSources(seen, before, asked, settings);
        // A run that goes on notes all that counts as covered, for one that goes on with it in turn.
        return { answer, covers: resumes(asked) ? { ...before, ...covers } : covers };
      }
      case "lake": {
        const { answer, covers } = decideLake(await seeRaw(), before, asked, earlier);
        return { answer: { ...answer, crawl: answer.due && !isDone(asked, "Lake Crawl") }, covers };
      }
      case "training":
        return decideTraining(await seeRooms(), before, asked, settings, question.run_id);
      default:
        throw new Error(`decide does not know the question ${JSON.stringify((question as { ask: unknown }).ask)}; ask turn, sources, lake or training`);
    }
  }

  async function seeRaw() {
    const found = await Promise.all(places.tables.map((table) => world.list(places.raw, `${table}/`)));
    return printOf(dataOf(found.flat()));
  }

  async function seeRooms() {
    const files = dataOf(await world.list(places.lake, places.training));
    const rooms = new Map<string, Listed[]>();
    for (const file of files) {
      const folder = file.key.slice(places.training.length).split("/")[0] ?? "";
      rooms.set(folder, [...(rooms.get(folder) ?? []), file]);
    }
    return rooms;
  }
};
