/** Alarms: what fails in prod tells somebody. Metrics and dimensions: CloudWatch pages of each service's developer guide. */
import type { Answer, Rule } from "../rule";
import { known, type Props, type Seen, type Stack } from "../stack";
import { STREAM } from "./delivery";
import { MACHINE } from "./definition";
import { nested } from "./machines";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const RULE = "aws:iot/topicRule:TopicRule";
const ENDPOINT = "aws:sagemaker/endpoint:Endpoint";
const JOB = "aws:glue/job:Job";
const EVENTS = "aws:cloudwatch/eventRule:EventRule";

/** What must be watched of a type: namespace, dimension, and one of each group of metrics. */
const watched: Record<string, { namespace: string; dimension: string; value: (seen: Seen) => unknown; metrics: string[][] }> = {
  [STREAM]: { namespace: "AWS/Firehose", dimension: "DeliveryStreamName", value: ({ props }) => props.name, metrics: [["DeliveryToS3.DataFreshness"], ["DeliveryToS3.Success"]] },
  [RULE]: { namespace: "AWS/IoT", dimension: "RuleName", value: ({ props }) => props.name, metrics: [["RuleMessageThrottled"], ["ErrorActionFailure"]] },
  [MACHINE]: { namespace: "AWS/States", dimension: "StateMachineArn", value: ({ props }) => props.arn, metrics: [["ExecutionsFailed"]] },
  [ENDPOINT]: { namespace: "AWS/SageMaker", dimension: "EndpointName", value: ({ props }) => props.name, metrics: [["Invocation5XXErrors", "InvocationModelErrors"]] },
};

export const failuresTold: Rule = {
  name: "st-obs-01",
  why: "Data that stops arriving is noticed when somebody looks for it, weeks later.",
  set: "Add MetricAlarms: Firehose DeliveryToS3.DataFreshness and .Success, IoT RuleMessageThrottled and ErrorActionFailure, States ExecutionsFailed, endpoint 5XX; an EventRule with a target for runs that are ABORTED or TIMED_OUT; and an event or a watched machine for Glue jobs.",
  covers: [],
  level: "prod",
  promise: "operations",
  types: [STREAM, RULE, MACHINE, ENDPOINT, JOB],
  check: (resource, stack) => {
    if (resource.type === JOB) return jobTold(resource, stack);
    if (resource.type === MACHINE && nested(resource, stack)) return undefined;
    const { namespace, dimension, value, metrics } = watched[resource.type]!;
    // Whether an alarm has an action is asked by a rule of its own, alarm-actions.
    const missed = metrics.filter((names) => !names.some((metric) => alarmsOn(metric, stack).some((alarm) => onMetric(alarm, metric, { namespace, dimension, resource, value: value(resource) }))))
      .map((names): Answer => `no alarm watches ${namespace} ${names.join(" or ")} of it; add a MetricAlarm`);
    return resource.type === MACHINE ? [...missed, ...endsTold(resource, stack)] : missed;
  },
};

/** Runs that were stopped or took too long did not fail: Step Functions Developer Guide, "Automating Step Functions event delivery with EventBridge". */
function endsTold(machine: Seen, stack: Stack): Answer[] {
  const { namespace, dimension, value } = watched[MACHINE]!;
  const alarmed = (metric: string): boolean => alarmsOn(metric, stack).some((alarm) => onMetric(alarm, metric, { namespace, dimension, resource: machine, value: value(machine) }));
  const heard = stack.ofTypes([EVENTS]).filter(({ props }) => props.state !== "DISABLED" && String(props.eventPattern).includes("aws.states"))
    .filter((rule) => stack.pointingAt(rule, "aws:cloudwatch/eventTarget:EventTarget", "rule").length || stack.ofTypes(["aws:cloudwatch/eventTarget:EventTarget"]).some(({ props }) => props.rule === rule.props.name));
  return [["ABORTED", "ExecutionsAborted"], ["TIMED_OUT", "ExecutionsTimedOut"]].filter(([status, metric]) => !alarmed(metric!) && !heard.some(({ props }) => String(props.eventPattern).includes(status!)))
    .map(([status, metric]) => `nobody hears of a run that is ${status}; add an EventRule on it with a target, or a MetricAlarm on ${metric}`);
}

/** Alarms that name a metric, in a query or by themselves. */
const alarmsOn = (metric: string, stack: Stack): readonly Seen[] => [...stack.having(ALARM, ["metricName"], metric), ...queried(stack)];
const queried = (stack: Stack): Seen[] => stack.once("alarms by query", () => stack.ofTypes([ALARM]).filter(({ props }) => props.metricQueries !== undefined));

interface Watched { namespace: string; dimension: string; resource: Seen; value: unknown }

/** Whether an alarm is on a metric of a resource: by its dimensions, or by a query that names both. */
function onMetric({ props, dependencies }: Seen, metric: string, { namespace, dimension, resource, value }: Watched): boolean {
  const queries = ((props.metricQueries ?? []) as Props[]).flatMap(({ expression, metric: own }) => [expression ?? "", own?.metricName ?? ""].map(String));
  const asked = queries.some((query) => query.includes(metric)) && ((dependencies.metricQueries ?? []).includes(resource.urn) || queries.some((query) => query.includes(String(value))));
  const dimensions = (props.dimensions ?? {}) as Record<string, unknown>;
  const own = known(value) && dimensions[dimension] === value || (dependencies.dimensions ?? []).includes(resource.urn);
  // CloudWatch sums over no dimension by itself: an alarm that leaves one out never sees a value.
  const whole = (alsoBy[metric] ?? []).every((name) => name in dimensions);
  return asked || (props.namespace === namespace && props.metricName === metric && own && whole);
}

/** Further dimensions of a metric: AWS IoT Core Developer Guide, "Rule action metrics"; SageMaker Developer Guide, "Endpoint invocation metrics". */
const alsoBy: Record<string, string[]> = { ErrorActionFailure: ["ActionType"], Invocation5XXErrors: ["VariantName"], InvocationModelErrors: ["VariantName"] };

/** Names of jobs in the definitions of machines. */
const jobsRun = (stack: Stack): Set<string> => stack.once("jobsRun", () =>
  new Set(stack.ofTypes([MACHINE]).flatMap(({ props }) => [...String(props.definition).matchAll(/"JobName":"([^"]+)"/g)].map(([, name]) => name!))));

/** A job's failure is told by the machine that runs it, or by a rule on Glue's event. */
function jobTold({ props: { name } }: Seen, stack: Stack): Answer {
  const run = jobsRun(stack).has(String(name));
  const heard = stack.ofTypes([EVENTS]).some(({ props }) => String(props.eventPattern).includes("Glue Job State Change"));
  return run || heard ? undefined : "nobody hears when it fails; run it from a state machine, or add an EventRule on Glue Job State Change";
}
