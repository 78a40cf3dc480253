/** Resume: what a run had done, read from its history, as the start input of one that goes on with it. Pure. */
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Overrides, WorkStep } from "../../functions/decide/answers";
import { overridesFrom } from "../../functions/decide/overrides";
import { type Visit, Visits } from "../runs/visits";

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
  const visits = new Visits().add(history).all();
  if (!hadTurn(visits, history)) return undefined;
  const done = visits.filter(({ status }) => status === "succeeded");
  const entries = new Map(history.map(({ id, stateEnteredEventDetails: entered }) => [Number(id), entered]));
  const inputOf = ({ id }: Visit): { folder?: string; training?: { count?: number } } => JSON.parse(entries.get(id)?.input ?? "{}") as object;
  const rooms = [...done.filter(({ name }) => name === "Train and Score Room").map((visit) => inputOf(visit).folder ?? ""), ...trained];
  // A run that was stopped between the last room and its scores has trained all of them, and not scored.
  const allTrained = visits.filter(({ name }) => workOf[name] === "Training").some((visit) => rooms.length >= (inputOf(visit).training?.count ?? Infinity));
  const steps = [...done.flatMap(({ name }) => workOf[name] ?? []), ...(allTrained ? ["Training" as const] : [])];
  const asked = overridesFrom(input);
  delete asked.from;
  const all = unique([...(asked.rooms ?? []), ...rooms]);
  return { ...asked, of: run, done: unique([...(asked.done ?? []), ...steps]), rooms: JSON.stringify(all).length > mostCharacters ? [] : all };
}

/** Decide was left with an answer to a run that had the turn. A failure that was caught leaves its state by the same door. */
function hadTurn(visits: Visit[], history: HistoryEvent[]): boolean {
  const exits = history.flatMap(({ stateExitedEventDetails: exit }) => (exit?.name === beginning ? [exit.output ?? "{}"] : []));
  const mine = (output = "{}"): boolean => (JSON.parse(output) as { decision?: { mine?: boolean } }).decision?.mine !== false;
  return visits.filter(({ name, left }) => name === beginning && left).some(({ status }, at) => status === "succeeded" && mine(exits[at]));
}

const unique = <T>(values: T[]): T[] => [...new Set(values)];
