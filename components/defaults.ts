/** Defaults: every number that a block falls back on, written once. One const a block. */

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
  /** Turn on encryption of the account's catalogue in this region. */
  catalogEncryption: false,
  /** Appended to every database's name. */
  databaseSuffix: "",
  /** Keep what is overwritten or deleted. */
  versioning: true,
  noncurrentDays: 30,
  /** Answers of queries go after these days. */
  resultDays: 30,
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
};

export const importDefaults = {
  /** Appended to every database's name. */
  databaseSuffix: "",
  /** A deleted secret or exports bucket can be brought back. */
  protect: false,
  workerType: "G.1X",
  workers: 2,
  timeoutMinutes: 60,
};

export const orchestratorDefaults = {
  /** Alarms for runs that failed, ran too long or did not come. */
  alarms: false,
  /** Hours without a success until the alarm goes off; 0: no such alarm. */
  overdueHours: 0,
  /** Time zone of the schedule, by its name in the IANA database. */
  timezone: "UTC",
  /** Seconds between two looks at a crawler. */
  pollSeconds: 5,
  /** Rooms that are trained at once; SageMaker's quota of instances for training limits it. */
  roomsAtOnce: 4,
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
