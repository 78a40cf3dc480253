/** Run records: what each run did and why it left out the rest, as the table `runs` of the lake's database. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LakeCatalog } from "./lake-catalog";

/** As functions/publish writes them, a line a run; `steps` and `reports` are JSON text. */
const columns = [
  { name: "run_id", type: "string", comment: "Name of the execution" },
  { name: "outcome", type: "string", comment: "succeeded, failed, stopped or timed out" },
  { name: "started", type: "string", comment: "ISO 8601; from_iso8601_timestamp(started) is a time" },
  { name: "ended", type: "string", comment: "ISO 8601" },
  { name: "seconds", type: "bigint", comment: "How long it took" },
  { name: "reason", type: "string", comment: "What was due, or why nothing was" },
  { name: "skips", type: "string", comment: "Steps that were left out, each with its reason" },
  { name: "error", type: "string", comment: "Of a run that did not succeed" },
  { name: "cause", type: "string", comment: "The innermost cause, in the words of what failed" },
  { name: "execution", type: "string", comment: "ARN of the execution" },
  { name: "steps", type: "string", comment: "JSON: every step, done or skipped, with seconds and reason" },
  { name: "reports", type: "string", comment: "JSON: what each job counted" },
];

export function runsTable(name: string, { lake, lakeDatabase }: LakeCatalog, opts: pulumi.CustomResourceOptions): aws.glue.CatalogTable {
  return new aws.glue.CatalogTable(name, {
    name: "runs",
    databaseName: lakeDatabase.name,
    description: "Runs of the pipeline",
    tableType: "EXTERNAL_TABLE",
    parameters: { EXTERNAL: "TRUE", classification: "json" },
    storageDescriptor: {
      location: pulumi.interpolate`s3://${lake.bucket.bucket}/run_records/`,
      columns,
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      // Athena User Guide, "OpenX JSON SerDe": a value that is no text comes into a string column as its JSON.
      serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe", parameters: { "serialization.format": "1" } },
    },
  }, opts);
}
