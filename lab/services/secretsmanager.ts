/** Secrets Manager of the lab. */
export { SecretsManagerService } from "./secretsmanager/service";
