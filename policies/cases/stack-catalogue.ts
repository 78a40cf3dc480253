/** Cases of tables, jobs, connections, roles, models and environments. */
import { type Case, type Copy, rewrite } from "../testing";
import { type Props, UNKNOWN } from "../stack";

const job = (change: (props: Props) => void) => (copy: Copy): void => change(copy.the("Job", "history-import-db").props);
const connection = (change: (properties: Props) => void) => (copy: Copy): void => change(copy.the("Connection", "history-connection").props.connectionProperties as Props);
interface Document { Statement: { Action: string[]; Resource: string | string[]; Condition?: Record<string, unknown> }[] }
const reading = (change: (one: Document["Statement"][number]) => void) => (copy: Copy): void =>
  rewrite<Document>(copy.the("RolePolicy", "history-import-db").props, "policy", ({ Statement }) => change(Statement.find(({ Action }) => Action.includes("secretsmanager:GetSecretValue"))!));
const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:other-AbCdEf";

export const catalogueCases: Case[] = [
  { rule: "st-name-03", when: "a column stands twice", change: (copy) => { const { columns } = copy.the("CatalogTable", "bi-view-diagnostics_hourly").props.storageDescriptor; columns.push({ ...columns[0] }); } },
  { rule: "st-glue-04", when: "answers lie in another bucket", change: (copy) => { copy.the("Workgroup", "bi-workgroup").props.configuration.resultConfiguration.outputLocation = "s3://elsewhere/athena/"; } },
  { rule: "st-glue-04", when: "a view has no location", change: (copy) => { delete copy.the("CatalogTable", "bi-view-diagnostics_hourly").props.storageDescriptor.location; }, fires: [], silent: true },
  { rule: "st-glue-06", when: "the script is not there", change: job((props) => { props.command.scriptLocation = String(props.command.scriptLocation).replace("import_db", "import_tables"); }) },
  { rule: "st-glue-06", when: "a library is not there", change: job((props) => { props.defaultArguments["--extra-py-files"] = String(props.defaultArguments["--extra-py-files"]).replace("lake.zip", "lakes.zip"); }) },
  { rule: "st-glue-06", when: "a library is public", change: job((props) => { props.defaultArguments["--extra-py-files"] += ",s3://public/numpy.whl"; }), fires: ["st-glue-04"] },
  { rule: "st-glue-07", when: "a database is not there", change: (copy) => { copy.the("Crawler", "history-crawl-history").props.databaseName = "source_past"; } },
  { rule: "st-glue-07", when: "a security configuration is not there", change: job((props) => { props.securityConfiguration = "none"; }) },
  { rule: "st-glue-07", when: "a name is not known and comes from nothing", change: (copy) => { const one = copy.the("Job", "history-import-db"); one.props.securityConfiguration = UNKNOWN; one.dependencies.securityConfiguration = []; }, fires: ["undecided"] },
  { rule: "st-glue-08", when: "two runs share a bookmark", change: (copy) => { copy.the("Job", "lake-curate").props.executionProperty.maxConcurrentRuns = 2; } },
  { rule: "st-glue-08", when: "a run has no time-out", change: job((props) => { delete props.timeout; }) },
  { rule: "st-glue-08", when: "Glue retries what the machine retries", change: job((props) => { props.maxRetries = 1; }) },
  { rule: "st-glue-08", when: "there are no bookmarks", change: job((props) => { delete props.defaultArguments["--job-bookmark-option"]; props.executionProperty.maxConcurrentRuns = 2; }), fires: [], silent: true },
  { rule: "st-glue-09", when: "a connection holds a password", change: connection((properties) => { properties.PASSWORD = "x"; }) },
  { rule: "st-glue-09", when: "a URL holds a login", change: connection((properties) => { properties.JDBC_CONNECTION_URL += ";user=me;password=swordfish"; }) },
  { rule: "st-glue-09", when: "TLS is not enforced", change: connection((properties) => { properties.JDBC_ENFORCE_SSL = "false"; }) },
  { rule: "st-glue-09", when: "the URL enforces TLS", change: connection((properties) => { properties.JDBC_ENFORCE_SSL = "false"; properties.JDBC_CONNECTION_URL += ";encrypt=true"; }), fires: [] },
  { rule: "st-glue-10", when: "a key stands in a property", change: job((props) => { props.description = `uses AKIA${"A".repeat(16)}`; }) },
  { rule: "st-glue-10", when: "an argument is a password", change: job((props) => { props.defaultArguments["--db_password"] = "swordfish"; }) },
  { rule: "st-glue-10", when: "an argument is the ARN of a secret", change: job((props) => { props.defaultArguments["--db_secret"] = arn; }), fires: [] },
  { rule: "st-glue-11", when: "the role may not read the secret", change: reading((one) => { one.Action = ["secretsmanager:DescribeSecret"]; }) },
  { rule: "st-glue-11", when: "the role may read another secret", change: reading((one) => { one.Resource = [String(one.Resource), arn]; }) },
  { rule: "st-glue-11", when: "nothing connects", change: (copy) => { rewrite<Document>(copy.the("RolePolicy", "history-import-s3").props, "policy", ({ Statement }) => { Statement.push({ Action: ["secretsmanager:GetSecretValue"], Resource: arn }); }); }, fires: [], silent: true },
];

const train = (change: (one: Document["Statement"][number]) => void) => (copy: Copy): void =>
  rewrite<Document>(copy.the("RolePolicy", "etl-train").props, "policy", ({ Statement }) => change(Statement.find(({ Action }) => Action.includes("iam:PassRole"))!));

