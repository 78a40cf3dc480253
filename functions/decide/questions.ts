/** Questions: what decide is asked, what it looks at for each, and what it notes for publish. */
import type { Covered, RunAnswer, WhenBusy, Watermark } from "./answers";
import { decideLake, decideSources, type DecisionSettings, firstOf } from "./decision";
import { overridesFrom } from "./overrides";
import { dataOf, type Listed, printOf } from "./print";
import { decideTraining } from "./training";
import { isDone, resumed, resumes } from "./resume";
import { type RunsWorld, takeTurn } from "./turn";

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
export interface World extends RunsWorld {
  list(bucket: string, prefix: string): Promise<Listed[]>;
  /** Of the source database; undefined where there is none. */
  watermarks(): Promise<Watermark[] | undefined>;
  covered(): Promise<Covered>;
  /** What a run noted that it would cover, its later answers over its earlier ones. */
  noted(runId: string): Promise<Covered>;
  write(key: string, document: object): Promise<void>;
  now(): string;
}

export type Question =
  | { ask: "run"; run_id: string; execution: string; started: string; input: unknown }
  | { ask: "lake" | "training"; run_id: string; input: unknown };

/** What a run does when another one is running, and how long it waits at most. */
export interface TurnSettings {
  whenBusy: WhenBusy;
  turnMinutes: number;
}

export const decide = (world: World, places: Places, settings: DecisionSettings & TurnSettings) => async (question: Question): Promise<object> => {
  const asked = overridesFrom(question.input);
  if (question.ask === "run") {
    const wait = (asked.whenBusy ?? settings.whenBusy) === "wait";
    const turn = await takeTurn(world, question.execution, { wait, started: question.started, now: world.now(), minutes: settings.turnMinutes });
    if (!turn.mine) return away(turn.wait, turn.reason);
  }
  const earlier = asked.of === undefined ? {} : await world.noted(asked.of);
  const before = resumes(asked) ? resumed(await world.covered(), earlier, asked) : await world.covered();
  const note = (what: string, covers: Covered): Promise<void> => world.write(`runs/${question.run_id}/covers-${what}.json`, covers);
  switch (question.ask) {
    case "run": return ofRun();
    case "lake": return ofLake();
    case "training": return ofTraining();
    default: throw new Error(`decide does not know the question ${JSON.stringify((question as { ask: unknown }).ask)}; ask run, lake or training`);
  }

  async function ofRun(): Promise<RunAnswer> {
    const [raw, rooms, watermarks, history] = await Promise.all([seeRaw(), seeRooms(), world.watermarks(), places.exports && world.list(places.exports.bucket, places.exports.prefix)]);
    const seen = { raw, rooms, now: world.now(), ...(history && { history: printOf(dataOf(history)) }), ...(watermarks && { watermarks }) };
    const { answer, covers } = decideSources(seen, before, asked, settings);
    const first = firstOf(answer, asked);
    // A run that goes on notes all that counts as covered, for one that goes on with it in turn.
    await note("sources", resumes(asked) ? { ...before, ...covers } : covers);
    if (first === "lake" || first === "curate") await note("lake", decideLake(raw, before, asked, earlier).covers);
    return { ...answer, first, mine: true, skipped: false };
  }

  async function ofLake(): Promise<object> {
    const { answer, covers } = decideLake(await seeRaw(), before, asked, earlier);
    await note("lake", covers);
    return { ...answer, crawl: answer.due && !isDone(asked, "Lake Crawl") };
  }

  async function ofTraining(): Promise<object> {
    const { answer, all, covers } = decideTraining(await seeRooms(), before, asked, settings, question.run_id);
    if (answer.how === "distributed") await world.write(`runs/${question.run_id}/rooms`, all);
    await note("training", covers);
    return answer;
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

const away = (wait: boolean, reason: string): RunAnswer =>
  ({ first: wait ? "wait" : "left", mine: false, skipped: !wait, due: false, reason, crawl: null, import: null, lake: null, training: null });
