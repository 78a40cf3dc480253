/** Topic rules: what IoT hands on, and what becomes of what it can't. */
import { beyond, missing, type Need } from "../iam/need";
import { arn, placeOf } from "../iam/place";
import { permissionsOf, roleOf, servicesOf, trustOf } from "../iam/role";
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack, UNKNOWN } from "../stack";
import { STREAM } from "./delivery";
import { fixedPart } from "./location";

const RULE = "aws:iot/topicRule:TopicRule";
const ingest = { level: "mandatory", promise: "ingest", types: [RULE] } as const;

/** Actions of a rule by the property that holds them, as [kind, settings]; `errorAction` left out. */
function actionsOf({ props }: Seen): [string, Props][] {
  const kinds = ["cloudwatchAlarms", "cloudwatchLogs", "cloudwatchMetrics", "dynamodbs", "dynamodbv2s", "elasticsearch", "firehoses", "https", "iotAnalytics", "iotEvents", "kafkas", "kineses", "lambdas", "republishes", "s3", "sns", "sqs", "stepFunctions", "timestreams"];
  return kinds.flatMap((kind) => [props[kind] ?? []].flat().map((settings): [string, Props] => [kind, settings as Props]));
}

const target = (settings: Props): string => JSON.stringify(Object.entries(settings).filter(([key]) => !["roleArn", "key", "separator", "batchMode", "qos"].includes(key)).sort());

export const errorsKept: Rule = {
  ...ingest,
  name: "st-iot-01",
  why: "A message that a rule can't hand on is gone, unless an error action keeps it somewhere else.",
  set: "Set errorAction to another service or target than the rule's own actions.",
  covers: [],
  check: (rule) => {
    const errors = Object.entries((rule.props.errorAction ?? {}) as Record<string, Props | undefined>).filter(([, settings]) => settings);
    if (!errors.length) return "errorAction is not set; keep what can't be handed on, in S3 for example";
    const plural = (kind: string): string => ({ kinesis: "kineses", kafka: "kafkas", firehose: "firehoses", lambda: "lambdas", republish: "republishes", dynamodb: "dynamodbs", http: "https" })[kind] ?? kind;
    return errors.filter(([kind, settings]) => actionsOf(rule).some(([own, other]) => (own === kind || own === plural(kind)) && target(other) === target(settings!)))
      .map(([kind]) => `errorAction goes to the same ${kind} target as the rule, which then fails as well; set another`);
  },
};

export const topicsHeard: Rule = {
  name: "st-iot-02",
  why: "What things may publish and no rule hears is lost without a trace.",
  set: "Let the FROM of a rule take in every topic that the policy allows to publish, or take the topic out of the policy.",
  covers: [],
  level: "mandatory",
  promise: "ingest",
  types: ["aws:iot/policy:Policy"],
  check: (policy, stack) => {
    const filters = stack.ofTypes([RULE]).filter(({ props }) => props.enabled !== false).map(({ props }) => /\bFROM\s+'([^']+)'/i.exec(String(props.sql))?.[1]).filter((filter) => filter !== undefined);
    if (String(policy.props.policy).includes(UNKNOWN)) return { undecided: "the policy" };
    return publishTopics(policy.props.policy).filter((topic) => !topic.startsWith("$aws/") && !filters.some((filter) => hears(filter, topic)))
      .map((topic) => `things may publish to ${topic}, which no rule takes in; set a rule's FROM, or take it out of the policy`);
  },
};

export const ownTopics: Rule = {
  ...ingest,
  name: "st-iot-06",
  why: "A rule that listens to everything takes in what other projects' things say, and is paid for each of their messages.",
  set: "Begin the FROM of the rule with a word of its own, such as 'sensors/+/temperature'.",
  covers: [],
  check: ({ props }) => {
    if (props.sql === UNKNOWN) return { undecided: "its SQL" };
    const filter = /\bFROM\s+'([^']*)'/i.exec(String(props.sql))?.[1];
    return filter !== undefined && /^[#+]/.test(filter) ? `it listens to ${filter}; begin with a word of its own` : undefined;
  },
};

/** Topics of an IoT policy that publishing is allowed to. */
function publishTopics(policy: unknown): string[] {
  const { Statement } = JSON.parse(String(policy)) as { Statement: { Effect: string; Action: string | string[]; Resource: string | string[] }[] };
  return [Statement].flat().filter(({ Effect, Action }) => Effect === "Allow" && [Action].flat().some((action) => ["iot:publish", "iot:*", "*"].includes(action.toLowerCase())))
    .flatMap(({ Resource }) => [Resource].flat()).flatMap((resource) => /:topic\/(.+)$/.exec(resource)?.[1] ?? []);
}

/** Whether a filter takes in every topic that a pattern of a policy stands for; a variable is one level, `*` any number. */
export function hears(filter: string, pattern: string): boolean {
  const [levels, wanted] = [filter.split("/"), pattern.split("/")];
  for (const [at, level] of levels.entries()) {
    if (level === "#") return true;
    const own = wanted[at];
    if (own === undefined || own.includes("*")) return false;
    if (level !== "+" && level !== own) return false;
  }
  return levels.length === wanted.length;
}

