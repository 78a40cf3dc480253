/** Answers: the words that the state machine and its functions speak with each other. */

/** Whether something is due in this run, and why, in words for people. */
export interface Due {
  due: boolean;
  reason: string;
}

/** What a start input may say; what it leaves out is decided by what changed. */
export interface Overrides {
  crawl?: boolean;
  import?: { s3?: boolean; db?: boolean };
  curate?: boolean;
  train?: boolean;
  /** The step to begin with; those before it are left out. */
  from?: Beginning;
  /** The failed run to go on with: what it had done, by `done` and `rooms`, is left out and counts as covered. */
  of?: string;
  done?: WorkStep[];
  /** Folders of rooms that it had trained. */
  rooms?: string[];
  whenBusy?: WhenBusy;
}

/** The steps that do the work, in the order of the data. */
export const workSteps = ["History Crawl", "External Crawl", "S3 Import", "Database Import", "Lake Crawl", "Curate", "Training", "Score"] as const;
export type WorkStep = (typeof workSteps)[number];

/** Where a run may begin, and the first step of it. */
export const beginnings = { Crawl: "History Crawl", Import: "S3 Import", Lake: "Lake Crawl", Curate: "Curate", Train: "Training", Score: "Score" } as const;
export type Beginning = keyof typeof beginnings;

/** What a run does that finds another one running. */
export type WhenBusy = "leave" | "wait";

/** The content under a prefix, told apart by count, bytes and a digest of every object's name, tag and size. */
export interface Print {
  count: number;
  bytes: number;
  digest: string;
}

/** What the last success covered: `state/pipeline.json` in the lake. */
export interface Covered {
  run_id?: string;
  /** Exports of the history source. */
  history?: Print;
  /** Table → highest watermark, and when the catalogue of the database was last crawled (ISO). */
  external?: { watermarks: Record<string, string>; crawled?: string };
  /** Raw files of all channels. */
  raw?: Print;
  /** Folder of a room → digest of the training files that its model has seen. */
  rooms?: Record<string, string>;
}

export interface SourcesAnswer extends Due {
  crawl: { history: Due; external: Due };
  import: { s3: Due; db: Due };
  lake: Due;
  training: Due;
}

/**
 * Where a run goes first: to its end when nothing is due (`nothing`), away when another one runs (`left`), or to the first
 * stage with something to do. Only `wait` and `left` are said of a run that does not have the turn.
 */
export type First = "wait" | "left" | "nothing" | "sources" | "lake" | "curate" | "training";

/** What a run is told at its beginning. Every key is there, since a state machine can't read one that is not. */
export interface RunAnswer extends Due {
  first: First;
  /** It has the turn. */
  mine: boolean;
  /** It leaves everything to another run. */
  skipped: boolean;
  crawl: SourcesAnswer["crawl"] | null;
  import: SourcesAnswer["import"] | null;
  lake: Due | null;
  training: Due | null;
}

/** A room to train: its name for people, its folder under every prefix, and a new name for its job and model. */
export interface Room {
  room: string;
  folder: string;
  name: string;
}

/**
 * How rooms are trained: each in the run's own history (`inline`), each in an execution of its own (`distributed`), not at
 * all since they were (`score`), or not at all (`none`).
 */
export type How = "inline" | "distributed" | "score" | "none";

export interface TrainingAnswer extends Due {
  how: How;
  /** How many. */
  count: number;
  /** Who, when it is done inline; else the list stands in `runs/<run_id>/rooms`. */
  rooms: Room[];
}

/** The highest watermark of a source table; null when the table is empty. */
export interface Watermark {
  table: string;
  watermark: string | null;
}
