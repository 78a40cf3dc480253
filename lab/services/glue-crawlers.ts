/** Glue crawlers of the lab. */
export { GlueCrawlersService } from "./glue-crawlers/service";
