/** Settings: what a delivery stream is told to do, as plain values. What the lab can't carry out is refused by name when it is made. */
import { ApiFault, type Json } from "../../gateway/service";
import { prefixFault } from "./prefix";

export interface Settings {
  bucket: string;
  prefix: string;
  errorOutputPrefix: string;
  bufferBytes: number;
  bufferSeconds: number;
  /** Ending of the objects' names. */
  extension: string;
  gzip: boolean;
  /** Asks a function about every record before it is written. */
  lambda?: { arn: string; retries: number; bufferBytes: number };
  /** Writes Parquet by the columns of a table. */
  parquet?: { database: string; table: string; catalogId?: string; region?: string };
}

const megabyte = 1024 * 1024;

/** Settings of an ExtendedS3DestinationConfiguration or -Update, which is laid over the one before. Throws an ApiFault. */
export function settingsOf(told: Json): Settings {
  only("ExtendedS3 destination", told, [
    "RoleARN", "BucketARN", "Prefix", "ErrorOutputPrefix", "BufferingHints", "CompressionFormat", "EncryptionConfiguration", "CloudWatchLoggingOptions",
    "ProcessingConfiguration", "S3BackupMode", "DataFormatConversionConfiguration", "FileExtension", "CustomTimeZone", "DynamicPartitioningConfiguration",
  ]);
  if (told.S3BackupMode && told.S3BackupMode !== "Disabled") throw absent("S3BackupMode Enabled");
  if (told.DynamicPartitioningConfiguration?.Enabled) throw absent("dynamic partitioning");
  if (told.CustomTimeZone && told.CustomTimeZone !== "UTC") throw absent(`the time zone ${told.CustomTimeZone}`);
  const conversion = told.DataFormatConversionConfiguration;
  const parquet = conversion && conversion.Enabled !== false ? parquetOf(conversion) : undefined;
  const lambda = told.ProcessingConfiguration?.Enabled ? lambdaOf(told.ProcessingConfiguration.Processors ?? []) : undefined;
  const gzip = compressed(told.CompressionFormat ?? "UNCOMPRESSED", Boolean(parquet));
  const settings: Settings = {
    bucket: bucketOf(told.BucketARN),
    prefix: told.Prefix ?? "", errorOutputPrefix: told.ErrorOutputPrefix ?? "",
    ...buffer(told.BufferingHints ?? {}, Boolean(parquet)),
    gzip, extension: told.FileExtension ?? (parquet ? ".parquet" : gzip ? ".gz" : ""),
    ...(lambda && { lambda }), ...(parquet && { parquet }),
  };
  const faults = [prefixFault("Prefix", settings.prefix, false), prefixFault("ErrorOutputPrefix", settings.errorOutputPrefix, true)].filter(Boolean);
  if (faults.length) throw wrong(faults.join(" "));
  return settings;
}

function bucketOf(arn: unknown): string {
  const bucket = /^arn:aws[\w-]*:s3:::([^/]+)$/.exec(String(arn))?.[1];
  if (!bucket) throw wrong(`BucketARN ${JSON.stringify(arn)} is no ARN of a bucket`);
  return bucket;
}

/** Firehose API reference, "BufferingHints"; with Parquet at least 64 MB: "Enable record format conversion". */
function buffer({ SizeInMBs, IntervalInSeconds = 300 }: Json, parquet: boolean): Pick<Settings, "bufferBytes" | "bufferSeconds"> {
  const size = Number(SizeInMBs ?? (parquet ? 128 : 5));
  if (!(size >= 1 && size <= 128)) throw wrong("BufferingHints.SizeInMBs must be from 1 to 128");
  if (parquet && size < 64) throw wrong("BufferingHints.SizeInMBs must be at least 64 when data format conversion is enabled");
  if (!(IntervalInSeconds >= 0 && IntervalInSeconds <= 900)) throw wrong("BufferingHints.IntervalInSeconds must be from 0 to 900");
  return { bufferBytes: size * megabyte, bufferSeconds: IntervalInSeconds };
}

function compressed(format: string, parquet: boolean): boolean {
  if (format !== "UNCOMPRESSED" && parquet) throw wrong("CompressionFormat must be UNCOMPRESSED when data format conversion is enabled");
  if (format !== "UNCOMPRESSED" && format !== "GZIP") throw absent(`the compression ${format}`);
  return format === "GZIP";
}

function lambdaOf(processors: Json[]): Settings["lambda"] {
  const other = processors.find(({ Type }) => Type !== "Lambda");
  if (other) throw absent(`the processor ${other.Type}`);
  if (processors.length !== 1) throw wrong("ProcessingConfiguration needs exactly one processor");
  const value = Object.fromEntries((processors[0].Parameters ?? []).map(({ ParameterName, ParameterValue }: Json) => [ParameterName, ParameterValue]));
  only("processor Lambda", value, ["LambdaArn", "NumberOfRetries", "RoleArn", "BufferSizeInMBs", "BufferIntervalInSeconds"]);
  if (!value.LambdaArn) throw wrong("The processor Lambda has no LambdaArn");
  return { arn: value.LambdaArn, retries: Number(value.NumberOfRetries ?? 3), bufferBytes: Number(value.BufferSizeInMBs ?? 1) * megabyte };
}

function parquetOf({ InputFormatConfiguration, OutputFormatConfiguration, SchemaConfiguration }: Json): Settings["parquet"] {
  const serializer = Object.keys(OutputFormatConfiguration?.Serializer ?? {});
  const deserializer = Object.keys(InputFormatConfiguration?.Deserializer ?? {});
  if (serializer.join() !== "ParquetSerDe") throw absent(`the serializer ${serializer.join() || "of no name"}`);
  if (deserializer.join() !== "OpenXJsonSerDe") throw absent(`the deserializer ${deserializer.join() || "of no name"}`);
  only("OpenXJsonSerDe", InputFormatConfiguration.Deserializer.OpenXJsonSerDe, ["CaseInsensitive"]);
  only("ParquetSerDe", OutputFormatConfiguration.Serializer.ParquetSerDe, ["Compression"]);
  if (!["SNAPPY", undefined].includes(OutputFormatConfiguration.Serializer.ParquetSerDe.Compression)) throw absent("a Parquet compression other than SNAPPY");
  const { DatabaseName: database, TableName: table, CatalogId: catalogId, Region: region } = SchemaConfiguration ?? {};
  if (!database || !table) throw wrong("SchemaConfiguration needs DatabaseName and TableName");
  return { database, table, ...(catalogId && { catalogId }), ...(region && { region }) };
}

function only(what: string, given: Json, known: string[]): void {
  const other = Object.keys(given ?? {}).find((key) => !known.includes(key));
  if (other) throw absent(`${other} of the ${what}`);
}

const wrong = (message: string): ApiFault => new ApiFault("InvalidArgumentException", message, 400);
const absent = (what: string): ApiFault => new ApiFault("NotImplementedException", `The lab's delivery streams do not have ${what}.`, 501);
