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
import { mayGetObjects, mayListBucket, mayReadCatalog, mayReadSecret, mayWorkIn, mayWriteCatalog, type Named, type Permission, type Store } from "./access";
import { Block } from "./block";
import type { Channel } from "./channel";
import { databaseSecret } from "./database-secret";
import { importDefaults, withDefaults } from "./defaults";
import { crawlerRole, sparkJob } from "./glue-job";
import type { LakeCatalog } from "./lake-catalog";
import type { PeeredGlueNetwork } from "./peered-glue-network";
import { PrivateBucket } from "./private-bucket";
import { checksCertificate, crawlPath, jdbcUrl, type SourceDatabase, sourceFaults } from "./source-database";

/** A database, and as whom to read it: by a secret that exists, or by a password that the stack keeps in a secret it makes. */
export interface ImportedDatabase extends SourceDatabase {
  /** Secret with the keys `username` and `password`. */
  secretArn?: pulumi.Input<string>;
  /** Customer key of that secret, where it has one. */
  secretKey?: Named;
  username?: string;
  password?: pulumi.Input<string>;
}

export interface HistoricalImportArgs {
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
  databaseSuffix?: string;
  /** Keep what the stack makes here when the stack goes. */
  protect?: boolean;
  /** Size of both jobs. */
  workerType?: string;
  workers?: number;
  timeoutMinutes?: number;
}

type Sizes = typeof importDefaults;

export class HistoricalImport extends Block {
  /** Where exports are put: one folder a channel. */
  readonly exports: Store;
  readonly databases: { history: aws.glue.CatalogDatabase; external?: aws.glue.CatalogDatabase };
  readonly crawlers: { history: aws.glue.Crawler; external?: aws.glue.Crawler };
  readonly jobs: { importS3: aws.glue.Job; importDb?: aws.glue.Job };
  /** How Glue reaches the database. */
  readonly connection: aws.glue.Connection | undefined;
  /** User and password of the database. */
  readonly secret: { arn: pulumi.Output<string>; key: Named | undefined } | undefined;
  /** The database and the network it is reached from, for what asks it without Glue. */
  readonly database: ImportedDatabase | undefined;
  readonly network: PeeredGlueNetwork | undefined;

  constructor(name: string, args: HistoricalImportArgs, opts?: pulumi.ComponentResourceOptions) {
    super("HistoricalImport", name, opts);
    const size = withDefaults(importDefaults, args);
    this.refuse(faults(args));
    this.database = args.database;
    this.network = args.network;

    this.exports = args.exports ?? new PrivateBucket(this.child("exports"), { protect: size.protect, ...(args.catalog.raw.key && { key: args.catalog.key }) }, this.own);
    const history = this.made("source_history", "Exports, as a crawler found them", size);
    const files = this.filesCrawler(args, history);
    const importS3 = this.filesJob(args, size, history);

    this.secret = this.credentials(args, size);
    this.connection = args.database && this.connect(args.database);
    const external = args.database && this.made("source_external", "Tables of the source database, as a crawler found them", size);
    this.databases = { history, ...(external && { external }) };
    this.crawlers = { history: files, ...(external && { external: this.tablesCrawler(args, external) }) };
    this.jobs = { importS3, ...(args.database && { importDb: this.tablesJob(args, size, args.database) }) };

    this.registerOutputs({ exports: this.exports.bucket.bucket, jobs: Object.values(this.jobs).map((job) => job.name) });
  }

  private made(name: string, description: string, { databaseSuffix, protect }: Sizes): aws.glue.CatalogDatabase {
    return new aws.glue.CatalogDatabase(this.child(name.replace("source_", "")), { name: `${name}${databaseSuffix}`, description }, { ...this.own, protect });
  }

  /** Each folder becomes one table of its name. */
  private filesCrawler({ catalog, channels }: HistoricalImportArgs, into: aws.glue.CatalogDatabase): aws.glue.Crawler {
    const permissions = [...channels.map(({ channel }) => mayGetObjects(this.exports, `${channel}/`)), mayListBucket(this.exports), mayReadCatalog(into), mayWriteCatalog(into)];
    return new aws.glue.Crawler(this.child("crawl-history"), {
      ...this.crawl("history", permissions, catalog, into),
      description: "Finds exports, all folders, when asked to",
      s3Targets: channels.map(({ channel }) => ({ path: pulumi.interpolate`s3://${this.exports.bucket.bucket}/${channel}/` })),
      // Level 2 is the first folder: whatever lies deeper is part of its table, not a table of its own.
      configuration: JSON.stringify({
        Version: 1, CrawlerOutput: { Partitions: { AddOrUpdateBehavior: "InheritFromTable" } },
        Grouping: { TableGroupingPolicy: "CombineCompatibleSchemas", TableLevelConfiguration: 2 },
      }),
    }, this.own);
  }

