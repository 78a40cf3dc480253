/** Glue jobs of the lab: definitions, runs and bookmarks; the scripts run on real Spark. */
export { GlueJobsService } from "./glue-jobs/service";
