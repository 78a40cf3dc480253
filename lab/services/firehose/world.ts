/** World: the lab's own buckets, functions and tables, asked through the gateway. */
import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Lab } from "../../lab";
import type { World } from "./delivery";
import type { ParquetWriter } from "./parquet";

export function through(lab: Lab, writer: ParquetWriter): World {
  const s3 = new S3Client(lab.client());
  const lambda = new LambdaClient({ ...lab.client(), maxAttempts: 1 });
  const glue = new GlueClient(lab.client());
  return {
    region: lab.region,
    log: (line) => lab.log("firehose", line),
    put: (Bucket, Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
    parquet: (lines, columns) => writer.write(lines, columns),
    invoke: async (FunctionName, Payload) => {
      const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(Payload) }));
      const text = Buffer.from(answer.Payload ?? []).toString("utf8");
      if (answer.FunctionError) throw new Error(`${answer.FunctionError}: ${text.slice(0, 500)}`);
      return text;
    },
    columns: async ({ database: DatabaseName, table: Name }) => {
      const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name }));
      return (Table?.StorageDescriptor?.Columns ?? []).map(({ Name: name = "", Type: type = "" }) => ({ name, type }));
    },
  };
}