  private tablesCrawler({ catalog, database }: HistoricalImportArgs, into: aws.glue.CatalogDatabase): aws.glue.Crawler {
    const [source, connection] = [database as ImportedDatabase, this.connection as aws.glue.Connection];
    return new aws.glue.Crawler(this.child("crawl-external"), {
      ...this.crawl("external", [...this.mayLogIn(), mayReadCatalog(into), mayWriteCatalog(into)], catalog, into, connection),
      description: "Finds the tables of the source database, when asked to",
      jdbcTargets: source.tables.map((table) => ({ connectionName: connection.name, path: crawlPath(source, table) })),
    }, this.own);
  }

  /** What both crawlers share: a table that goes at the source stays in the catalogue. */
  private crawl(role: string, permissions: Permission[], catalog: LakeCatalog, into: aws.glue.CatalogDatabase, connection?: aws.glue.Connection) {
    return {
      name: this.physical(`source-${role}`),
      role: crawlerRole(this.child(`crawl-${role}`), permissions, catalog, this.own, connection).arn,
      databaseName: into.name,
      schemaChangePolicy: { deleteBehavior: "LOG", updateBehavior: "UPDATE_IN_DATABASE" },
      securityConfiguration: catalog.securityConfiguration.name,
    };
  }

  private filesJob({ catalog, channels }: HistoricalImportArgs, size: Sizes, from: aws.glue.CatalogDatabase): aws.glue.Job {
    return sparkJob(this.child("import-s3"), {
      ...size,
      physicalName: this.physical("import-s3"),
      description: "Exports in, raw readings of source=history out; files it has read are skipped",
      script: "import_s3.py",
      permissions: [
        ...channels.map(({ channel }) => mayGetObjects(this.exports, `${channel}/`)), mayListBucket(this.exports), mayReadCatalog(from),
        ...this.mayLand(channels, "history", catalog),
      ],
      arguments: {
        "--channels": channels.map(({ channel }) => channel).join(","),
        "--source_database": from.name,
        "--raw_bucket": catalog.raw.bucket.bucket,
        "--reports_bucket": catalog.lake.bucket.bucket,
      },
    }, catalog, this.own).job;
  }

  private tablesJob({ catalog }: HistoricalImportArgs, size: Sizes, { tables }: ImportedDatabase): aws.glue.Job {
    const connection = this.connection as aws.glue.Connection;
    const names = [...new Set(tables.map(({ channel }) => channel))];
    return sparkJob(this.child("import-db"), {
      ...size,
      physicalName: this.physical("import-db"),
      description: "Rows beyond the watermark in, raw readings of source=external out",
      script: "import_db.py",
      connection,
      permissions: [
        ...this.mayLogIn(), ...this.mayLand(names.map((channel) => ({ table: rawTable(catalog, channel) })), "external", catalog),
        mayWorkIn(catalog.lake, "state/import_db/"),
      ],
      arguments: {
        "--channels": names.join(","),
        "--connection": connection.name,
        "--tables": JSON.stringify(tables),
        "--raw_bucket": catalog.raw.bucket.bucket,
        "--state_bucket": catalog.lake.bucket.bucket,
      },
    }, catalog, this.own).job;
  }

  /** Put readings of one source, what was refused, and the report of the run. */
  private mayLand(channels: { table: pulumi.Input<string> }[], source: string, { raw, lake }: LakeCatalog): Permission[] {
    const into = channels.map(({ table }) => pulumi.interpolate`${table}/source=${source}/`);
    return [...[...into, "rejected/"].map((prefix) => mayWorkIn(raw, prefix)), mayListBucket(raw), mayWorkIn(lake, "runs/"), mayListBucket(lake)];
  }

  private mayLogIn(): Permission[] {
    return this.secret ? [mayReadSecret(this.secret.arn, this.secret.key)] : [];
  }

  private credentials({ database, catalog }: HistoricalImportArgs, { protect }: Sizes): HistoricalImport["secret"] {
    if (!database) return undefined;
    if (database.secretArn) return { arn: pulumi.output(database.secretArn), key: database.secretKey };
    const key = catalog.raw.key;
    const login = { username: database.username as string, password: database.password as pulumi.Input<string> };
    return { arn: databaseSecret(this.child("login"), { ...login, key, protect }, this.own), key };
  }

  /** Glue takes user and password from the secret; a network it takes by subnet, group and the subnet's own zone. */
  private connect(source: ImportedDatabase): aws.glue.Connection {
    const [network, secret] = [this.network, this.secret as { arn: pulumi.Output<string> }];
    return new aws.glue.Connection(this.child("connection"), {
      description: "The source database",
      connectionType: "JDBC",
      connectionProperties: {
        JDBC_CONNECTION_URL: pulumi.output(source.host).apply((host) => jdbcUrl(source, host)),
        SECRET_ID: secret.arn,
        JDBC_ENFORCE_SSL: String(checksCertificate(source)),
      },
      ...(network && {
        physicalConnectionRequirements: {
          subnetId: network.subnetIds[0] as pulumi.Output<string>, availabilityZone: network.availabilityZone, securityGroupIdLists: [network.securityGroupId],
        },
      }),
    }, this.own);
  }
}

const rawTable = ({ rawTables }: LakeCatalog, channel: string): pulumi.Input<string> => (rawTables[channel] as aws.glue.CatalogTable).name;

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
