/** Weight of databases, tables, jobs, crawlers, connections and queries. */
import { all, atMost, better, betterThan, guard, guardByDefault, named, needed, own, ownNeeded, place } from "../weaker";
import { type Weight, why } from "./weight";

const RESULT = "configuration.resultConfiguration";
const column = { "partitionKeys[].*": why.format, "storageDescriptor.columns[].*": why.format };
const s3 = (...names: string[]): Record<string, typeof place> => Object.fromEntries(names.map((name) => [`defaultArguments.--${name}`, place]));
const plain = (reason: string, ...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [`defaultArguments.--${name}`, reason]));

export const catalogue: Record<string, Weight> = {
  "aws:glue/catalogDatabase:CatalogDatabase": { removal: "without the database there is nothing to guard", properties: { name: why.name, description: why.words } },
  "aws:glue/catalogTable:CatalogTable": {
    removal: "without the table there is nothing to guard",
    properties: {
      name: why.name, databaseName: why.place, description: why.words, "parameters.*": why.format, ...column, "storageDescriptor.inputFormat": why.format, "storageDescriptor.outputFormat": why.format, "storageDescriptor.serDeInfo.*": why.format,
      tableType: why.format, viewExpandedText: why.words, viewOriginalText: "what is asked; what may be read is the role's", "storageDescriptor.location": place,
    },
  },
  "aws:glue/connection:Connection": {
    removal: "without the connection there is nothing to guard",
    properties: {
      name: why.name, description: why.words, connectionType: why.format, "connectionProperties.JDBC_ENFORCE_SSL": guard, "connectionProperties.SECRET_ID": ownNeeded,
      "connectionProperties.JDBC_CONNECTION_URL": (url) => [
        { how: "without TLS", value: String(url).replace(/;encrypt=true/, "") },
        { how: "with a login in it", value: `${String(url)};user=reader;password=Swordfish-2024` },
      ].filter(({ value }) => value !== url),
      physicalConnectionRequirements: needed, "physicalConnectionRequirements.availabilityZone": why.region, "physicalConnectionRequirements.subnetId": needed, "physicalConnectionRequirements.securityGroupIdLists[]": all(needed, named),
    },
    absent: { "connectionProperties.PASSWORD": "Swordfish-2024" },
  },
  "aws:glue/crawler:Crawler": {
    removal: "without the crawler there is nothing to guard",
    properties: {
      name: why.name, description: why.words, databaseName: why.place, "catalogTargets[].databaseName": why.place, "catalogTargets[].tables[]": why.place, "jdbcTargets[].connectionName": named, "jdbcTargets[].path": betterThan("%"),
      "s3Targets[].path": (path) => [...place(path), { how: "widened to the whole bucket", value: String(path).split("/").slice(0, 3).join("/").concat("/") }],
      configuration: needed, role: own, securityConfiguration: all(needed, named), schemaChangePolicy: needed, "schemaChangePolicy.deleteBehavior": better("DELETE_FROM_DATABASE"), "schemaChangePolicy.updateBehavior": betterThan("UPDATE_IN_DATABASE"),
    },
  },
  "aws:glue/job:Job": {
    removal: "without the job there is nothing to guard",
    properties: {
      name: why.name, description: why.words, "command.name": why.format, "command.pythonVersion": why.format, numberOfWorkers: why.tuning, workerType: why.tuning, "connections[]": all(needed, named),
      "command.scriptLocation": place, ...s3("TempDir", "warehouse", "conf", "lake_bucket", "raw_bucket", "reports_bucket", "state_bucket", "extra-py-files"),
      "defaultArguments.--conf": (conf) => [{ how: "put into somebody else's bucket", value: String(conf).replace(/s3:\/\/[^/]+/, "s3://bucket-of-others") }],
      ...plain(why.place, "channel", "channels", "connection", "lake_database", "raw_database", "source_database", "tables", "train_channel", "partition_by"),
      ...plain(why.format, "datalake-formats", "enable-glue-datacatalog", "job-language", "shingle", "job-bookmark-option"), ...plain(why.tuning, "max_unpacked_megabytes", "part_rows", "fetch_rows", "overlap_seconds", "isolation"),
      ...plain("figures of runs", "enable-metrics", "enable-observability-metrics"), "defaultArguments.--enable-continuous-cloudwatch-log": "since Glue 5.0 a job's log is continuous without it",
      glueVersion: better("2.0"), timeout: atMost(10_080), maxRetries: betterThan(3), "executionProperty.maxConcurrentRuns": betterThan(3), roleArn: own, securityConfiguration: all(needed, named),
    },
    absent: { "defaultArguments.--db_password": "Swordfish-2024" },
  },
  "aws:glue/securityConfiguration:SecurityConfiguration": {
    removal: true,
    properties: {
      name: why.name,
      ...Object.fromEntries(["cloudwatchEncryption", "jobBookmarksEncryption", "s3Encryption"].flatMap((kind) => [
        [`encryptionConfiguration.${kind}`, needed], [`encryptionConfiguration.${kind}.kmsKeyArn`, ownNeeded], [`encryptionConfiguration.${kind}.${kind}Mode`, kind === "s3Encryption" ? better("SSE-S3", "DISABLED") : better("DISABLED")],
      ])),
    },
  },
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": {
    removal: true,
    properties: Object.fromEntries([
      ["connectionPasswordEncryption", needed], ["connectionPasswordEncryption.awsKmsKeyId", ownNeeded], ["connectionPasswordEncryption.returnConnectionPasswordEncrypted", guard],
      ["encryptionAtRest", needed], ["encryptionAtRest.catalogEncryptionMode", better("DISABLED")], ["encryptionAtRest.sseAwsKmsKeyId", own],
    ].map(([path, weaken]) => [`dataCatalogEncryptionSettings.${String(path)}`, weaken])) as Weight["properties"],
  },
  "aws:athena/namedQuery:NamedQuery": { removal: "without the query there is nothing to guard", properties: { name: why.name, description: why.words, database: why.place, query: "what is asked; what may be read is the role's", workgroup: all(needed, betterThan("primary")) } },
  "aws:athena/workgroup:Workgroup": {
    removal: true,
    properties: {
      name: why.name, description: why.words, "configuration.engineVersion.selectedEngineVersion": why.format, forceDestroy: "what goes with it is queries' history; results lie in a bucket of its own",
      "configuration.bytesScannedCutoffPerQuery": needed, "configuration.enforceWorkgroupConfiguration": guardByDefault, "configuration.publishCloudwatchMetricsEnabled": guardByDefault,
      [RESULT]: needed, [`${RESULT}.outputLocation`]: all(needed, place), [`${RESULT}.encryptionConfiguration`]: needed, [`${RESULT}.encryptionConfiguration.encryptionOption`]: better("SSE_S3"), [`${RESULT}.encryptionConfiguration.kmsKeyArn`]: ownNeeded,
    },
  },
};
