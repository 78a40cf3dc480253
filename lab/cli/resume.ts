/** Resume: what a run had done, read from its history, as the start input of one that goes on with it. Pure. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Overrides, WorkStep } from "../../functions/decide/answers";
import { overridesFrom } from "../../functions/decide/overrides";

/** The state that does each step's work. */
const workOf: Record<string, WorkStep> = {
  "Start HISTORY_DATA Crawler": "History Crawl", "Start EXTERNAL_DATA Crawler": "External Crawl", "Start HISTORY_DATA Crawler Only": "History Crawl",
  "Start EXTERNAL_DATA Crawler Only": "External Crawl", "Import S3 Data": "S3 Import", "Import Database Data": "Database Import",
  "Start LAKE_DATA Crawler": "Lake Crawl", Curate: "Curate", "Train and Score": "Training", "Train and Score Many": "Training", Score: "Score",
};

/** The state that a run of the pipeline begins with. */
export const beginning = "Decide";

/** Characters of a list of rooms that fit into an input with all else: 262,144 is what Step Functions takes. */
const mostCharacters = 200_000;

/**
 * The input of a run that goes on; undefined when the run never had its turn, so that its own input is all there is.
 * @param trained folders of rooms that were trained in executions of their own. Should the names of all of them be too long, they are trained again.
 */
export function resumeInput(run: string, input: object, history: HistoryEvent[], trained: string[] = []): Overrides | undefined {
  const events = new Map(history.map((event) => [Number(event.id), event]));
  const done = history.flatMap((event) => {
    const entry = event.stateExitedEventDetails && succeeded(event, events) ? entryOf(event, events) : undefined;
    return entry?.stateEnteredEventDetails ? [entry.stateEnteredEventDetails] : [];
  });
  if (!history.some((event) => hadTurn(event) && succeeded(event, events))) return undefined;
  const steps = done.flatMap(({ name = "" }) => workOf[name] ?? []);
  const rooms = done.filter(({ name }) => name === "Train and Score Room").map(({ input: room }) => (JSON.parse(room ?? "{}") as { folder?: string }).folder ?? "");
  const asked = overridesFrom(input);
  delete asked.from;
  const all = unique([...(asked.rooms ?? []), ...rooms, ...trained]);
  return { ...asked, of: run, done: unique([...(asked.done ?? []), ...steps]), rooms: JSON.stringify(all).length > mostCharacters ? [] : all };
}

/** Decide was left with an answer to a run that had the turn. */
function hadTurn({ stateExitedEventDetails: exit }: HistoryEvent): boolean {
  return exit?.name === beginning && (JSON.parse(exit.output ?? "{}") as { decision?: { mine?: boolean } }).decision?.mine !== false;
}

const unique = <T>(values: T[]): T[] => [...new Set(values)];

/** A failure that was caught leaves its state by the same door as a success. */
function succeeded(event: HistoryEvent, events: Map<number, HistoryEvent>): boolean {
  return /Succeeded$/.test(String(events.get(Number(event.previousEventId))?.type));
}

/** The entry of the state that an event ends: the nearest one of its name on the way back. */
function entryOf(event: HistoryEvent, events: Map<number, HistoryEvent>): HistoryEvent | undefined {
  const name = event.stateExitedEventDetails?.name;
  let at: HistoryEvent | undefined = event;
  while (at && at.stateEnteredEventDetails?.name !== name) at = events.get(Number(at.previousEventId));
  return at;
}
