/** Jobs and crawlers: what they name is there, and runs do not meet. */
import { definitionOf, tasksOf } from "../asl/machine";
import { taskOf, written } from "../asl/task";
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { BUCKETS, locationOf } from "./location";

const JOB = "aws:glue/job:Job";
const CRAWLER = "aws:glue/crawler:Crawler";
const OBJECTS = ["aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObject:BucketObject"];
const catalogue = { level: "mandatory", promise: "catalogue" } as const;

export const scriptThere: Rule = {
  ...catalogue,
  name: "st-glue-06",
  why: "A job whose script or library is not there fails at its first run, not at the update.",
  set: "Put the script and the libraries into the stack as objects, and take their place from those.",
  covers: [],
  types: [JOB],
  check: (job, stack) => {
    const libraries = String(job.props.defaultArguments?.["--extra-py-files"] ?? "").split(",").filter(Boolean);
    return [
      there(job, "command", "script", job.props.command?.scriptLocation, stack),
      // A library from outside, a public one for instance, is not this stack's to keep.
      ...libraries.filter((url) => url.includes(UNKNOWN) || ownBucket(url, stack)).map((url) => there(job, "defaultArguments", "library", url, stack)),
    ];
  },
};

const ownBucket = (url: string, stack: Stack): boolean => stack.ofTypes(BUCKETS).some(({ props }) => props.bucket === locationOf(url)?.bucket);

function there(job: Seen, property: string, what: string, url: unknown, stack: Stack): Answer {
  if (String(url).includes(UNKNOWN)) return OBJECTS.some((type) => stack.behind(job, property, type).length) ? undefined : { undecided: `its ${what}` };
  const at = locationOf(url);
  const found = at && stack.ofTypes(OBJECTS).some(({ props }) => props.bucket === at.bucket && props.key === at.prefix);
  return found ? undefined : `its ${what} ${String(url)} is no object of this stack; add it, and take its place from that`;
}

const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
const CONNECTION = "aws:glue/connection:Connection";
const SECURITY = "aws:glue/securityConfiguration:SecurityConfiguration";

export const namesResolve: Rule = {
  ...catalogue,
  name: "st-glue-07",
  why: "A connection, database or configuration that is not there fails the first run (EntityNotFound).",
  set: "Take the names of connections, databases, tables and security configurations from resources of this stack.",
  covers: [],
  types: [JOB, CRAWLER, "aws:glue/catalogTable:CatalogTable"],
  check: (resource, stack) => {
    const { props } = resource;
    const targets = (props.catalogTargets ?? []) as Props[];
    return [
      ...((props.connections ?? []) as unknown[]).map((name) => resolved(resource, "connections", name, CONNECTION, stack)),
      unconnected(resource),
      ...((props.jdbcTargets ?? []) as Props[]).map(({ connectionName }) => resolved(resource, "jdbcTargets", connectionName, CONNECTION, stack)),
      ...targets.map(({ databaseName }) => resolved(resource, "catalogTargets", databaseName, DATABASE, stack)),
      ...targets.flatMap(({ tables }) => (tables ?? []) as unknown[]).map((name) => resolved(resource, "catalogTargets", name, "aws:glue/catalogTable:CatalogTable", stack)),
      resolved(resource, "databaseName", props.databaseName, DATABASE, stack),
      resolved(resource, "securityConfiguration", props.securityConfiguration, SECURITY, stack),
    ];
  },
};

/** A script that is told of a connection which its job does not have is not in that connection's network. */
function unconnected({ props }: Seen): Answer {
  const told = props.defaultArguments?.["--connection"] as unknown;
  return !known(told) || ((props.connections ?? []) as unknown[]).some((name) => name === told || name === UNKNOWN) ? undefined : `--connection names ${String(told)}, which is none of its connections; add it to those`;
}

function resolved(resource: Seen, property: string, name: unknown, type: string, stack: Stack): Answer {
  if (name === undefined || name === null) return undefined;
  if (name === UNKNOWN) return stack.behind(resource, property, type).length ? undefined : { undecided: property };
  return stack.ofTypes([type]).some(({ props }) => props.name === name) ? undefined : `${property} names ${String(name)}, which is no ${type.split(":").pop()} of this stack; take the name from one`;
}

/** Minutes: Glue's own default before version 5.0, Glue API, "Job", Timeout. */
const longest = 2880;

export const runsApart: Rule = {
  name: "st-glue-08",
  why: "Two runs of a job with bookmarks read the same files twice; a job that retries by itself does so behind the state machine's back.",
  set: "Set executionProperty.maxConcurrentRuns to 1 where bookmarks are on, a timeout of two days or less, and maxRetries to 0 where a state machine retries.",
  covers: [],
  level: "mandatory",
  promise: "orchestration",
  types: [JOB],
  check: ({ props }, stack) => {
    const { executionProperty, timeout, maxRetries = 0, defaultArguments, name } = props;
    // Glue API, "ExecutionProperty": the default is 1.
    const concurrent = (executionProperty?.maxConcurrentRuns ?? 1) as number;
    return [
      defaultArguments?.["--job-bookmark-option"] === "job-bookmark-enable" && concurrent !== 1 ? `${concurrent} runs at once share one bookmark; set executionProperty.maxConcurrentRuns to 1` : undefined,
      known(timeout) && Number(timeout) > 0 ? undefined : "timeout is not set; set the minutes that a run may take",
      Number(timeout) > longest ? `a run may take ${String(timeout)} minutes; set ${longest} or less` : undefined,
      maxRetries !== 0 && retried(String(name), stack) ? `a state machine retries it, and so does Glue, ${String(maxRetries)} times; set maxRetries to 0` : undefined,
    ];
  },
};

const retried = (job: string, stack: Stack): boolean => stack.ofTypes(["aws:sfn/stateMachine:StateMachine"]).some(({ props }) => {
  const definition = definitionOf(props.definition);
  return definition && tasksOf(definition).some(({ state }) => {
    const task = taskOf(state);
    return task?.action === "StartJobRun" && written(task, "JobName") === job && state.Retry?.length;
  });
});
