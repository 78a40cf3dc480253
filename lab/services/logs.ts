/** CloudWatch Logs of the lab. */
export { LogsService } from "./logs/service";
