/** Questions: what decide is asked, what it looks at for each, and what it notes for publish. */
import type { Covered, Watermark } from "./answers";
import { decideLake, decideSources, type DecisionSettings } from "./decision";
import { overridesFrom } from "./overrides";
import { dataOf, type Listed, printOf } from "./print";
import { decideTraining } from "./training";
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
  write(key: string, covers: Covered): Promise<void>;
  now(): string;
}

export type Question =
  | { ask: "turn"; execution: string }
  | { ask: "sources"; run_id: string; input: unknown; watermark?: { tables: Watermark[] } }
  | { ask: "lake" | "training"; run_id: string; input: unknown };

export const decide = (world: World, places: Places, settings: DecisionSettings) => async (question: Question): Promise<object> => {
  if (question.ask === "turn") return takeTurn(world, question.execution);
  const asked = overridesFrom(question.input);
  const before = await world.covered();
  const { answer, covers } = await answerTo(question);
  await world.write(`runs/${question.run_id}/covers-${question.ask}.json`, covers);
  return answer;

  async function answerTo(question: Exclude<Question, { ask: "turn" }>): Promise<{ answer: object; covers: Covered }> {
    switch (question.ask) {
      case "sources": {
        const [raw, rooms, history] = await Promise.all([seeRaw(), seeRooms(), places.exports && world.list(places.exports.bucket, places.exports.prefix)]);
        const seen = { raw, rooms, now: world.now(), ...(history && { history: printOf(dataOf(history)) }), ...(question.watermark && { watermarks: question.watermark.tables }) };
        return decideSources(seen, before, asked, settings);
      }
      case "lake":
        return decideLake(await seeRaw(), before, asked);
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
