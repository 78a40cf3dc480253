/** SNS of the lab. */
export { SnsService } from "./sns/service";
