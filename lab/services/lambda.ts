/** Lambda of the lab. */
export { LambdaService } from "./lambda/service";
