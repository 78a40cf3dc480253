/** Delivery: a Firehose stream that may deliver, says where, and tells when it can't. */
import { beyond, missing, type Need } from "../iam/need";
import { arn, placeOf } from "../iam/place";
import { permissionsOf, policiesOf, roleOf } from "../iam/role";
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { fixedPart, locationOf } from "./location";

export const STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
export const ingest = { level: "mandatory", promise: "ingest", types: [STREAM] } as const;

export const toS3 = ({ props }: Seen): Props | undefined => props.extendedS3Configuration as Props | undefined;

export const mayDeliver: Rule = {
  ...ingest,
  promise: "permissions",
  name: "st-fh-01",
  why: "A stream that may not write keeps trying for a day and then drops what it holds; one that may do more is a way into the lake.",
  set: "Allow the role what the stream does with its bucket, key, log, function and table, and nothing else.",
  covers: [],
  check: (stream, stack) => {
    const s3 = toS3(stream);
    if (!s3) return undefined;
    const role = roleOf(stream, "extendedS3Configuration", s3.roleArn, stack);
    const place = placeOf(stack);
    if (!role || !place || String(s3.bucketArn).includes(UNKNOWN)) return { undecided: "what its role allows" };
    const allows = permissionsOf(role, stack);
    if (typeof allows === "string") return { undecided: allows };
    const tables = s3.dataFormatConversionConfiguration as Props | undefined;
    const needs = [
      ...onBucket(s3), ...onLog(s3, (rest) => arn(place, "logs", rest)), ...onFunctions(s3),
      ...(tables && tables.enabled !== false ? onTable(tables.schemaConfiguration as Props, (rest) => arn(place, "glue", rest)) : []),
    ];
    return [...missing(needs, allows), ...beyond(needs, allows)];
  },
};

/** Firehose Developer Guide, "Grant Firehose access to an Amazon S3 destination"; its policy has GetObject, too, which no delivery to S3 alone uses. */
function onBucket({ bucketArn, prefix = "", errorOutputPrefix = "", kmsKeyArn }: Props): Need[] {
  const folders = [prefix, errorOutputPrefix].map((one) => `${String(bucketArn)}/${fixedPart(String(one))}*`);
  return [
    ...["GetBucketLocation", "ListBucket", "ListBucketMultipartUploads"].map((action) => ({ action: `s3:${action}`, on: [String(bucketArn)], for: "delivery" })),
    ...["PutObject", "AbortMultipartUpload"].map((action) => ({ action: `s3:${action}`, on: folders, for: "delivery" })),
    { action: "s3:GetObject", on: folders, optional: true, for: "delivery" },
    ...(known(kmsKeyArn) ? ["GenerateDataKey", "Decrypt"].map((action) => ({ action: `kms:${action}`, on: [String(kmsKeyArn)], for: "encryption" })) : []),
  ];
}

function onLog({ cloudwatchLoggingOptions: log }: Props, at: (rest: string) => string): Need[] {
  if (!log?.enabled) return [];
  const streams = `log-group:${String(log.logGroupName)}:`;
  return [
    { action: "logs:PutLogEvents", on: [at(`${streams}log-stream:${String(log.logStreamName)}`)], for: "its log" },
    ...["logs:PutLogEvents", "logs:CreateLogStream"].map((action) => ({ action, on: [at(`${streams}*`)], optional: true, for: "its log" })),
  ];
}

/** The same guide, "Lambda": the function is looked at before it is called. */
function onFunctions({ processingConfiguration }: Props): Need[] {
  if (processingConfiguration?.enabled === false) return [];
  const parameters = ((processingConfiguration?.processors ?? []) as Props[]).flatMap(({ parameters: own }) => (own ?? []) as Props[]);
  return parameters.filter(({ parameterName }) => parameterName === "LambdaArn").flatMap(({ parameterValue }) => {
    const fn = String(parameterValue);
    const plain = fn.replace(/(:function:[^:]+):.+$/, "$1");
    return ["InvokeFunction", "GetFunctionConfiguration"].flatMap((action) => [
      { action: `lambda:${action}`, on: [fn], for: "its function" },
      { action: `lambda:${action}`, on: [plain, `${plain}:*`], optional: true, for: "its function" },
    ]);
  });
}

