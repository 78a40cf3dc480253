/** EventBridge Scheduler of the lab. */
export { SchedulerService } from "./scheduler/service";
