/** Environment: what is of prod stays, what is of one stack stays in it, and everything says whose it is. */
import type { Answer, Rule } from "../rule";
import { known, type Seen, type Stack, UNKNOWN } from "../stack";

const operations = { promise: "operations" } as const;
const BUCKETS = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];
const KEY = "aws:kms/key:Key";
const SECRET = "aws:secretsmanager/secret:Secret";
const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";

export const kept: Rule = {
  ...operations,
  name: "st-env-01",
  why: "What prod holds can't be made again: a stack that is renamed or removed must not take it along.",
  set: "Set protect on buckets, keys, secrets and databases, forceDestroy to false, and recovery windows of at least 7 days.",
  covers: [],
  level: "prod",
  types: [...BUCKETS, KEY, SECRET, DATABASE],
  check: ({ type, props, protect }) => [
    protect ? undefined : "it is not protected; set protect to true",
    BUCKETS.includes(type) && props.forceDestroy === true ? "it goes with all its objects; set forceDestroy to false" : undefined,
    // Defaults of AWS: 30 days both.
    type === SECRET ? window("recoveryWindowInDays", props.recoveryWindowInDays) : undefined,
    type === KEY ? window("deletionWindowInDays", props.deletionWindowInDays) : undefined,
  ],
};

const window = (what: string, days: unknown): Answer =>
  (days === UNKNOWN ? { undecided: what } : known(days) && Number(days) < 7 ? `${what} is ${String(days)}; set at least 7` : undefined);

/** Words that name an environment in names and ARNs; those in one row are one environment. */
const environments = [["dev", "development"], ["test", "testing"], ["qa"], ["uat"], ["sandbox"], ["staging", "stage"], ["preprod"], ["prod", "production"], ["local"]];

export const ownEnvironment: Rule = {
  ...operations,
  name: "st-env-02",
  why: "A stack that reads or writes what belongs to another environment mixes what is tried out with what counts.",
  set: "Name resources of this environment; where one is shared on purpose, make an exception with the reason.",
  covers: [],
  level: "mandatory",
  types: ["*"],
  check: (resource, stack) => {
    const environment = stack.settings.environment ?? environmentOf(resource);
    const others = environments.filter((words) => !words.includes(environment)).flat();
    if (others.length === environments.flat().length) return undefined; // A stack of one's own name has no others to tell from.
    const foreign = new RegExp(`(^|[^A-Za-z0-9])(${others.join("|")})(?=$|[^A-Za-z0-9])`);
    return [...new Set(namesIn(resource.props))].filter((name) => foreign.test(name)).map((name) => `it names ${name}, of ${foreign.exec(name)?.[2]}; name one of ${environment}`);
  },
};

/** The stack's name, which stands in every URN. */
const environmentOf = ({ urn }: Seen): string => /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? "";

/** ARNs and places in S3 in the properties, wherever they stand; the ARN of the resource itself counts, too. */
function namesIn(value: unknown): string[] {
  if (typeof value === "string") return value.match(/arn:[\w-]+:[^\s"'\\,]+|s3a?:\/\/[^\s"'\\,]+/g) ?? [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(namesIn);
}

/** What says whose a resource is, where the settings name no other tags. */
const TAGS = ["Project", "Environment", "Owner"];

export const tagged: Rule = {
  ...operations,
  name: "st-env-03",
  why: "A resource that does not say whose it is, is paid by everybody and removed by nobody.",
  set: `Set the tags ${TAGS.join(", ")}, or those that the settings name; as defaultTags of the provider they come to everything.`,
  covers: [],
  level: "mandatory",
  types: ["*"],
  check: ({ props }, { settings }: Stack) => {
    // `tagsAll` is an output of whatever takes tags.
    const tags = (props.tagsAll ?? props.tags) as Record<string, unknown> | string | undefined | null;
    if (tags === undefined || tags === null) return undefined;
    if (typeof tags === "string") return { undecided: "its tags" };
    const { Environment } = tags;
    return [
      ...(settings.tags ?? TAGS).filter((tag) => !tags[tag]).map((tag): Answer => `the tag ${tag} is missing; set it`),
      settings.environment && Environment && Environment !== UNKNOWN && Environment !== settings.environment ? `its tag Environment is ${JSON.stringify(Environment)}; set ${settings.environment}` : undefined,
    ];
  },
};
