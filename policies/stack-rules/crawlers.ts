/** Crawlers: what they may make of what they find. */
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { fixedPart, liesIn, type Location, locationOf, sameAs } from "./location";

export const CRAWLER = "aws:glue/crawler:Crawler";
const TABLE = "aws:glue/catalogTable:CatalogTable";
const catalogue = { level: "mandatory", promise: "catalogue", types: [CRAWLER] } as const;

interface Target { path: unknown; at: Location | undefined; exclusions: string[] }

const targetsOf = ({ props }: Seen): Target[] =>
  ((props.s3Targets ?? []) as Props[]).map(({ path, exclusions }) => ({ path, at: locationOf(path), exclusions: (exclusions ?? []) as string[] }));

/** An answer for each target of a crawler in S3. */
export function eachTarget(crawler: Seen, say: (at: Location, target: Target) => Answer): Answer[] {
  return targetsOf(crawler).map((target) => {
    if (String(target.path).includes(UNKNOWN)) return { undecided: "a target of the crawler" };
    return target.at ? say(target.at, target) : `the target ${String(target.path)} is no s3:// path; set one`;
  });
}

const placesOf = (tables: readonly Seen[]): { table: Seen; at: Location }[] =>
  tables.flatMap((table) => {
    const at = locationOf(table.props.storageDescriptor?.location);
    return at ? [{ table, at }] : [];
  });

export const oneSchema: Rule = {
  ...catalogue,
  name: "st-glue-01",
  why: "A crawler that looks at a whole bucket, or into another's data, makes one table of two schemas, or a table of every folder.",
  set: "Give each target the folder of one data set, that is in no other target and holds no other table; of a database name the schema, too.",
  covers: [],
  check: (crawler, stack) => [...wholeDatabases(crawler), ...eachTarget(crawler, (at, target) => {
    if (at.prefix === "") return `the target ${String(target.path)} is a whole bucket; set the folder of one data set`;
    const others = stack.ofTypes([CRAWLER]).flatMap(targetsOf).filter(({ path }) => path !== target.path || targetsOf(crawler).filter((one) => one.path === path).length > 1);
    const inner = others.find((other) => other.at && liesIn(other.at, at));
    if (inner) return `the target ${String(target.path)} holds another target, ${String(inner.path)}; set folders that lie apart`;
    const held = placesOf(stack.ofTypes([TABLE])).find((place) => liesIn(place.at, at) && !sameAs(place.at, at));
    return held && `the target ${String(target.path)} holds the table ${String(held.table.props.name)}; set a folder without it`;
  })],
};

/** Targets in a database that leave the schema open: Glue Developer Guide, "Include path" of JDBC: `database/schema/table`, of MySQL and Oracle without a schema. */
const wholeDatabases = ({ props }: Seen): Answer[] => ((props.jdbcTargets ?? []) as Props[]).map(({ path }) => String(path)).filter((path) => path !== UNKNOWN)
  .filter((path) => { const parts = path.split("/"); return parts.length < 2 || parts.slice(0, -1).some((part) => part === "" || part.includes("%")); })
  .map((path) => `the target ${path} is a whole database or more; name database, schema and table`);

export const partitionsInherit: Rule = {
  ...catalogue,
  name: "st-glue-02",
  why: "Partitions with a schema of their own make queries fail (HIVE_PARTITION_SCHEMA_MISMATCH), and a table that a crawler deletes takes its readers with it.",
  set: 'Set CrawlerOutput.Partitions.AddOrUpdateBehavior in configuration to "InheritFromTable" and schemaChangePolicy.deleteBehavior to "LOG".',
  covers: [],
  check: ({ props }) => {
    const crawlsFiles = props.s3Targets?.length || props.catalogTargets?.length || props.deltaTargets?.length;
    const deletes = props.schemaChangePolicy?.deleteBehavior;
    return [
      deletes === UNKNOWN ? { undecided: "deleteBehavior" } : deletes === "LOG" ? undefined : `schemaChangePolicy.deleteBehavior is ${deletes ?? "left to its default, DEPRECATE_IN_DATABASE"}; set "LOG"`,
      crawlsFiles ? inherits(props.configuration) : undefined,
    ];
  },
};

function inherits(configuration: unknown): Answer {
  if (configuration === UNKNOWN) return { undecided: "the crawler's configuration" };
  const behaviour = known(configuration) ? (JSON.parse(String(configuration)) as { CrawlerOutput?: { Partitions?: { AddOrUpdateBehavior?: string } } }).CrawlerOutput?.Partitions?.AddOrUpdateBehavior : undefined;
  return behaviour === "InheritFromTable" ? undefined : 'configuration does not say how partitions get their schema; set CrawlerOutput.Partitions.AddOrUpdateBehavior to "InheritFromTable"';
}

