/**
 * Decision: what is due, from what is there now, what the last success covered, and what the start input says.
 * Pure: plain values in, an answer and what a success of this run will cover out.
 */
import type { Covered, Due, First, Overrides, Print, SourcesAnswer, Watermark, WorkStep } from "./answers";
import { type Listed, samePrint } from "./print";
import { doneReason, isDone, resumes } from "./resume";
import { decideTraining, type TrainingSettings } from "./training";

/** What is there now. A source that the stack does not have is left out. */
export interface Seen {
  /** Exports of the history source. */
  history?: Print;
  watermarks?: Watermark[];
  raw: Print;
  /** Folder of a room → its training files. */
  rooms: Map<string, Listed[]>;
  /** Now, ISO. */
  now: string;
}

export interface DecisionSettings extends TrainingSettings {
  /** Hours after which the database's catalogue is crawled again. */
  recrawlHours: number;
}

const no = (reason: string): Due => ({ due: false, reason });
const yes = (reason: string): Due => ({ due: true, reason });
function asAsked(asked: Overrides, step: WorkStep, override: boolean | undefined, otherwise: Due): Due {
  if (isDone(asked, step)) return no(doneReason(asked));
  return override === undefined ? otherwise : override ? yes("the input asks for it") : no("the input leaves it out");
}

export function decideSources(seen: Seen, before: Covered, asked: Overrides, settings: DecisionSettings): { answer: SourcesAnswer; covers: Covered } {
  const exports = seen.history ? changed("exports", seen.history, before.history) : no("there is no history source");
  const rows = seen.watermarks ? newer(seen.watermarks, before.external?.watermarks ?? {}) : no("there is no database source");
  const importing = {
    s3: asAsked(asked, "S3 Import", seen.history ? asked.import?.s3 : undefined, exports),
    db: asAsked(asked, "Database Import", seen.watermarks ? asked.import?.db : undefined, rows),
  };
  // A crawl serves the import behind it; by itself it is done only when it is asked for.
  const age = seen.watermarks ? recrawl(before.external?.crawled, seen.now, settings.recrawlHours) : rows;
  const crawl = {
    history: asAsked(asked, "History Crawl", seen.history ? asked.crawl : undefined, importing.s3.due ? exports : no(importing.s3.reason)),
    external: asAsked(asked, "External Crawl", seen.watermarks ? asked.crawl : undefined, importing.db.due || !age.due ? age : no(`${age.reason}; it is crawled with the next import`)),
  };
  const lake = decideLake(seen.raw, before, asked).answer;
  const { due: trains, reason } = decideTraining(seen.rooms, before, asked, settings, "").answer;
  const training = { due: trains, reason };
  const parts = [crawl.history, crawl.external, importing.s3, importing.db, lake, training];
  const found = parts.filter((part) => part.due).map((part) => part.reason);
  // A run that goes on passes every step: what it writes may make a later one due.
  const due = found.length > 0 || resumes(asked);
  const answer = { due, reason: [...new Set(found)].join("; ") || (due ? doneReason(asked) : "nothing has changed since the last success"), crawl, import: importing, lake, training };
  return { answer, covers: coveredSources(seen, before, answer) };
}

/** The first stage with something to do. What a source brings may make the lake due, and what the lake brings the training. */
export function firstOf({ due, crawl, import: importing, lake, training }: SourcesAnswer, asked: Overrides): First {
  const sources = [crawl.history, crawl.external, importing.s3, importing.db].some((part) => part.due);
  if (sources) return "sources";
  if (lake.due) return isDone(asked, "Lake Crawl") ? "curate" : "lake";
  // Without work of its own a run that goes on asks about the training, for what is left of it may be the scores alone.
  return training.due || due ? "training" : "nothing";
}

/** What a success covers: what is done in this run as it is now, and the rest as before. */
function coveredSources(seen: Seen, before: Covered, { crawl, import: importing }: SourcesAnswer): Covered {
  const history = importing.s3.due ? seen.history : before.history;
  const watermarks = importing.db.due ? Object.fromEntries((seen.watermarks ?? []).map(({ table, watermark }) => [table, watermark ?? ""])) : before.external?.watermarks;
  const crawled = crawl.external.due ? seen.now : before.external?.crawled;
  return { ...(history && { history }), ...((watermarks || crawled) && { external: { watermarks: watermarks ?? {}, ...(crawled && { crawled }) } }) };
}

/** @param earlier what the failed run saw that this one goes on with. Where its crawl counts, files that came after it do not. */
export function decideLake(raw: Print, before: Covered, asked: Overrides, earlier: Covered = {}): { answer: Due; covers: Covered } {
  const answer = asAsked(asked, "Curate", asked.curate, changed("raw files", raw, before.raw));
  const crawled = isDone(asked, "Lake Crawl") ? earlier.raw ?? before.raw : raw;
  const covered = answer.due ? crawled : before.raw;
  return { answer, covers: covered ? { raw: covered } : {} };
}

function changed(what: string, now: Print, before: Print | undefined): Due {
  if (!now.count && !before) return no(`there are no ${what}`);
  if (!before) return yes(`${now.count} ${what} that no run has covered`);
  if (samePrint(now, before)) return no(`the ${now.count} ${what} are those of the last success`);
  return yes(now.count === before.count ? `some of the ${now.count} ${what} have changed` : `${now.count} ${what}, ${before.count} at the last success`);
}

function newer(watermarks: Watermark[], before: Record<string, string>): Due {
  const ahead = watermarks.filter(({ table, watermark }) => watermark !== null && watermark !== before[table]);
  if (ahead.length) return yes(ahead.map(({ table, watermark }) => `${table} stands at ${watermark}${before[table] ? `, at the last success at ${before[table]}` : ""}`).join(", "));
  return no(watermarks.every(({ watermark }) => watermark === null) ? "the tables are empty" : `${watermarks.map(({ table }) => table).join(", ")} as at the last success`);
}

function recrawl(crawled: string | undefined, now: string, hours: number): Due {
  if (!crawled) return yes("the database has never been crawled");
  const age = (Date.parse(now) - Date.parse(crawled)) / 3_600_000;
  return age < hours ? no(`the database was crawled ${age.toFixed(1)} hours ago, which holds for ${hours}`) : yes(`the last crawl of the database is ${Math.floor(age)} hours old`);
}
