/** Watermark: the highest watermark of each source table out. Runs in Glue's network, since only that reaches the database. */
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { drivers } from "./drivers";
import { type Asked, watermarks } from "./watermarks";

const secrets = new SecretsManagerClient({});

async function login(): Promise<{ username: string; password: string }> {
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.SECRET_ARN }));
  return JSON.parse(SecretString) as { username: string; password: string };
}

/** The root certificate, where the database has one of its own. */
async function certificate(): Promise<string | undefined> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(process.env.CERTIFICATE ?? "") ?? [];
  return Bucket && Key ? (await new S3Client({}).send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString() : undefined;
}

export const handler = watermarks({ login, certificate, drivers }, JSON.parse(process.env.SOURCE ?? "{}") as Asked);
