/**
 * Turn: one run at a time. The run that writes `state/turn.json` first has it, until it gives it back or is no longer
 * running. S3 answers conditional writes consistently, which a list of executions does not.
 */

export interface Turn {
  execution: string;
}

/** What a turn does to the world. */
export interface TurnWorld {
  /** The holder, and the tag of what was read. */
  holder(): Promise<{ turn: Turn; etag: string } | undefined>;
  /** Write, when nothing is there (no tag) or when it still has the tag; false when someone was first. */
  claim(turn: Turn, etag?: string): Promise<boolean>;
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
  skipped: boolean;
  reason: string;
  /** Ask again in a while. */
  wait: boolean;
}

/** Times that a lost race is run again before the run leaves. */
const races = 3;

export async function takeTurn(world: TurnWorld, execution: string, patience?: Patience): Promise<TurnAnswer> {
  for (let race = 0; race < races; race++) {
    const held = await world.holder();
    if (held?.turn.execution === execution) return mine("a retry of the same question");
    if (held && (await world.running(held.turn.execution))) return busy(held.turn.execution, patience);
    if (await world.claim({ execution }, held?.etag)) return mine(held ? `${held.turn.execution} ended without giving its turn back` : "no run has the turn");
  }
  return busy("a run that started at the same time", patience);
}

const mine = (reason: string): TurnAnswer => ({ mine: true, skipped: false, reason, wait: false });

function busy(other: string, patience?: Patience): TurnAnswer {
  const waited = patience?.wait ? (Date.parse(patience.now) - Date.parse(patience.started)) / 60_000 : 0;
  const wait = patience?.wait === true && waited < patience.minutes;
  return { mine: false, skipped: !wait, wait, reason: `${other} is running${patience?.wait && !wait ? `, after ${Math.round(waited)} minutes of waiting` : ""}` };
}