export const noDeclaredTable: Rule = {
  ...catalogue,
  name: "st-glue-03",
  why: "A table that both a crawler and the program write changes back and forth, and each update undoes what the crawler found.",
  set: "Let a crawler add to declared tables by catalogTargets with updateBehavior LOG, or crawl into another database.",
  covers: [],
  check: (crawler, stack) => {
    const { databaseName, tablePrefix = "", catalogTargets = [], schemaChangePolicy } = crawler.props;
    const declared = stack.ofTypes([TABLE]).filter(({ props }) => props.databaseName === databaseName || shares(crawler, props, stack));
    const named = ((catalogTargets as Props[]).flatMap(({ tables }) => (tables ?? []) as string[])).filter((name) => declared.some(({ props }) => props.name === name));
    const changes = named.length && schemaChangePolicy?.updateBehavior !== "LOG"
      ? `it may change the schema of ${named.join(", ")}, which the program declares; set schemaChangePolicy.updateBehavior to "LOG"` : undefined;
    return [changes, ...eachTarget(crawler, (at) => {
      const name = `${String(tablePrefix)}${leafOf(at)}`;
      const own = declared.find(({ props }) => props.name === name) ?? placesOf(declared).find((place) => liesIn(at, place.at))?.table;
      return own && `it makes the table ${String(own.props.name)}, which the program declares; use catalogTargets, or another databaseName`;
    })];
  },
};

/** Whether a table's database is the crawler's, told by what both are made from. */
const shares = (crawler: Seen, props: Props, stack: Stack): boolean =>
  crawler.props.databaseName === UNKNOWN && stack.behind(crawler, "databaseName", "aws:glue/catalogDatabase:CatalogDatabase").some((database) => database.props.name === props.databaseName);

/** The last folder of a location, or the bucket: what a crawler calls a table by. */
export const leafOf = ({ bucket, prefix }: Location): string => prefix.split("/").filter(Boolean).pop() ?? bucket;

export const noLeftovers: Rule = {
  ...catalogue,
  name: "st-glue-05",
  why: "A crawler that meets error records, half-written files or answers of queries makes tables of them, or spoils the schema of the real one.",
  set: "Point targets, and tables that a crawler fills, away from error, temporary and result prefixes, or exclude those.",
  covers: [],
  check: (crawler, stack) => {
    const aside = stack.once("leftovers", () => leftovers(stack));
    const tables = ((crawler.props.catalogTargets ?? []) as Props[]).flatMap(({ databaseName, tables: names = [] }) =>
      stack.ofTypes([TABLE]).filter(({ props }) => (names as string[]).includes(String(props.name)) && props.databaseName === databaseName));
    return [
      ...eachTarget(crawler, (at, { path, exclusions }) => {
        const met = aside.find((one) => (liesIn(one.at, at) || liesIn(at, one.at)) && !exclusions.some((glob) => liesIn(one.at, { bucket: at.bucket, prefix: `${at.prefix}${glob.replace(/\*+.*$/, "")}` })));
        return met && `the target ${String(path)} meets ${met.what}, s3://${met.at.bucket}/${met.at.prefix}; set another folder, or exclude it`;
      }),
      ...placesOf(tables).map(({ table, at }): Answer => {
        const met = aside.find((one) => liesIn(one.at, at) || liesIn(at, one.at));
        return met && `the table ${String(table.props.name)} meets ${met.what}, s3://${met.at.bucket}/${met.at.prefix}; set another location`;
      }),
    ];
  },
};

/** Where a stack puts what is no data. */
function leftovers(stack: Stack): { what: string; at: Location }[] {
  const delivery = stack.ofTypes(["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"]).flatMap(({ props: { extendedS3Configuration: s3 } }) =>
    (s3?.errorOutputPrefix ? [place("what could not be delivered", `s3://${String(s3.bucketArn).split(":::")[1]}/${fixedPart(String(s3.errorOutputPrefix))}`)] : []));
  const rules = stack.ofTypes(["aws:iot/topicRule:TopicRule"]).flatMap(({ props: { errorAction } }) =>
    (errorAction?.s3 ? [place("what a rule could not hand on", `s3://${String(errorAction.s3.bucketName)}/${fixedPart(String(errorAction.s3.key))}`)] : []));
  const answers = stack.ofTypes(["aws:athena/workgroup:Workgroup"]).map(({ props }) => place("answers of queries", props.configuration?.resultConfiguration?.outputLocation));
  const temporary = stack.ofTypes(["aws:glue/job:Job"]).map(({ props }) => place("temporary files", props.defaultArguments?.["--TempDir"]));
  return [...delivery, ...rules, ...answers, ...temporary].flatMap(({ what, at }) => (at && !at.bucket.includes(UNKNOWN) ? [{ what, at }] : []));
}

const place = (what: string, url: unknown): { what: string; at: Location | undefined } => ({ what, at: locationOf(url) });