export const ruleAllowed: Rule = {
  ...ingest,
  promise: "permissions",
  name: "st-iot-03",
  why: "A rule whose role may not put a record drops every message; one that may put anywhere can be made to.",
  set: "Let iot.amazonaws.com assume the role, and allow it the rule's own actions on their own targets.",
  covers: [],
  check: (rule, stack) => {
    const own = [...actionsOf(rule), ...Object.entries((rule.props.errorAction ?? {}) as Record<string, Props>).filter(([, settings]) => settings)];
    const roles = [...new Set(own.map(([, { roleArn }]) => roleArn as unknown))];
    return roles.filter((role) => role !== undefined).flatMap((roleArn) => ofRole(rule, roleArn, own.filter(([, settings]) => settings.roleArn === roleArn), stack));
  },
};

function ofRole(rule: Seen, roleArn: unknown, actions: [string, Props][], stack: Stack): Answer[] {
  const role = ["firehoses", "errorAction", ...actions.map(([kind]) => kind)].map((property) => roleOf(rule, property, roleArn, stack)).find((found) => found);
  const place = placeOf(stack);
  if (!role || !place) return [{ undecided: "its role" }];
  const [trust, allows] = [trustOf(role), permissionsOf(role, stack)];
  if (!trust || typeof allows === "string") return [{ undecided: typeof allows === "string" ? allows : "who may assume its role" }];
  const untrusted = servicesOf(trust).includes("iot.amazonaws.com") ? [] : [`iot.amazonaws.com may not assume the role ${role.name}; trust it`];
  const needs = actions.map(([kind, settings]) => needsOf(kind, settings, stack, (service, rest) => arn(place, service, rest)));
  if (needs.includes(undefined)) return [...untrusted, { undecided: "what one of its actions needs" }];
  const all = needs.flatMap((some) => some ?? []);
  return [...untrusted, ...missing(all, allows), ...beyond(all, allows)];
}

/** Needs of an action: AWS IoT Core Developer Guide, "AWS IoT rule actions", the page of each; undefined for one that is not known here. */
function needsOf(kind: string, settings: Props, stack: Stack, at: (service: string, rest: string) => string): Need[] | undefined {
  switch (kind.replace(/s$/, "")) {
    case "firehose": return [{ action: settings.batchMode ? "firehose:PutRecordBatch" : "firehose:PutRecord", on: [at("firehose", `deliverystream/${String(settings.deliveryStreamName)}`)], for: "the rule" }];
    case "s3": return toBucket(settings, stack);
    case "sn": return [{ action: "sns:Publish", on: [String(settings.targetArn)], for: "the rule" }];
    case "sq": return [{ action: "sqs:SendMessage", on: [at("sqs", String(settings.queueUrl).split("/").pop() ?? "")], for: "the rule" }];
    case "kinese": case "kinesi": return [{ action: "kinesis:PutRecord", on: [at("kinesis", `stream/${String(settings.streamName)}`)], for: "the rule" }];
    case "cloudwatchLog": return ["CreateLogStream", "DescribeLogStreams", "PutLogEvents"].map((action) => ({ action: `logs:${action}`, on: [], kind: String(settings.logGroupName), for: "the rule" }));
    default: return undefined;
  }
}

/** An object, and the key of a bucket that has its own; what belongs to a put that fails may be allowed, too. */
function toBucket({ bucketName, key }: Props, stack: Stack): Need[] {
  const objects = `arn:aws:s3:::${String(bucketName)}/${fixedPart(String(key))}*`;
  const encryption = stack.ofTypes(["aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"]).find(({ props }) => props.bucket === bucketName);
  const keyArn = ((encryption?.props.rules ?? []) as Props[]).map((one) => one.applyServerSideEncryptionByDefault?.kmsMasterKeyId as unknown).find(known);
  return [
    { action: "s3:PutObject", on: [objects], for: "the error action" },
    { action: "s3:AbortMultipartUpload", on: [objects], optional: true, for: "the error action" },
    ...(keyArn ? [{ action: "kms:GenerateDataKey", on: [String(keyArn)], for: "the error action" }, { action: "kms:Decrypt", on: [String(keyArn)], optional: true, for: "the error action" }] : []),
  ];
}

export const linesEnd: Rule = {
  ...ingest,
  name: "st-fh-04",
  why: "Firehose joins records as they come: without an end of line, a file is one line that nothing can read.",
  set: 'Set separator of the rule\'s Firehose action to "\\n", or give the stream an AppendDelimiterToRecord processor.',
  covers: [],
  check: (rule, stack) => actionsOf(rule).filter(([kind]) => kind === "firehoses").map(([, { separator, deliveryStreamName }]): Answer => {
    if (separator === UNKNOWN) return { undecided: "separator" };
    if (separator === "\n" || separator === "\r\n") return undefined;
    const stream = stack.ofTypes([STREAM]).find(({ props }) => props.name === deliveryStreamName) ?? stack.behind(rule, "firehoses", STREAM)[0];
    const processors = (stream?.props.extendedS3Configuration?.processingConfiguration?.processors ?? []) as Props[];
    return processors.some(({ type }) => type === "AppendDelimiterToRecord") ? undefined : 'records are not divided; set separator to "\\n"';
  }),
};
