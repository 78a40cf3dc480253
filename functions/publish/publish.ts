/**
 * Publish: the end of a run, good or bad: its record, its message, what it covered, and its turn given back. Only a
 * success changes the state; whatever fails before that is due again in the next run. When someone came in vain while this
 * run had the turn, the next run starts at once and decides on all that is there; after a stop that is left to people.
 */
import { giveBack, type TurnWorld } from "../decide/turn";
import { message, type Outcome, recordOf, type Report, type RunRecord, type Step } from "./message";

/** All that this function does to the world. Tests pass their own. */
export interface World extends TurnWorld {
  /** Every JSON document of a run, by its file name. */
  documents(runId: string): Promise<Map<string, object>>;
  covered(): Promise<object>;
  cover(state: object): Promise<void>;
  keep(record: RunRecord): Promise<void>;
  /** Start the run that follows this one; once, however often it is called. */
  follow(execution: string): Promise<void>;
  send(subject: string, body: string): Promise<unknown>;
  now(): string;
}

export interface Published {
  outcome: Outcome["outcome"];
  run_id: string;
  seconds: number;
  reason: string;
  steps: Step[];
}

export const publish = (world: World) => async (outcome: Outcome): Promise<Published> => {
  const documents = await world.documents(outcome.run_id);
  const reports = [...documents.values()].filter((document): document is Report => "job" in document);
  const record = recordOf(outcome, reports, world.now());
  const { subject, body } = message(record, outcome.machine);
  await world.keep(record);
  if (outcome.outcome === "succeeded") await world.cover({ ...(await world.covered()), ...coversOf(documents), run_id: outcome.run_id });
  const again = await giveBack(world, outcome.execution);
  if (again && outcome.outcome !== "stopped") await world.follow(outcome.execution);
  await world.send(subject, body);
  return { outcome: record.outcome, run_id: record.run_id, seconds: record.seconds, reason: record.reason ?? "", steps: record.steps };
};

/** What decide noted, its later answers over its earlier ones. */
function coversOf(documents: Map<string, object>): object {
  const noted = ["sources", "lake", "training"].map((ask) => documents.get(`covers-${ask}.json`) ?? {});
  return Object.assign({}, ...noted) as object;
}
