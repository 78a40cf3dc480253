/**
 * Turn: one run at a time, and none that is started is lost. The run that writes `state/turn.json` first has it, until it
 * gives it back or is no longer running. S3 answers conditional writes consistently, which a list of executions does not.
 *
 *   nobody ──take──▶ mine ──give back──▶ nobody          take: what came before is in the listing that follows
 *                     │ ▲                                give back: starts the next run when someone came in vain
 *        someone else ▼ │
 *        leaves, and writes that it came (`again`)
 *
 * Whoever leaves has written so while the other one still had the turn, or else tries again: so either the holder sees it
 * when it gives the turn back, or the one who came takes it. Which of those that wait comes first does not matter: the
 * first one decides on all that is there.
 */

export interface Turn {
  /** The execution that has it; left out when nobody does. */
  execution?: string;
  /** Somebody came in vain since it was taken. */
  again?: boolean;
  /** The execution that gave it back. */
  last?: string;
}

/** What a turn does to the world. */
export interface TurnWorld {
  /** The turn, and the tag of what was read. */
  turn(): Promise<{ turn: Turn; etag: string } | undefined>;
  /** Write, when nothing is there (no tag) or when it still has the tag; false when someone was first. */
  claim(turn: Turn, etag?: string): Promise<boolean>;
}

/** A world that also knows which executions run. */
export interface RunsWorld extends TurnWorld {
  running(execution: string): Promise<boolean>;
}

/** How long the run would wait for its turn. */
export interface Patience {
  wait: boolean;
  /** When the run started, and now: ISO. */
  started: string;
  now: string;
  minutes: number;
}

export interface TurnAnswer {
  mine: boolean;
  reason: string;
  /** Ask again in a while. */
  wait: boolean;
}

/** Thrown when others were first every time; whoever asks asks again. */
export class TurnContended extends Error {
  override readonly name = "TurnContended";
}

/** Times that a lost race is run again before it is left to the machine's Retry. */
const races = 10;

export const takeTurn = (world: RunsWorld, execution: string, patience?: Patience): Promise<TurnAnswer> => raced(async () => {
  const found = await world.turn();
  const holder = found?.turn.execution;
  if (holder === execution) return mine("a retry of the same question");
  if (!found || !holder || !(await world.running(holder))) {
    const why = holder ? `${holder} ended without giving its turn back` : "no run has the turn";
    return (await world.claim({ execution }, found?.etag)) ? mine(why) : undefined;
  }
  const answer = busy(holder, patience);
  const told = answer.wait || found.turn.again === true || (await world.claim({ ...found.turn, again: true }, found.etag));
  return told ? answer : undefined;
});

/** Give it back, if this execution has it. True when another run is to follow, also when asked once more. */
export const giveBack = (world: TurnWorld, execution: string): Promise<boolean> => raced(async () => {
  const found = await world.turn();
  const { execution: holder, last, again = false } = found?.turn ?? {};
  if (holder === undefined && last === execution) return again;
  if (holder !== execution) return false;
  return (await world.claim({ last: execution, again }, found?.etag)) ? again : undefined;
});

async function raced<T>(race: () => Promise<T | undefined>): Promise<T> {
  for (let left = races; left > 0; left--) {
    const result = await race();
    if (result !== undefined) return result;
  }
  throw new TurnContended(`${races} times somebody else wrote state/turn.json first`);
}

const mine = (reason: string): TurnAnswer => ({ mine: true, reason, wait: false });

function busy(other: string, patience?: Patience): TurnAnswer {
  const waited = patience?.wait ? (Date.parse(patience.now) - Date.parse(patience.started)) / 60_000 : 0;
  const wait = patience?.wait === true && waited < patience.minutes;
  return { mine: false, wait, reason: `${other} is running${patience?.wait && !wait ? `, after ${Math.round(waited)} minutes of waiting` : ""}` };
}