export const environmentCases: Case[] = [
  { rule: "st-iam-02", when: "a role may be passed to any service", change: train((one) => { delete one.Condition; }) },
  { rule: "st-iam-02", when: "many roles may be passed", change: train((one) => { one.Resource = "arn:aws:iam::123456789012:role/anomaly-*"; }), fires: ["st-iam-02"] },
  { rule: "st-iam-03", when: "a service may assume a role for any account", change: (copy) => rewrite<Document>(copy.the("Role", "anomaly-forest").props, "assumeRolePolicy", ({ Statement }) => { delete Statement[0]!.Condition; }) },
  { rule: "st-iam-03", when: "EC2 assumes it", stack: "dev", change: () => undefined, fires: [], silent: true },
  { rule: "st-sm-01", when: "model data lies elsewhere", change: (copy) => { copy.the("Model", "anomaly-rooms").props.primaryContainer.modelDataUrl = "s3://elsewhere/models/"; } },
  { rule: "st-sm-01", when: "the endpoint has another configuration", change: (copy) => { copy.the("Endpoint", "anomaly-rooms").props.endpointConfigName = "other"; } },
  { rule: "st-ath-01", when: "a query may scan anything", change: (copy) => { delete copy.the("Workgroup", "bi-workgroup").props.configuration.bytesScannedCutoffPerQuery; } },
  { rule: "st-ath-01", when: "a function asks elsewhere", change: (copy) => { copy.the("Function", "etl-decide").props.environment.variables.WORKGROUP = "primary"; } },
  { rule: "st-env-01", when: "a bucket goes with the stack", change: (copy) => { copy.the("Bucket", "lake-raw").props.forceDestroy = true; } },
  { rule: "st-env-01", when: "a database is not protected", change: (copy) => { copy.the("CatalogDatabase", "lake-raw").protect = false; } },
  { rule: "st-env-02", when: "a function tells dev's news", change: (copy) => { copy.the("Function", "etl-publish").props.environment.variables.TOPIC = "arn:aws:sns:eu-central-1:123456789012:sensorlake-dev-news"; } },
  { rule: "st-env-02", when: "it is of this environment", change: (copy) => { copy.the("Function", "etl-publish").props.environment.variables.TOPIC = "arn:aws:sns:eu-central-1:123456789012:sensorlake-prod-news"; }, fires: [] },
  { rule: "st-env-02", when: "a resource names nothing of any environment", change: (copy) => { copy.add({ type: "aws:ebs/encryptionByDefault:EncryptionByDefault", name: "e", props: { enabled: true } }); }, fires: [], silent: true },
  { rule: "st-env-04", when: "a function works as another account's role", change: (copy) => { copy.the("Function", "etl-decide").props.role = "arn:aws:iam::999999999999:role/theirs"; } },
  { rule: "st-env-04", when: "an image is another account's", change: (copy) => { copy.the("Model", "anomaly-rooms").props.primaryContainer.image = "999999999999.dkr.ecr.eu-central-1.amazonaws.com/forest:1"; } },
  { rule: "st-iam-04", when: "a further service may assume a role", change: (copy) => rewrite<{ Statement: { Principal: { Service: unknown } }[] }>(copy.the("Role", "etl-decide").props, "assumeRolePolicy", ({ Statement }) => { Statement[0]!.Principal.Service = ["lambda.amazonaws.com", "codebuild.amazonaws.com"]; }) },
  { rule: "st-obs-02", when: "a function logs into a group of others", change: (copy) => { copy.the("Function", "etl-decide").props.loggingConfig.logGroup = "of-others"; } },
  { rule: "st-obs-02", when: "a machine names no log group", change: (copy) => { delete copy.the("StateMachine", "etl-crawl").props.loggingConfiguration.logDestination; } },
  { rule: "st-glue-12", when: "temporary files stay", change: (copy) => { const { rules } = copy.the("BucketLifecycleConfiguration", "lake-assets-lifecycle").props; rules.splice(1, 1); } },
  { rule: "st-env-03", when: "a tag is missing", change: (copy) => { const { props } = copy.the("Job", "anomaly-score"); delete props.tags.Owner; delete props.tagsAll.Owner; } },
  { rule: "st-env-03", when: "a type takes no tags", change: (copy) => { copy.add({ type: "aws:glue/partition:Partition", name: "p", props: {} }); }, fires: [], silent: true },
  { rule: "st-obs-01", when: "nobody hears of late readings", change: (copy) => copy.without("MetricAlarm", "ingest-temperature-late") },
  { rule: "st-obs-01", when: "an alarm leaves a dimension out", change: (copy) => {
      Object.assign(copy.the("MetricAlarm", "ingest-temperature-lost").props, { metricQueries: undefined, namespace: "AWS/IoT", metricName: "ErrorActionFailure", dimensions: { RuleName: "sensorlake_prod_temperature" } });
    } },
  { rule: "st-obs-01", when: "it has them all", change: (copy) => {
      Object.assign(copy.the("MetricAlarm", "ingest-temperature-lost").props, { metricQueries: undefined, namespace: "AWS/IoT", metricName: "ErrorActionFailure", dimensions: { RuleName: "sensorlake_prod_temperature", ActionType: "S3" } });
    }, fires: [] },
  { rule: "st-obs-01", when: "a machine is started by another", change: (copy) => { copy.the("StateMachine", "etl-train").props.description = "inner"; }, fires: [], silent: true },
];