/** The same guide, "Grant Firehose access to AWS Glue for data format conversion". */
function onTable({ databaseName, tableName }: Props, at: (rest: string) => string): Need[] {
  const on = [at("catalog"), at(`database/${String(databaseName)}`), at(`table/${String(databaseName)}/${String(tableName)}`)];
  return ["GetTable", "GetTableVersion", "GetTableVersions"].map((action) => ({ action: `glue:${action}`, on, for: "format conversion" }));
}

export const allowedFirst: Rule = {
  ...ingest,
  name: "st-fh-02",
  why: "A stream that is made before its role's policy fails to be made, or fails its first deliveries.",
  set: "Make the stream depend on the policy of its role (dependsOn).",
  covers: [],
  check: (stream, stack) => {
    const s3 = toS3(stream);
    const role = s3 && roleOf(stream, "extendedS3Configuration", s3.roleArn, stack);
    if (!role) return s3 && { undecided: "its role" };
    const after = new Set([...(stream.after ?? []), ...Object.values(stream.dependencies).flat()]);
    return policiesOf(role, stack).filter(({ urn }) => !after.has(urn)).map(({ name }) => `it does not wait for the policy ${name} of its role; add it to dependsOn`);
  },
};

export const errorsApart: Rule = {
  ...ingest,
  name: "st-fh-03",
  why: "Error records among the data fail every query; files without the folders of their partition are never found.",
  set: "Set errorOutputPrefix outside prefix, and write every partition key of the table into prefix as key=value/.",
  covers: [],
  check: (stream, stack) => {
    const s3 = toS3(stream);
    if (!s3) return undefined;
    const { prefix = "", errorOutputPrefix } = s3;
    if ([prefix, errorOutputPrefix].includes(UNKNOWN)) return { undecided: "prefix or errorOutputPrefix" };
    if (!errorOutputPrefix) return "errorOutputPrefix is not set, so what can't be delivered lands among the data; set a folder of its own";
    // The folder that holds the data: what comes after it is a partition, or half of one's name.
    const data = fixedPart(String(prefix)).replace(/[^/]*$/, "");
    const errors = fixedPart(String(errorOutputPrefix));
    return [
      errors.startsWith(data) || data.startsWith(errors) ? `errorOutputPrefix ${String(errorOutputPrefix)} and prefix ${String(prefix)} lie in each other; set folders apart` : undefined,
      ...unnamedKeys(stream, s3, stack),
    ];
  },
};

function unnamedKeys(stream: Seen, s3: Props, stack: Stack): Answer[] {
  const schema = s3.dataFormatConversionConfiguration?.schemaConfiguration as Props | undefined;
  const written = String(s3.prefix ?? "");
  if (!schema) return [written.includes("!{") ? undefined : "prefix has no part that changes, so all objects land in one folder; add !{timestamp:…} or !{partitionKeyFromQuery:…}"];
  const table = tableOf(stream, schema, stack);
  if (!table) return [{ undecided: `the table ${String(schema.tableName)}` }];
  const location = locationOf(table.props.storageDescriptor?.location);
  const keys = ((table.props.partitionKeys ?? []) as Props[]).map(({ name }) => String(name));
  return [
    ...keys.filter((key) => !new RegExp(`(^|/)${key}=[^/]+/`).test(written)).map((key) => `prefix does not name the partition key ${key} of ${String(table.props.name)}; write ${key}=…/ into it`),
    location && !written.startsWith(location.prefix) ? `prefix ${written} is outside the table's location, ${location.prefix}; begin with it` : undefined,
  ];
}

const tableOf = (stream: Seen, { databaseName, tableName }: Props, stack: Stack): Seen | undefined => {
  const type = "aws:glue/catalogTable:CatalogTable";
  const named = stack.ofTypes([type]).find(({ props }) => known(tableName) && props.name === tableName && props.databaseName === databaseName);
  return named ?? stack.behind(stream, "extendedS3Configuration", type)[0];
};
