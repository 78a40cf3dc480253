/** Cases in which a rule over the whole stack is not asked: what it asks about is not there, and the fault beside it is none of its business. */
import type { Scope, State } from "../asl/machine";
import type { Props } from "../stack";
import { type Case, type Copy, rewrite } from "../testing";

const silent = (rule: string, when: string, change: Case["change"], stack = "prod"): Case => ({ rule, when, change, stack, fires: [], silent: true });
const without = (...types: string[]) => (copy: Copy): void => void copy.resources.splice(0, copy.resources.length, ...copy.resources.filter(({ type }) => !types.some((end) => type.endsWith(`:${end}`))));
const every = (type: string, change: (props: Props) => void) => (copy: Copy): void => copy.resources.filter((one) => one.type.endsWith(`:${type}`)).forEach(({ props }) => change(props));
const of = (type: string, name: string, change: (props: Props) => void) => (copy: Copy): void => change(copy.the(type, name).props);
const states = (name: string, change: (states: Record<string, State>) => void) => of("StateMachine", `etl-${name}`, (props) => rewrite<Scope>(props, "definition", ({ States }) => change(States!)));
const denied = (type: string, name: string, statement: object) => of(type, name, (props) => rewrite<{ Statement: object[] }>(props, "policy", ({ Statement }) => { Statement.push({ Effect: "Deny", ...statement }); }));

/** A stream whose records go to somebody's API. */
const elsewhere = every("FirehoseDeliveryStream", (props) => { delete props.extendedS3Configuration; props.destination = "http_endpoint"; });
/** A crawler that has no folders to look at. */
const folderless = of("Crawler", "history-crawl-history", (props) => { delete props.s3Targets; props.tablePrefix = "2-"; });
const KEY = `AKIA${"A".repeat(16)}`;

export const silentCases: Case[] = [
  silent("st-name-02", "a crawler reads no folders", folderless),
  silent("st-name-03", "a table has no columns of its own", of("CatalogTable", "bi-view-diagnostics_hourly", (props) => { delete props.storageDescriptor; })),
  silent("st-glue-01", "a crawler reads no folders", folderless),
  silent("st-glue-03", "a crawler reads no folders and no declared tables", of("Crawler", "history-crawl-history", (props) => { delete props.s3Targets; props.schemaChangePolicy.updateBehavior = "UPDATE_IN_DATABASE"; })),
  silent("st-glue-05", "a crawler reads no folders", folderless),
  silent("st-glue-06", "there are no jobs", without("Job")),
  silent("st-glue-07", "a job names no connection and no configuration", of("Job", "history-import-db", (props) => { for (const name of ["connections", "securityConfiguration", "defaultArguments"]) delete props[name]; })),
  silent("st-glue-09", "a connection only leads into a network", of("Connection", "history-connection", (props) => { props.connectionType = "NETWORK"; delete props.connectionProperties; })),
  silent("st-glue-10", "a secret holds it", (copy) => copy.add({ type: "aws:secretsmanager/secretVersion:SecretVersion", name: "login", props: { secretString: KEY } })),
  silent("st-glue-12", "jobs put nothing aside", (copy) => { every("Job", (props) => { delete props.defaultArguments["--TempDir"]; })(copy); copy.without("BucketLifecycleConfiguration", "lake-assets-lifecycle"); }),
  silent("st-fh-01", "a stream goes to an API", elsewhere),
  silent("st-fh-02", "a stream goes to an API", elsewhere),
  silent("st-fh-03", "a stream goes to an API", elsewhere),
  silent("st-fh-05", "a stream goes to an API", elsewhere),
  silent("st-iot-01", "there are no topic rules", without("TopicRule")),
  silent("st-iot-02", "things may publish nothing", of("Policy", "ingest-things", (props) => rewrite<{ Statement: unknown[] }>(props, "policy", ({ Statement }) => { Statement.pop(); }))),
  silent("st-iot-03", "a rule calls a function, which needs no role", every("TopicRule", (props) => { delete props.firehoses; delete props.errorAction; props.lambdas = [{ functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:other" }]; })),
  silent("st-iot-04", "a statement denies", denied("Policy", "ingest-things", { Action: "iot:*", Resource: "*" })),
  silent("st-iot-06", "a rule is called by its name", every("TopicRule", (props) => { props.sql = "SELECT *"; })),
  silent("st-iam-02", "a statement denies", denied("RolePolicy", "etl-train", { Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/other-*" })),
  silent("st-iam-04", "nothing here works as a role", (copy) => copy.add({ type: "aws:iam/role:Role", name: "handed-out", props: { name: "handed-out", assumeRolePolicy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "codebuild.amazonaws.com" } }] }) } })),
  silent("st-sfn-05", "a task only looks at the crawler", states("crawl", (all) => { const start = all["Start Crawler"]!; start.Resource = String(start.Resource).replace("startCrawler", "getCrawler"); start.Catch!.shift(); })),
  silent("st-sfn-06", "a task asks a function", states("pipeline", (all) => { delete all.Publish!.Retry; })),
  silent("st-sfn-07", "there are no state machines", without("StateMachine")),
  silent("st-sm-01", "there is no endpoint", () => undefined, "dev"),
  silent("st-ath-01", "a function asks nothing", of("Function", "etl-decide", (props) => { props.environment.variables.GROUP = "primary"; })),
  silent("st-env-01", "what is not protected can be made again", (copy) => { copy.the("Job", "anomaly-score").protect = false; }),
  silent("st-env-04", "a document of IAM names a stranger, of whom other rules tell", denied("RolePolicy", "etl-publish", { Action: "s3:GetObject", Resource: "arn:aws:glue:eu-central-1:999999999999:catalog" })),
  silent("st-obs-02", "a flow log goes to a bucket", every("FlowLog", (props) => { props.logDestinationType = "s3"; props.logDestination = "arn:aws:s3:::flows"; })),
];
