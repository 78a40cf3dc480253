/** ImportTables: tables of a database: the connection to it, the crawler that finds them and the job that lands what changed. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayReadCatalog, mayReadSecret, mayWorkIn, mayWriteCatalog, type Named, type Permission } from "./access";
import type { Part } from "./block";
import { crawlerRole, type SparkSize, sparkJob } from "./glue-job";
import { mayLand } from "./import-landing";
import type { LakeCatalog } from "./lake-catalog";
import type { PeeredGlueNetwork } from "./peered-glue-network";
import { crawlPath, jdbcUrl, type SourceDatabase, tlsProperties } from "./source-database";
import { readingArguments } from "./source-reading";

/** As whom to log in: a secret with the keys `username` and `password`. */
export interface Login {
  arn: pulumi.Output<string>;
  /** Customer key of that secret, where it has one. */
  key: Named | undefined;
}

export interface TablesArgs {
  catalog: LakeCatalog;
  source: SourceDatabase;
  login: Login;
  connection: aws.glue.Connection;
}

/** Glue takes user and password from the secret; a network it takes by subnet, group and the subnet's own zone. */
export function sourceConnection(source: SourceDatabase, login: Login, network: PeeredGlueNetwork | undefined, { child, own }: Part): aws.glue.Connection {
  return new aws.glue.Connection(child("connection"), {
    description: "The source database",
    connectionType: "JDBC",
    connectionProperties: {
      JDBC_CONNECTION_URL: pulumi.output(source.host).apply((host) => jdbcUrl(source, host)),
      SECRET_ID: login.arn,
      ...tlsProperties(source),
    },
    ...(network && {
      physicalConnectionRequirements: {
        subnetId: network.subnetIds[0] as pulumi.Output<string>, availabilityZone: network.availabilityZone, securityGroupIdLists: [network.securityGroupId],
      },
    }),
  }, own);
}

export function tablesCrawler({ catalog, source, login, connection }: TablesArgs, database: aws.glue.CatalogDatabase, { child, physical, own }: Part): aws.glue.Crawler {
  const role = crawlerRole(child("crawl-external"), [mayLogIn(login), ...mayReadCertificate(source, own), mayReadCatalog(database), mayWriteCatalog(database)], catalog, own, connection);
  return new aws.glue.Crawler(child("crawl-external"), {
    name: physical("source-external"),
    description: "Finds the tables of the source database, when asked to",
    role: role.arn,
    databaseName: database.name,
    jdbcTargets: source.tables.map((table) => ({ connectionName: connection.name, path: crawlPath(source, table) })),
    // A table that goes at the source stays in the catalogue.
    schemaChangePolicy: { deleteBehavior: "LOG", updateBehavior: "UPDATE_IN_DATABASE" },
    securityConfiguration: catalog.securityConfiguration.name,
  }, own);
}

export function tablesJob({ catalog, source, login, connection }: TablesArgs, size: SparkSize, { child, physical, own }: Part): aws.glue.Job {
  const channels = [...new Set(source.tables.map(({ channel }) => channel))];
  const into = channels.map((channel) => ({ table: (catalog.rawTables[channel] as aws.glue.CatalogTable).name }));
  return sparkJob(child("import-db"), {
    ...size,
    physicalName: physical("import-db"),
    description: "Rows beyond the watermark in, raw readings of source=external out",
    script: "import_db.py",
    connection,
    permissions: [mayLogIn(login), ...mayReadCertificate(source, own), ...mayLand(into, "external", catalog), mayWorkIn(catalog.lake, "state/import_db/")],
    arguments: {
      "--channels": channels.join(","),
      "--connection": connection.name,
      "--tables": JSON.stringify(source.tables),
      "--raw_bucket": catalog.raw.bucket.bucket,
      "--state_bucket": catalog.lake.bucket.bucket,
      ...readingArguments(source.reading),
      // Its own mark tells what was read. Glue's bookmarks of a database want a key that only grows and has no equal values: Glue Developer Guide,
      // "Using job bookmarks".
      "--job-bookmark-option": "job-bookmark-disable",
    },
  }, catalog, own).job;
}

const mayLogIn = ({ arn, key }: Login): Permission => mayReadSecret(arn, key);

/** The root certificate that the database's is proven by is fetched by whoever connects. */
export function mayReadCertificate({ certificate }: SourceDatabase, { parent }: pulumi.CustomResourceOptions): Permission[] {
  const place = certificate?.replace("s3://", "");
  return place ? [{ actions: ["s3:GetObject"], resources: [pulumi.interpolate`arn:${aws.getPartitionOutput({}, parent ? { parent } : {}).partition}:s3:::${place}`] }] : [];
}
