/** Catalogue: jobs of a supported version, queries whose settings nobody can go around, and words that say what things are. */
import { passes, property, set, yes } from "../ask";
import type { Answer, Rule } from "../rule";

const WORKGROUP = ["aws:athena/workgroup:Workgroup"];

/** Glue Developer Guide, "AWS Glue version support policy": support of 2.0 and older has ended; the settings ask for more than that. */
export const jobSupported: Rule = {
  name: "glue-version", level: "mandatory", promise: "catalogue", types: ["aws:glue/job:Job"],
  why: "A version out of support gets no security updates, and one day does not start.",
  set: "Set glueVersion to 5.0 or later, or lower minimumGlueVersion in the settings",
  covers: ["FSBP Glue.4"],
  check: ({ props }, { settings }) => passes(props, "glueVersion", (version) => Number(version) >= settings.minimumGlueVersion),
};

export const workgroupEnforced: Rule = {
  name: "ath-enforce", level: "mandatory", promise: "catalogue", types: WORKGROUP,
  why: "Otherwise a client sets where results go and whether they are encrypted.",
  set: "Set configuration.enforceWorkgroupConfiguration to true",
  covers: ["CKV_AWS_82", "athena-workgroup-enforce-configuration"],
  check: property("configuration.enforceWorkgroupConfiguration", (on) => on === undefined || yes(on)),
};

export const workgroupMeasured: Rule = {
  name: "ath-log", level: "mandatory", promise: "catalogue", types: WORKGROUP,
  why: "Without figures nobody sees which queries cost.",
  set: "Set configuration.publishCloudwatchMetricsEnabled to true",
  covers: ["FSBP Athena.4"],
  check: property("configuration.publishCloudwatchMetricsEnabled", (on) => on === undefined || yes(on)),
};

export const queriesDescribed: Rule = {
  name: "ath-desc", level: "advisory", promise: "catalogue",
  types: [...WORKGROUP, "aws:athena/namedQuery:NamedQuery", "aws:athena/database:Database", "aws:athena/dataCatalog:DataCatalog"],
  why: "Who looks for a query reads its description first.",
  set: "Set description (of a Database: comment)",
  covers: ["athena-workgroup-missing-description", "athena-namedquery-missing-description", "athena-database-missing-description", "athena-datacatalog-missing-description"],
  check: ({ props }): Answer => set(props.description) || set(props.comment),
};
