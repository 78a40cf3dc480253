/** Defaults: every number that a block falls back on, written once. One const a block. */
import type { SourceReading } from "./source-reading";

/** What is set in `args`, else the default; an explicit zero, false or empty string is kept. */
export function withDefaults<T extends object>(defaults: T, args: { [K in keyof T]?: T[K] | undefined }): T {
  const set = Object.keys(defaults).filter((key) => args[key as keyof T] !== undefined);
  return { ...defaults, ...Object.fromEntries(set.map((key) => [key, args[key as keyof T]])) };
}

export const bucketDefaults = {
  /** Keep what is overwritten or deleted for `noncurrentDays`. */
  versioning: true,
  noncurrentDays: 30,
  /** Days until the parts of an upload that nobody finished go. */
  abortDays: 7,
  /** Refuse deletion, and keep objects when the stack goes. */
  protect: false,
};

export const functionDefaults = {
  timeoutSeconds: 60,
  memoryMegabytes: 256,
  logRetentionDays: 30,
};

export const sparkDefaults = {
  workerType: "G.1X",
  workers: 2,
  timeoutMinutes: 60,
};

export const lakeDefaults = {
  /** Keep the lake when the stack goes: buckets and key refuse deletion. */
  protect: false,
  /** Encrypt the buckets with the lake's own key, too. */
  customerKey: false,
  /** Log who reads and writes the buckets, into a bucket of its own. */
  accessLogs: false,
  /** Turn on encryption of the account's catalogue in this region. */
  catalogEncryption: false,
  /** Appended to every database's name. */
  databaseSuffix: "",
  /** Keep what is overwritten or deleted. */
  versioning: true,
  /** Partitions of curated tables; `month` where a day has too few rows for a file. */
  partitionBy: "day",
  noncurrentDays: 30,
  /** Answers of queries go after these days. */
  resultDays: 30,
  accessLogDays: 365,
};

export const ingestDefaults = {
  /** Parquet conversion takes no smaller buffer: Firehose Developer Guide, "Enable record format conversion". */
  bufferMegabytes: 64,
  bufferSeconds: 300,
  logRetentionDays: 30,
  /** Times that a reading may have, counted from its arrival. */
  plausiblePastDays: 31,
  plausibleFutureMinutes: 10,
};

export const networkDefaults = {
  /** The way to AWS's services: `endpoints` or `nat`. */
  egress: "endpoints",
  natPerZone: false,
  /** What jobs in the network call beside S3: interface endpoints, by the name of the service. */
  endpoints: ["secretsmanager", "glue", "logs", "kms", "sts"],
  /** Zones that have a subnet. */
  zones: 2,
  /** Zones that have the interface endpoints; each is paid by the hour. */
  endpointZones: 1,
  logRetentionDays: 90,
};

export const sampleDefaults = {
  /** Windows and SQL Server Express fit in 4 GiB. */
  instanceType: "t3.medium",
  port: 1433,
  logRetentionDays: 90,
};

export const importDefaults = {
  /** Appended to every database's name. */
  databaseSuffix: "",
  /** A deleted secret or exports bucket can be brought back. */
  protect: false,
  /** Megabytes that one file of exports may unpack to; a larger one is set aside. */
  maxUnpackedMegabytes: 10_240,
  /** A DPU, 4 cores and 16 GB, each; one of the two drives, so 4 parts are read at once: Glue Developer Guide, "AWS Glue worker types". */
  workerType: "G.1X",
  workers: 2,
  /** Glue's own is 480. 10 million rows take some minutes; what takes an hour hangs, and is paid by the second. */
  timeoutMinutes: 60,
};

export const readingDefaults: Required<SourceReading> = {
  /** Some ten megabytes of Parquet: enough for a file, and little to read again. */
  partRows: 500_000,
  /** About a megabyte. Drivers take 10 (Oracle) to 128 (SQL Server), or everything at once (PostgreSQL, MySQL). */
  fetchRows: 10_000,
  overlapSeconds: 300,
  isolation: "default",
};

export const orchestratorDefaults = {
  /** Alarms for runs that failed, ran too long or did not come. */
  alarms: false,
  /** Hours without a success until the alarm goes off; 0: no such alarm. */
  overdueHours: 0,
  /** Minutes after which a run raises an alarm when it ends; 0: no such alarm. */
  slowMinutes: 0,
  /** Time zone of the schedule, by its name in the IANA database. */
  timezone: "UTC",
  /** Start by what is put into the bucket of exports, too. */
  onArrival: false,
  /** Seconds until the first look at a crawler: about as long as a crawl of few files takes, most of it the start. */
  crawlSeconds: 60,
  /** Seconds between two looks after that. */
  pollSeconds: 5,
  /** What a run does while another one runs: leave, or wait for its turn. */
  whenBusy: "leave",
  /** Minutes that it waits at most. */
  turnMinutes: 60,
  /** Rooms that are trained at once; SageMaker's quota of instances for training limits it. */
  roomsAtOnce: 4,
  /** Most rooms that are trained in a run's own history; more are executions of their own. */
  inlineRooms: 40,
  /** Hours after which the source database's catalogue is crawled again. */
  recrawlHours: 24,
  crawlMinutes: 45,
  jobMinutes: 60,
  roomMinutes: 180,
  runMinutes: 720,
  logRetentionDays: 30,
};

export const biDefaults = {
  /** Appended to the databases' names. */
  databaseSuffix: "",
  /** What one query may scan, in megabytes. */
  queryMegabytes: 10_240,
  /** A workgroup with a history goes with the stack. */
  protect: false,
};

export const anomalyDefaults = {
  /** How scores are had: `batch` (nothing idles) or `endpoint` (one for all rooms beside it). */
  mode: "batch",
  /**
   * Measured on the labelled series of examples/, trained and scored as a whole, threshold three deviations above the
   * mean, three seeds: a day's readings hit both labelled windows and gave 34 to 36 false hours in 2 episodes; half a day
   * 37 to 41 in 2 to 3; 512 samples 39 to 51 in 1 to 4.
   */
  shingle: 24,
  trees: 100,
  samplesPerTree: 256,
  /** Recommended for the algorithm: SageMaker Developer Guide, "Random Cut Forest (RCF) Algorithm". */
  trainingInstance: "ml.c5.xlarge",
  transformInstance: "ml.c5.xlarge",
  endpointInstance: "ml.c5.xlarge",
  /** Two, so that one zone may fail: "Create a Multi-Model Endpoint". */
  endpointInstances: 2,
  volumeGigabytes: 10,
  trainingMinutes: 60,
};

/** The streaming detector of `sensorlake detect`. */
export const detectorDefaults = {
  /**
   * Measured on the same series, four seeds, one pass: both windows hit (2013-12-21 21:00, 2014-04-13 02:00 to 03:00) and
   * no false row for 6 to 7 deviations; a shingle of 10 had one false row in one seed of four.
   */
  shingle: 12,
  trees: 100,
  samplesPerTree: 1024,
  /** Weight that a sampled row loses with each later one; 0: all of the past counts alike. */
  decay: 0,
  /** Standard deviations of the scores so far above their mean. */
  deviations: 6.5,
  /** Scores to see before the first verdict. */
  warmUp: 128,
  /** No score below this is anomalous; about 1 is what an ordinary row scores at most. */
  floor: 1,
  /** Rows after which a score counts half in the threshold. */
  halfLife: 10_000,
  /** Part that the newest value must have in the score, as a multiple of an even share: a spike is one row, not a shingle. */
  newestShare: 0.5,
  seed: 42,
};
