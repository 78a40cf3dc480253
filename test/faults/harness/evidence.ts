/** Evidence: what a trial leaves behind, as far as the invariants look at it. Plain data, whatever system it was collected from. */

export interface Evidence {
  /** What the system has taken over, record by record: rows of a source that were to be read, messages that were acknowledged. */
  acknowledged: Kept[];
  /** Rows of the curated table, as a reader gets them. */
  curated: Kept[];
  /** What is kept of records that are no readings. */
  quarantine: Rejected[];
  /** Those that must be in quarantine, byte for byte. */
  unfit: string[];
  /** What readers saw of the curated table while the trial ran, each look one entry. */
  looks: Look[];
  /** Row counts of versions that were meant to be seen; 0 is that of a table that was never written. */
  versions: number[];
  /** Every object, file or table after the trial. */
  places: string[];
  /** Every one that was written meanwhile. */
  written: string[];
  /** What they may be: anything else is outside. */
  allowed: RegExp[];
  /** What must be gone when all is over. */
  leftovers: RegExp[];
  runs: Run[];
  /** What people were told, a message each. */
  told: string[];
  /** Logs, states, objects, error messages: whatever somebody could read. */
  texts: Text[];
  /** Made-up secrets that may stand in none of these texts. */
  canaries: string[];
}

/** `id` is the dedupe key; `content` is all of the record that must come out again. */
export interface Kept {
  id: string;
  content: string;
}

export interface Rejected {
  content: string;
  reason: string;
}

export interface Look {
  /** When it was, in words such as `after the 3rd commit`. */
  when: string;
  rows: number;
}

export interface Run {
  name: string;
  status: string;
  cause?: string | undefined;
  /** How it had to end; `either` where a retry may have mended it. */
  expected: "SUCCEEDED" | "FAILED" | "either";
  /** What the cause of a failure must name. */
  names?: RegExp;
}

export interface Text {
  where: string;
  text: string;
}
