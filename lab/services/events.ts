/** EventBridge of the lab. */
export { EventsService } from "./events/service";
