/** Watermark: the highest watermark of each source table out. Runs in Glue's network, since only that reaches the database. */
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { drivers } from "./drivers";
import { type Asked, watermarks } from "./watermarks";

const secrets = new SecretsManagerClient({});

async function login(): Promise<{ username: string; password: string }> {
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId: process.env.SECRET_ARN }));
  return JSON.parse(SecretString) as { username: string; password: string };
}

export const handler = watermarks({ login, drivers }, JSON.parse(process.env.SOURCE ?? "{}") as Asked);
