/** Encryption around the catalogue: jobs, crawlers, connections, queries and their results. */
import { first, is, never, notTrue, passes, property, set, valueAt, where } from "../ask";
import type { Answer, Rule } from "../rule";
import { known } from "../stack";

const JOBS = ["aws:glue/job:Job", "aws:glue/crawler:Crawler"];
const WORKGROUP = ["aws:athena/workgroup:Workgroup"];

export const jobsSecured: Rule = {
  name: "glue-secconf", level: "mandatory", promise: "encryption", types: JOBS,
  why: "Without a security configuration a job writes its logs, bookmarks and temporary files in the clear.",
  set: "Set securityConfiguration",
  covers: ["CKV_AWS_195", "AwsSolutions-GL1"],
  check: property("securityConfiguration", set),
};

/** What a security configuration encrypts, the property of the mode, and the mode that takes a key. */
const modes = { cloudwatchEncryption: "SSE-KMS", jobBookmarksEncryption: "CSE-KMS", s3Encryption: "SSE-KMS" } as const;
const PLAIN = "SSE-S3";

export const securityEncrypts: Rule = {
  name: "glue-secconf-enc", level: "mandatory", promise: "encryption", types: ["aws:glue/securityConfiguration:SecurityConfiguration"],
  why: "A security configuration may switch each of its encryptions off, and then protects nothing.",
  set: "Set cloudwatchEncryptionMode to SSE-KMS, jobBookmarksEncryptionMode to CSE-KMS and s3EncryptionMode to SSE-KMS (outside prod SSE-S3 without a key will do), each with a kmsKeyArn",
  covers: ["CKV_AWS_99", "AwsSolutions-GL1", "AwsSolutions-GL3"],
  check: ({ props }, { settings }) => first(Object.entries(modes).flatMap(([what, mode]): Answer[] => {
    const path = `encryptionConfiguration.${what}`;
    const named = valueAt(props, `${path}.${modeOf(what)}`);
    // A key beside it would be named and not used.
    if (what === "s3Encryption" && named === PLAIN) return [!settings.prod && !set(valueAt(props, `${path}.kmsKeyArn`))];
    return [passes(props, `${path}.${modeOf(what)}`, is(mode)), passes(props, `${path}.kmsKeyArn`, set)];
  })),
};

const modeOf = (what: string): string => `${what}Mode`;

const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
const SETTINGS = "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings";

export const catalogueEncrypted: Rule = {
  name: "glue-catalog-enc", level: "mandatory", promise: "encryption", types: [SETTINGS, DATABASE],
  why: "The catalogue holds where everything is, and connections that hold passwords.",
  set: "Set encryptionAtRest.catalogEncryptionMode to SSE-KMS and connectionPasswordEncryption.returnConnectionPasswordEncrypted to true, with an awsKmsKeyId; in prod add a DataCatalogEncryptionSettings",
  covers: ["CKV_AWS_94"],
  check: ({ type, props, urn }, stack) => (type === DATABASE ? urn !== stack.ofTypes([DATABASE])[0]?.urn || !stack.settings.prod || stack.ofTypes([SETTINGS]).length > 0 : first([
    passes(props, "dataCatalogEncryptionSettings.encryptionAtRest.catalogEncryptionMode", is("SSE-KMS", "SSE-KMS-WITH-SERVICE-ROLE")),
    passes(props, "dataCatalogEncryptionSettings.connectionPasswordEncryption.returnConnectionPasswordEncrypted", is(true, "true")),
    passes(props, "dataCatalogEncryptionSettings.connectionPasswordEncryption.awsKmsKeyId", set),
  ])),
};

export const noPlainTransforms: Rule = {
  name: "glue-ml", level: "advisory", promise: "encryption", types: ["aws:glue/mLTransform:MLTransform"],
  why: "The provider has no property that encrypts what a transform learns.",
  set: "Use a job or a SageMaker model in place of the transform",
  covers: ["FSBP Glue.3"],
  check: never,
};

const RESULTS = "configuration.resultConfiguration.encryptionConfiguration";

export const resultsEncrypted: Rule = {
  name: "ath-enc", level: "mandatory", promise: "encryption", types: WORKGROUP,
  why: "A query's result is a copy of the lake.",
  set: `Set ${RESULTS}.encryptionOption`,
  covers: ["CKV_AWS_159", "athena-workgroup-disallow-unencrypted-workgroup", "FSBP Athena.1"],
  check: property(`${RESULTS}.encryptionOption`, is("SSE_S3", "SSE_KMS", "CSE_KMS")),
};

export const resultsEncryptedByOwnKey: Rule = {
  name: "ath-enc-cmk", level: "advisory", promise: "encryption", types: WORKGROUP,
  why: "A key of one's own says who may read results.",
  set: `Set ${RESULTS}.encryptionOption to SSE_KMS and kmsKeyArn to a key`,
  covers: ["athena-workgroup-configure-customer-managed-key"],
  check: where(({ props }) => known(props.configuration?.resultConfiguration?.encryptionConfiguration?.encryptionOption),
    ({ props }) => first([passes(props, `${RESULTS}.encryptionOption`, is("SSE_KMS", "CSE_KMS")), passes(props, `${RESULTS}.kmsKeyArn`, set)])),
};

export const athenaDatabaseEncrypted: Rule = {
  name: "ath-db-enc", level: "mandatory", promise: "encryption", types: ["aws:athena/database:Database"],
  why: "A database made through Athena encrypts the results of making it only when told to.",
  set: "Set encryptionConfiguration.encryptionOption",
  covers: ["CKV_AWS_77", "athena-database-disallow-unencrypted-database", "athena-database-configure-customer-managed-key"],
  check: property("encryptionConfiguration.encryptionOption", is("SSE_S3", "SSE_KMS", "CSE_KMS")),
};

export const quicksightOverTls: Rule = {
  name: "qs-ssl", level: "mandatory", promise: "encryption", types: ["aws:quicksight/dataSource:DataSource"],
  why: "A data source without TLS sends the lake's figures in the clear.",
  set: "Leave out sslProperties.disableSsl, or set it to false",
  covers: ["AwsSolutions-QS1"],
  check: property("sslProperties.disableSsl", notTrue),
};
