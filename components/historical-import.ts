/**
 * HistoricalImport: what was measured before the lake stood, and what others measure.
 *
 *   exports bucket ─▶ crawler ─▶ source_history  ─▶ job import_s3 ─▶ raw/<table>/source=history/day=…
 *   database ──JDBC─▶ crawler ─▶ source_external     (what is there)
 *            └────────────────────────────────────▶ job import_db ─▶ raw/<table>/source=external/day=…
 *
 * The crawlers infer schemas, since only they meet the unknown; the jobs bring them to the channel's.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Named, Store } from "./access";
import { Block } from "./block";
import type { Channel } from "./channel";
import { databaseSecret } from "./database-secret";
import { importDefaults, withDefaults } from "./defaults";
import type { SparkSize } from "./glue-job";
import { filesCrawler, filesJob } from "./import-files";
import { type Login, sourceConnection, tablesCrawler, tablesJob } from "./import-tables";
import type { LakeCatalog } from "./lake-catalog";
import type { PeeredGlueNetwork } from "./peered-glue-network";
import { PrivateBucket } from "./private-bucket";
import { type SourceDatabase, sourceFaults } from "./source-database";

/** A database, and as whom to read it: by a secret that exists, or by a password that the stack keeps in a secret it makes. */
export interface ImportedDatabase extends SourceDatabase {
  /** Secret with the keys `username` and `password`. */
  secretArn?: pulumi.Input<string>;
  /** Customer key of that secret, where it has one. */
  secretKey?: Named;
  username?: string;
  password?: pulumi.Input<string>;
}

/** Sizes are those of both jobs. */
export interface HistoricalImportArgs extends SparkSize {
  /** Where readings go, and what jobs work with. */
  catalog: LakeCatalog;
  /** Channels that come as files, each under a folder of its name. */
  channels: Channel[];
  /** Bucket of the files, where one exists; left out: the stack makes one. */
  exports?: Store;
  /** Left out: there is none. */
  database?: ImportedDatabase;
  /** Network from which the database is reached; left out: it is reached directly. */
  network?: PeeredGlueNetwork;
  /** Megabytes that one file of exports may unpack to; a larger one is set aside. */
  maxUnpackedMegabytes?: number;
  databaseSuffix?: string;
  /** Keep what the stack makes here when the stack goes. */
  protect?: boolean;
}

type Sizes = typeof importDefaults;

export class HistoricalImport extends Block {
  /** Where exports are put: one folder a channel, by these names. */
  readonly exports: Store;
  readonly channels: string[];
  readonly databases: { history: aws.glue.CatalogDatabase; external?: aws.glue.CatalogDatabase };
  readonly crawlers: { history: aws.glue.Crawler; external?: aws.glue.Crawler };
  readonly jobs: { importS3: aws.glue.Job; importDb?: aws.glue.Job };
  /** How Glue reaches the database. */
  readonly connection: aws.glue.Connection | undefined;
  /** User and password of the database. */
  readonly secret: Login | undefined;
  /** The database and the network it is reached from, for what asks it without Glue. */
  readonly database: ImportedDatabase | undefined;
  readonly network: PeeredGlueNetwork | undefined;

  constructor(name: string, args: HistoricalImportArgs, opts?: pulumi.ComponentResourceOptions) {
    super("HistoricalImport", name, opts);
    const size = withDefaults(importDefaults, args);
    this.refuse(faults(args));
    this.database = args.database;
    this.network = args.network;
    this.channels = args.channels.map(({ channel }) => channel);

    this.exports = args.exports ?? new PrivateBucket(this.child("exports"), { protect: size.protect, accessLogs: args.catalog.access, ...(args.catalog.raw.key && { key: args.catalog.key }) }, this.own);
    const history = this.made("source_history", "Exports, as a crawler found them", size);
    const files = { ...args, exports: this.exports, database: history };
    const found = filesCrawler(files, this.part());
    const importS3 = filesJob(files, size, this.part());

    this.secret = args.database && this.login(args.database, args.catalog, size);
    this.connection = args.database && this.secret && sourceConnection(args.database, this.secret, args.network, this.part());
    const tables = args.database && this.secret && this.connection && { catalog: args.catalog, source: args.database, login: this.secret, connection: this.connection };
    const external = tables && this.made("source_external", "Tables of the source database, as a crawler found them", size);
    this.databases = { history, ...(external && { external }) };
    this.crawlers = { history: found, ...(tables && external && { external: tablesCrawler(tables, external, this.part()) }) };
    this.jobs = { importS3, ...(tables && { importDb: tablesJob(tables, size, this.part()) }) };

    this.registerOutputs({ exports: this.exports.bucket.bucket, jobs: Object.values(this.jobs).map((job) => job.name) });
  }

  private made(name: string, description: string, { databaseSuffix, protect }: Sizes): aws.glue.CatalogDatabase {
    return new aws.glue.CatalogDatabase(this.child(name.replace("source_", "")), { name: `${name}${databaseSuffix}`, description }, { ...this.own, protect });
  }

  /** The secret that exists, or one that keeps the password given. */
  private login({ secretArn, secretKey, username, password }: ImportedDatabase, { raw: { key } }: LakeCatalog, { protect }: Sizes): Login {
    if (secretArn) return { arn: pulumi.output(secretArn), key: secretKey };
    const login = { username: username as string, password: password as pulumi.Input<string> };
    return { arn: databaseSecret(this.child("login"), { ...login, key, protect }, this.own), key };
  }
}

/** What is wrong with the arguments, in words; nothing when all is well. */
function faults({ catalog, channels, database }: HistoricalImportArgs): string[] {
  const known = Object.keys(catalog.rawTables);
  return [
    ...(channels.length ? [] : ["exports.channels is empty; set at least one"]),
    ...channels.filter(({ channel }) => !known.includes(channel)).map(({ channel }) => `exports.channels has "${channel}"; set channels of the lake: ${known.join(", ")}`),
    ...(database ? sourceFaults(database, known) : []),
    ...(database && !database.secretArn && !(database.username && database.password)
      ? ["the source database has no login; set source.credentialsSecretArn, or sourcePassword as a secret"] : []),
  ];
}
