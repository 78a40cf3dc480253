/** Crawler names: what a crawler calls the tables that it makes. */
import type { Rule } from "../rule";
import { CRAWLER, eachTarget, leafOf } from "./crawlers";

export const namesTables: Rule = {
  name: "st-name-02",
  why: "A crawler names tables after folders; a name with a capital, a hyphen or a digit first needs quotes in every query, or fails.",
  set: "Name the folder of each target with lower-case letters, digits and _, and let tablePrefix begin with a letter.",
  covers: [],
  level: "mandatory",
  promise: "names",
  types: [CRAWLER],
  check: (crawler) => eachTarget(crawler, (at, { path }) => {
    if (at.prefix === "") return undefined; // st-glue-01 tells of whole buckets.
    const prefix = String(crawler.props.tablePrefix ?? "");
    const leaf = leafOf(at);
    const name = /^[a-z][a-z0-9_]*$/.test(prefix) || prefix === "" ? `${prefix}${leaf}` : leaf;
    return /^[a-z][a-z0-9_]{0,254}$/.test(name) ? undefined : `the target ${String(path)} makes a table "${name}"; name its folder with lower-case letters, digits and _, a letter first`;
  }),
};
