/** List: every fault that is tried: what goes wrong, how it is brought about, what must hold beside the invariants. docs/faults.md is made of it. */

export interface Fault {
  /** What the system promises, as a sentence. */
  title: string;
  injected: string;
  checked: string;
}

/** Logins that a run may try in all: databases lock a user out after a few more. */
export const mostTries = 3;
/** Times that a call to Athena is made, and a query asked. */
export const mostAsked = 4;

export const faults = {
  F26: {
    title: "a database that can't be reached fails the run in time, by name, and the next run catches up",
    injected: "nobody listens; a connection is taken and never answered; the name of the host does not resolve",
    checked: "the cause names it; what asks for watermarks is tried again; nothing is written to the raw zone",
  },
  F27: {
    title: "a connection that drops in the middle of reading doubles and loses nothing",
    injected: "a proxy cuts the connection at a byte of the answer",
    checked: "the cause names the connection",
  },
  F28: {
    title: "a wrong password is not tried until the user is locked out; a secret that is rotated in the middle of a run is read anew",
    injected: "the secret has another password than the database; both change at a connection of the job",
    checked: `at most ${mostTries} logins a run; the run with the rotation succeeds`,
  },
  F29: {
    title: "a table or column that is gone, renamed or of another type stops the run before it writes anything",
    injected: "DROP, RENAME and other types, one after another",
    checked: "the cause names it; nothing is written to the raw zone",
  },
  F30: {
    title: "rows that change while they are read come as they were or as they are, each once, and as they are with the next run",
    injected: "at a byte of the answer, rows are changed and added",
    checked: "the next run has all of it",
  },
  F31: {
    title: "rows with the very time of the watermark are neither lost nor doubled, whenever they are committed",
    injected: "rows of one time of change in two transactions, a run between them",
    checked: "a run with nothing new does not ask the database for a row",
  },
  F32: {
    title: "rows that are no readings are kept as they are, with their reason, and keep no other row back",
    injected: "NULL keys, hours that clocks skip or repeat, decimals beyond any type, letters of many alphabets",
    checked: "each row is in the curated table or in quarantine",
  },
  F33: {
    title: "an import that is killed three times while it writes, and run again, comes to the same end",
    injected: "kill -9 before, within or after a write, at a byte; each kill on what the one before left",
    checked: "nothing of a killed run is left behind",
  },
  F34: {
    title: "a job that is killed between its data and its bookmark does neither twice",
    injected: "kill -9 of import_db or import_s3 at the write of its mark, of curate after the commit of its table",
    checked: "the next run comes to the same end",
  },
  F35: {
    title: "the same work started twice at once is done once",
    injected: "two starts of the pipeline at once; the running job started by hand",
    checked: "one of two runs leaves, or waits; the second start of the job is refused by name; a run that left is followed by one that comes to the same end",
  },
  F36: {
    title: "an export that is imported twice, overwritten or deleted in the middle of a run counts once, as it is in the end",
    injected: "at an object that the job reads, one export is overwritten and one deleted; a third is put again as it was",
    checked: "the report of a run tells of what changed",
  },
  F37: {
    title: "readings that arrive live while the past is imported into the same partition are all there, each once",
    injected: "at a write of the import, and at the start of curate, a delivery stream delivers readings of the same hours",
    checked: "the next run has all of both",
  },
  F38: {
    title: "a crawler that is running is waited for, and crawls again on what is there then",
    injected: "StartCrawler answers CrawlerRunningException a number of times",
    checked: "each of them is waited for, then the crawl is ours",
  },
  F39: {
    title: "an answer of StartCrawler that was lost costs one more crawl, and nothing else",
    injected: "the connection is closed before the answer",
    checked: "the run succeeds on the fresh catalogue",
  },
  F40: {
    title: "of ten runs that start at once one works and nine leave; a name starts one run",
    injected: "ten starts at once; the same name started twice",
    checked: "one curate; one execution a name",
  },
  F41: {
    title: "throttling is retried; what stays throttled fails the run, told by name",
    injected: "ThrottlingException of StartJobRun, a few times and then for ever",
    checked: "one try more than refusals; then FAILED with the error's name, in message and record",
  },
  F42: {
    title: "after a failure at any work, a redrive does what is left, nothing twice, and comes to the same end",
    injected: "each task of each machine is refused, loses its answer, or is stopped, one run each; crawl and train are late as well",
    checked: "work that was done is not done again; the next run is idle; crawl and train go on at that state by Step Functions' own redrive",
  },
  F43: {
    title: "rooms by the hundred fill neither a history nor a payload: few take eight events each, many are executions of their own",
    injected: "rooms by the dozen, inline; 80 and 640, above the setting",
    checked: "events of the Map; every room trained once, in one run, as it would be inline; the longest history and the largest event",
  },
  F44: {
    title: "a query that fails, takes too long or finds Athena busy is an error with its words, asked again a few times, and never an empty answer",
    injected: "the lab's Athena fails a statement, once in a way that may pass, lets it run without end, and refuses a call",
    checked: `asked ${mostAsked} times at most; 502, 503 or 504 and never a number or a chart; nothing is left running`,
  },
  F45: {
    title: "a crawl that fails on what it meets fails the run, and leaves the lake as it was",
    injected: "the crawl of the lake ends with InvalidInputException",
    checked: "nothing behind it runs; the crawler's message is in the notification; mended, the next run catches up",
  },
  F52: {
    title: "a database whose answer has no end, and an export that unpacks to more than any disk, take no more memory than is set, and are told of",
    injected: "from a byte on, the answer goes on for ever; twelve gigabytes in a gzip of twelve megabytes",
    checked: "peak of resident memory; the run fails by name, or the file is set aside with its reason",
  },
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof faults;
