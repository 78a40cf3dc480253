/** Rest: the mutants that no rule tells, each kind with the reason why. A test fails on one without a reason, and on a reason that nothing needs. */
import type { Mutant } from "./mutant";

export interface Reason {
  /** End of the type's token, such as `Key`. */
  type: string;
  path: string | RegExp;
  how: RegExp;
  /** Logical names; all when left out. */
  resource?: RegExp;
  because: string;
}

const STILL_BOUND = "The condition that says whose a request has to be still stands, and keeps everyone else out.";

export const reasons: readonly Reason[] = [
  { type: "Key", path: "policy", how: /everyone|everyone who has an account|everyone but one/, because: STILL_BOUND },
  { type: "TopicPolicy", path: "policy", how: /everyone|everyone who has an account|everyone but one/, because: STILL_BOUND },
  { type: "BucketPolicy", path: "policy", how: /everyone|everyone who has an account|everyone but one|another account besides/, because: STILL_BOUND },
  { type: "Key", path: "policy", how: /another service besides/, because: "Which services use a key is nowhere in a plan; the condition binds the further one to this account as well." },
  { type: "TopicPolicy", path: "policy", how: /another service besides/, because: "Which services publish is nowhere in a plan; the condition binds the further one to this account as well." },
  { type: "BucketPolicy", path: "policy", how: /another service besides/, because: "Which services write into a bucket is nowhere in a plan; the condition binds the further one to this account as well." },
  { type: "RolePolicy", path: "policy", how: /^statement \d+ \(ec2:CreateTags, ec2:DeleteTags\): (every resource but one|network-interface\/\* widened to)/,
    because: "The condition on aws:TagKeys still stands: the one tag that Glue uses may be set or taken away, and no other." },
  { type: "BucketLifecycleConfiguration", path: /^rules\[\]\.(expiration|filter\.prefix|status)/, how: /./, resource: /^lake-access-/,
    because: "How long access logs are kept is the owner's choice, or a law's; no rule can know which." },
  { type: "PeeringConnectionOptions", path: /^$|allowRemoteVpcDnsResolution$/, how: /./, because: "The connection names its database by address, or by a name that the other side's option resolves: what is lost is not used." },
  { type: "Route", path: "", how: /removed/, resource: /^network-there-2$/, because: "Nothing stands in the second subnet that asks the database; st-net-02 walks from where a connection stands." },
  { type: "RouteTable", path: "(beside) Route", how: /internet/, resource: /^network-vpc-isolated-2$/, because: "No connection stands in the second subnet; its groups let nothing in, and nothing out but to named places." },
  { type: "RouteTableAssociation", path: "", how: /removed/, resource: /^network-vpc-isolated-2$/, because: "No connection stands in the second subnet; the main table that it falls back to has no route at all." },
  { type: "VpcEndpoint", path: "routeTableIds[]", how: /removed/, resource: /^network-s3$/, because: "Of two tables the second one is lost, and nothing stands in its subnet that asks S3." },
  { type: "VpcEndpoint", path: "privateDnsEnabled", how: /./, resource: /^source-/, because: "The sample database's own endpoint: without its name the machine's one call fails, as its network has no other way out." },
  { type: "SecurityGroupIngressRule", path: "ipProtocol", how: /-1/, resource: /^network-workers-in$/, because: "Still from the group to itself alone; Glue asks for all TCP ports there already." },
  { type: "SecurityGroupEgressRule", path: "ipProtocol", how: /-1/, resource: /^network-workers-out$/, because: "Still from the group to itself alone; Glue asks for all TCP ports there already." },
  { type: "SecurityGroupIngressRule", path: "", how: /removed/, resource: /^source-/, because: "Less is open: the sample database no longer reads its password, and does not come up." },
  { type: "SecurityGroupEgressRule", path: "", how: /removed/, resource: /^source-/, because: "Less is open: the sample database no longer reads its password, and does not come up." },
  { type: "EventRule", path: /^$|eventPattern|state/, how: /./, because: "The alarms on runs that were stopped or took too long tell of the same; both together are caught." },
  { type: "EventTarget", path: "", how: /removed/, because: "The alarms on runs that were stopped or took too long tell of the same; both together are caught." },
  { type: "Job", path: /^executionProperty\.maxConcurrentRuns$/, how: /./, resource: /import-(db|s3)$/, because: "These jobs have no bookmark to share: what two runs read twice is one row after curate." },
  { type: "MetricAlarm", path: /^$|dimensions|metricName|namespace/, how: /./, resource: /^etl-run-(aborted|timed-out)$/, because: "The event rule on runs that were stopped or took too long tells of the same; both together are caught." },
  { type: "MetricAlarm", path: /^$|dimensions|metricName|namespace|metricQueries/, how: /./, resource: /(slow|overdue)$/, because: "Slow and overdue is not failed: no rule asks for an alarm on it." },
  { type: "StateMachine", path: "definition", how: /^"Train and Score Many": its MaxConcurrency removed/, because: "A distributed Map keeps its items' events in histories of their own; how many run at once the account's quota bounds." },
  { type: "MetricAlarm", path: "dimensions.VariantName", how: /./, because: "Variants of an endpoint are named freely; that one is named is asked for." },
];

const fits = (pattern: string | RegExp, text: string): boolean => (typeof pattern === "string" ? pattern === text : pattern.test(text));

/** Why nothing tells a mutant. */
export const reasonFor = ({ type, path, how, resource }: Mutant): Reason | undefined =>
  reasons.find((one) => type.endsWith(`:${one.type}`) && fits(one.path, path) && one.how.test(how) && (one.resource?.test(resource) ?? true));
