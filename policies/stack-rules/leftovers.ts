/** Leftovers: what jobs and queries put aside is not kept for ever. */
import { valueAt } from "../ask";
import { listed, settingsOf } from "../buckets";
import type { Answer, Rule } from "../rule";
import { type Props, type Stack, UNKNOWN } from "../stack";
import { BUCKETS, locationOf } from "./location";

const JOB = "aws:glue/job:Job";
const WORKGROUP = "aws:athena/workgroup:Workgroup";

export const leftoversExpire: Rule = {
  name: "st-glue-12",
  why: "Temporary files of jobs and results of queries are copies of the lake that nobody looks after; each day more of them can be lost.",
  set: "Add an enabled lifecycle rule with expiration.days of a year or less for the folder of --TempDir, or of the workgroup's outputLocation.",
  level: "mandatory",
  promise: "catalogue",
  covers: [],
  types: [JOB, WORKGROUP],
  check: ({ type, props }, stack) => {
    const url: unknown = type === JOB ? props.defaultArguments?.["--TempDir"] : props.configuration?.resultConfiguration?.outputLocation;
    if (url === undefined || url === null) return undefined;
    return String(url).includes(UNKNOWN) ? { undecided: "where it puts things aside" } : expires(String(url), stack);
  },
};

/** Whether objects at a place expire; of a bucket of others st-glue-04 tells. */
function expires(url: string, stack: Stack): Answer {
  const at = locationOf(url);
  const bucket = at && stack.ofTypes(BUCKETS).find(({ props }) => props.bucket === at.bucket);
  if (!bucket) return undefined;
  const rules = listed(settingsOf(bucket, stack, "BucketLifecycleConfiguration"), "rules") as Props[];
  const own = rules.some((rule) => rule.status === "Enabled" && days(rule) > 0 && days(rule) <= 366 && at.prefix.startsWith(String(valueAt(rule, "filter.prefix") ?? rule.prefix ?? "")));
  return own ? undefined : `what it puts into ${url} never expires; add a lifecycle rule with expiration.days for it`;
}

const days = (rule: Props): number => Number(valueAt(rule, "expiration.days") ?? 0);
