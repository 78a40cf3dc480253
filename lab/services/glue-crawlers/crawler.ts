/** Crawler: its definition, what is wrong with one, and how it is shown. Pure. */
import { ApiFault, notHere, type Json } from "../../gateway/service";

export interface Crawler {
  /** As in CreateCrawler: Role, DatabaseName, Targets, SchemaChangePolicy, RecrawlPolicy, Configuration, TablePrefix, … */
  definition: Json;
  /** Epoch seconds. */
  created: number;
  updated: number;
  version: number;
  /** The newest last. */
  crawls: Crawl[];
}

export interface Crawl {
  id: string;
  /** Epoch seconds. */
  started: number;
  ended?: number;
  status: "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
  error?: string;
  logStream: string;
}

export type State = "READY" | "RUNNING" | "STOPPING";

export const logGroup = "/aws-glue/crawlers";
const keptCrawls = 50;

const fields = [
  "Role", "DatabaseName", "Description", "Targets", "TablePrefix", "SchemaChangePolicy", "RecrawlPolicy", "LineageConfiguration",
  "LakeFormationConfiguration", "Configuration", "CrawlerSecurityConfiguration",
] as const;
/** Glue Web API Reference, SchemaChangePolicy and RecrawlPolicy. */
const defaults = {
  TablePrefix: "", SchemaChangePolicy: { UpdateBehavior: "UPDATE_IN_DATABASE", DeleteBehavior: "DEPRECATE_IN_DATABASE" },
  RecrawlPolicy: { RecrawlBehavior: "CRAWL_EVERYTHING" },
};

/** The definition after a create or an update that names some of its fields; throws what the lab's crawlers can't do. */
export function defined(input: Json, was: Json = defaults): Json {
  const named = Object.fromEntries(fields.filter((field) => input[field] !== undefined && input[field] !== null).map((field) => [field, input[field]]));
  const definition = { ...was, ...named };
  if (input.Schedule) throw notHere("glue", "a crawler's Schedule; it crawls when asked to");
  if (input.Classifiers?.length) throw notHere("glue", "custom classifiers");
  for (const [kind, targets] of Object.entries(definition.Targets ?? {})) {
    if ((targets as Json[])?.length && !["S3Targets", "JdbcTargets", "CatalogTargets"].includes(kind)) throw notHere("glue", `crawler ${kind}`);
  }
  if (definition.RecrawlPolicy.RecrawlBehavior === "CRAWL_EVENT_MODE") throw notHere("glue", "RecrawlBehavior CRAWL_EVENT_MODE");
  const faults = faultsOf(definition);
  if (faults.length) throw new ApiFault("InvalidInputException", faults.join("; "));
  return definition;
}

function faultsOf({ Targets, DatabaseName, SchemaChangePolicy: policy, RecrawlPolicy, Configuration }: Json): string[] {
  const { S3Targets = [], JdbcTargets = [], CatalogTargets = [] } = Targets ?? {};
  const log = policy.UpdateBehavior === "LOG" && policy.DeleteBehavior === "LOG";
  return [
    ...(S3Targets.length + JdbcTargets.length + CatalogTargets.length ? [] : ["Targets is empty; set S3Targets, JdbcTargets or CatalogTargets"]),
    ...(S3Targets as Json[]).filter(({ Path }) => !/^s3:\/\/[a-z0-9][a-z0-9.-]{1,62}(\/.*)?$/.test(Path ?? "")).map(({ Path }) => `S3 path "${Path}" is not s3://bucket/prefix`),
    ...(CatalogTargets.length && (S3Targets.length || JdbcTargets.length) ? ["catalog targets can't be mixed with others"] : []),
    ...(CatalogTargets.length && policy.DeleteBehavior !== "LOG" ? ["catalog targets need DeleteBehavior LOG"] : []),
    ...(!CatalogTargets.length && !DatabaseName ? ["DatabaseName is missing"] : []),
    ...(RecrawlPolicy.RecrawlBehavior === "CRAWL_NEW_FOLDERS_ONLY" && !log ? ["CRAWL_NEW_FOLDERS_ONLY needs UpdateBehavior and DeleteBehavior LOG"] : []),
    ...(isJson(Configuration) ? [] : ["Configuration is not JSON"]),
  ];
}

function isJson(text: string | undefined): boolean {
  try {
    return text === undefined || text === "" || typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** With the outcome of its newest crawl written down. */
export function withCrawl(crawler: Crawler, crawl: Crawl): Crawler {
  const others = crawler.crawls.filter(({ id }) => id !== crawl.id);
  return { ...crawler, crawls: [...others, crawl].slice(-keptCrawls) };
}

/** Crawler of the API: `LastCrawl` is the last that ended. */
export function shown(name: string, { definition, created, updated, version, crawls }: Crawler, state: State): Json {
  const last = crawls.filter(({ status }) => status !== "RUNNING").at(-1);
  const running = crawls.find(({ status }) => status === "RUNNING");
  return {
    Name: name, Classifiers: [], ...definition, State: state, CreationTime: created, LastUpdated: updated, Version: version,
    CrawlElapsedTime: running ? Math.round(Date.now() - running.started * 1000) : 0,
    ...(last ? { LastCrawl: { ...lastCrawl(last), StartTime: last.started } } : {}),
  };
}

const lastCrawl = ({ id, status, error, logStream }: Crawl): Json => ({
  Status: status, ...(error === undefined ? {} : { ErrorMessage: error }), LogGroup: logGroup, LogStream: logStream, MessagePrefix: id,
});

const historyStates = { RUNNING: "RUNNING", SUCCEEDED: "COMPLETED", FAILED: "FAILED", CANCELLED: "STOPPED" } as const;

/** CrawlerHistory of ListCrawls. */
export const history = (crawl: Crawl): Json => ({
  CrawlId: crawl.id, State: historyStates[crawl.status], StartTime: crawl.started, EndTime: crawl.ended, ErrorMessage: crawl.error,
  LogGroup: logGroup, LogStream: crawl.logStream, MessagePrefix: crawl.id,
});
