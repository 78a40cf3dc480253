import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { loadChannel } from "./channel";
import { EtlOrchestrator, type EtlOrchestratorArgs } from "./etl-orchestrator";
import { HistoricalImport, type ImportedDatabase } from "./historical-import";
import { LakeCatalog } from "./lake-catalog";
import { type Definition, scopes, type Task } from "./state-machine/language";
import { sampleAround, sampleTrain } from "./state-machine/sample";
import { soundnessFaults } from "./state-machine/soundness";
import { type Registered, registered } from "./testing";

const database: ImportedDatabase = {
  engine: "sqlserver", host: "db.example", port: 1433, database: "sensors", username: "reader", password: "secret",
  tables: [{ table: "dbo.readings", channel: "temperature", watermark: "updated_at" }],
};

const build = (args: Partial<EtlOrchestratorArgs> = {}, source?: ImportedDatabase, customerKey = false): Promise<Registered> => registered((opts) => {
  const channels = [loadChannel("temperature")];
  const catalog = new LakeCatalog("lake", { channels, trainChannel: "temperature", shingle: 24, customerKey }, opts);
  const history = new HistoricalImport("history", { catalog, channels, ...(source && { database: source }) }, opts);
  const scoreJob = new aws.glue.Job("score", { name: "score", roleArn: "arn:role", command: { scriptLocation: "s3://a/score.py" } }, opts);
  const training = { ...sampleTrain, channel: "temperature", namePrefix: "sensorlake-test", prefixes: { ...sampleTrain.prefixes, index: "index/temperature/" } };
  return new EtlOrchestrator("etl", { catalog, history, anomaly: { training: training as never, scoreJob }, ...args }, opts);
});

interface Statement { Action: string[]; Resource: string | string[]; Condition?: object }
const statements = (found: Registered, name: string): Statement[] => (JSON.parse(found.get(`aws:iam/rolePolicy:RolePolicy ${name}`).policy) as { Statement: Statement[] }).Statement;
const actions = (found: Registered, name: string): string[] => statements(found, name).flatMap(({ Action }) => Action).sort();
const definition = (found: Registered, name: string): Definition => JSON.parse(found.get(`aws:sfn/stateMachine:StateMachine ${name}`).definition) as Definition;

describe("EtlOrchestrator", () => {
  let plain: Registered;
  let full: Registered;
  before(async () => {
    plain = await build();
    full = await build({ schedule: "rate(1 hour)", timezone: "Europe/Berlin", onArrival: true, alarms: true, overdueHours: 6, slowMinutes: 90, email: "lake@example.com" }, database);
  });

  it("makes sound machines, with and without a database", () => {
    for (const found of [plain, full]) for (const name of ["etl-pipeline", "etl-crawl", "etl-train"]) expect(soundnessFaults(definition(found, name), sampleAround), name).to.deep.equal([]);
    const works = (found: Registered): string[] => scopes(definition(found, "etl-pipeline")).flatMap(({ States }) => Object.keys(States));
    expect(works(plain)).not.to.include("Import Database Data");
    expect(works(full)).to.include("Import Database Data");
  });

  it("lets decide ask the source database, by the one function that reaches it", () => {
    expect(full.get("aws:lambda/function:Function etl-decide").environment.variables).to.include({ WATERMARK_FUNCTION: "etl-watermark", INLINE_ROOMS: "40" });
    expect(statements(full, "etl-decide").filter(({ Action }) => Action.includes("lambda:InvokeFunction")).map(({ Resource }) => Resource)).to.deep.equal([["arn:etl-watermark", "arn:etl-watermark:*"]]);
    expect(plain.get("aws:lambda/function:Function etl-decide").environment.variables).not.to.have.property("WATERMARK_FUNCTION");
    expect(actions(plain, "etl-decide")).not.to.include("lambda:InvokeFunction");
  });

  it("asks only for what it made: every name in the definition is one of the stack's", () => {
    const parameters = scopes(definition(full, "etl-pipeline")).flatMap(({ States }) => Object.values(States)).filter((state): state is Task => state.Type === "Task").map((task) => task.Parameters ?? {});
    const named = (key: string): unknown[] => [...new Set(parameters.map((each) => each[key]).filter(Boolean))].sort();
    expect(named("JobName")).to.deep.equal(["score", "sensorlake-test-curate", "sensorlake-test-import-db", "sensorlake-test-import-s3"]);
    expect(named("FunctionName")).to.deep.equal(["etl-decide", "etl-publish"]);
    expect(named("StateMachineArn")).to.deep.equal(["crawl", "train"].map((name) => `arn:aws:states:eu-central-1:123456789012:stateMachine:sensorlake-test-${name}`));
  });

  it("lets training pass its role to SageMaker only, and hear of both kinds of job", () => {
    const all = statements(full, "etl-train");
    expect(all.find(({ Action }) => Action.includes("iam:PassRole"))).to.deep.include({ Resource: sampleTrain.roleArn, Condition: { StringEquals: { "iam:PassedToService": "sagemaker.amazonaws.com" } } });
    expect(all.find(({ Action }) => Action.includes("events:PutRule"))?.Resource).to.deep.equal(["SageMakerTrainingJobs", "SageMakerTransformJobs"].map((what) => `arn:aws:events:eu-central-1:123456789012:rule/StepFunctionsGetEventsFor${what}Rule`));
    expect(all.find(({ Action }) => Action.includes("sagemaker:CreateTrainingJob"))?.Resource).to.equal("arn:aws:sagemaker:eu-central-1:123456789012:training-job/sensorlake-test-*");
  });

  it("lets the crawl machine start and see the stack's crawlers only", () => {
    const own = statements(full, "etl-crawl").filter(({ Action }) => Action.includes("glue:StartCrawler"));
    expect(own.map(({ Action }) => Action)).to.deep.equal(Array.from({ length: 3 }, () => ["glue:StartCrawler", "glue:GetCrawler"]));
    expect(own.map(({ Resource }) => Resource)).to.deep.equal(["arn:lake-crawl", "arn:history-crawl-history", "arn:history-crawl-external"]);
  });

  it("lets publish write the state, the record and nothing else of the lake", () => {
    const writes = statements(full, "etl-publish").filter(({ Action }) => Action.includes("s3:PutObject"));
    expect(writes.map(({ Resource }) => Resource)).to.deep.equal(["arn:lake-lake/state/pipeline.json*", "arn:lake-lake/run_records/*", "arn:lake-lake/state/turn.json*"]);
  });

  it("lets publish start the run that follows, of this machine only", () => {
    const pipeline = "arn:aws:states:eu-central-1:123456789012:stateMachine:sensorlake-test-pipeline";
    expect(statements(full, "etl-publish").filter(({ Action }) => Action.includes("states:StartExecution"))).to.deep.equal([{ Effect: "Allow", Action: ["states:StartExecution"], Resource: pipeline }]);
    expect(full.get("aws:lambda/function:Function etl-publish").environment.variables.PIPELINE).to.equal(pipeline);
  });

  it("gives the watermark function the secret, and no bucket", () => {
    expect(actions(full, "etl-watermark").filter((action) => !/^(logs|xray):/.test(action))).to.deep.equal(["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]);
    expect(JSON.parse(full.get("aws:lambda/function:Function etl-watermark").environment.variables.SOURCE)).to.deep.include({
      engine: "sqlserver", host: "db.example", port: 1433, tables: [{ table: "dbo.readings", watermark: "updated_at" }],
    });
  });

  it("logs every step without its data, and traces", () => {
    for (const name of ["etl-pipeline", "etl-crawl", "etl-train"]) {
      const machine = full.get(`aws:sfn/stateMachine:StateMachine ${name}`);
      expect(machine.loggingConfiguration).to.include({ level: "ALL", includeExecutionData: false });
      expect(machine.tracingConfiguration).to.deep.equal({ enabled: true });
    }
  });

  it("keeps what the schedule says with the lake's key where there is one, and lets the schedule read it", async () => {
    const keyed = await build({ schedule: "rate(1 hour)" }, undefined, true);
    expect(keyed.get("aws:scheduler/schedule:Schedule etl-schedule").kmsKeyArn).to.equal("arn:lake-key");
    expect(statements(keyed, "etl-schedule").at(-1)).to.deep.equal({ Effect: "Allow", Action: ["kms:Decrypt"], Resource: "arn:lake-key" });
    expect(full.get("aws:scheduler/schedule:Schedule etl-schedule")).not.to.have.property("kmsKeyArn");
  });

  it("starts by the schedule that is set, and by none when none is", () => {
    expect(full.get("aws:scheduler/schedule:Schedule etl-schedule")).to.deep.include({ scheduleExpression: "rate(1 hour)", scheduleExpressionTimezone: "Europe/Berlin" });
    expect([...plain.keys()].filter((key) => /Schedule |MetricAlarm|TopicSubscription|BucketNotification|arrival/.test(key))).to.deep.equal([]);
  });

  it("starts by what is put under a channel's folder of its exports, with a role that may start and nothing else", () => {
    expect(full.get("aws:s3/bucketNotification:BucketNotification etl-arrival")).to.deep.include({ eventbridge: true });
    const { bucket } = full.get("aws:s3/bucketNotification:BucketNotification etl-arrival");
    expect(JSON.parse(full.get("aws:cloudwatch/eventRule:EventRule etl-arrival").eventPattern)).to.deep.equal({
      source: ["aws.s3"], "detail-type": ["Object Created"], detail: { bucket: { name: [bucket] }, object: { key: [{ prefix: "temperature/" }] } },
    });
    expect(full.get("aws:cloudwatch/eventTarget:EventTarget etl-arrival")).to.deep.include({ arn: "arn:etl-pipeline", roleArn: "arn:etl-arrival", input: "{}" });
    for (const role of ["etl-arrival", "etl-schedule"]) expect(statements(full, role)).to.deep.equal([{ Effect: "Allow", Action: ["states:StartExecution"], Resource: "arn:etl-pipeline" }]);
    expect(full.get("aws:iam/role:Role etl-arrival").assumeRolePolicy).to.contain("events.amazonaws.com").and.to.contain("aws:SourceAccount");
  });

  it("sends alarms and messages to one encrypted topic that alarms may use", () => {
    const alarms = [...full.keys()].filter((key) => key.startsWith("aws:cloudwatch/metricAlarm"));
    expect(alarms.map((key) => key.split(" ")[1])).to.have.members(["etl-run-failed", "etl-run-timed-out", "etl-run-aborted", "etl-run-slow", "etl-run-overdue"]);
    const machine = { StateMachineArn: "arn:etl-pipeline" };
    for (const [role, metricName] of [["failed", "ExecutionsFailed"], ["timed-out", "ExecutionsTimedOut"], ["aborted", "ExecutionsAborted"]]) {
      expect(full.get(`aws:cloudwatch/metricAlarm:MetricAlarm etl-run-${role}`)).to.deep.include({ namespace: "AWS/States", metricName, dimensions: machine, statistic: "Sum", threshold: 1, treatMissingData: "notBreaching" });
    }
    expect(full.get("aws:cloudwatch/metricAlarm:MetricAlarm etl-run-slow")).to.deep.include({ metricName: "ExecutionTime", statistic: "Maximum", threshold: 5_400_000, dimensions: machine, treatMissingData: "notBreaching" });
    expect(full.get("aws:sns/topic:Topic etl-news").kmsMasterKeyId).to.equal("arn:etl-news");
    expect(full.get("aws:kms/key:Key etl-news").policy).to.contain("cloudwatch.amazonaws.com");
  });

  it("does not take a run that left for another one for a success", () => {
    const alarm = full.get("aws:cloudwatch/metricAlarm:MetricAlarm etl-run-overdue");
    expect(alarm).to.include({ evaluationPeriods: 6, threshold: 1, comparisonOperator: "LessThanThreshold", treatMissingData: "breaching" });
    const [done, ended, left] = alarm.metricQueries;
    expect(done).to.include({ expression: "FILL(ended, 0) - FILL(left, 0)", returnData: true });
    expect(ended.metric).to.deep.include({ namespace: "AWS/States", metricName: "ExecutionsSucceeded", dimensions: { StateMachineArn: "arn:etl-pipeline" }, period: 3600, stat: "Sum" });
    const filter = full.get("aws:cloudwatch/logMetricFilter:LogMetricFilter etl-run-left");
    expect(filter.metricTransformation).to.deep.equal({ namespace: left.metric.namespace, name: left.metric.metricName, value: "1", defaultValue: "0" });
    expect(filter.logGroupName).to.equal(full.get("aws:cloudwatch/logGroup:LogGroup etl-pipeline").name);
    const [, state = ""] = /\$\.details\.name = "(.*)"\)/.exec(filter.pattern) ?? [];
    expect(definition(full, "etl-pipeline").States[state]?.Type).to.equal("Succeed");
  });

  it("hears of runs that were stopped or took too long, and tells publish only of this machine's", () => {
    expect(JSON.parse(full.get("aws:cloudwatch/eventRule:EventRule etl-ended").eventPattern)).to.deep.equal({
      source: ["aws.states"], "detail-type": ["Step Functions Execution Status Change"], detail: { status: ["ABORTED", "TIMED_OUT"], stateMachineArn: ["arn:etl-pipeline"] },
    });
    expect(full.get("aws:lambda/permission:Permission etl-ended")).to.include({ principal: "events.amazonaws.com", sourceArn: "arn:etl-ended" });
  });

  it("declares the records of runs as a table, with a column for every word that a record has", () => {
    const table = full.get("aws:glue/catalogTable:CatalogTable etl-runs");
    expect(table.storageDescriptor.location).to.match(/^s3:\/\/.*\/run_records\/$/);
    expect(table.storageDescriptor.columns.map(({ name }: { name: string }) => name)).to.include.members(["run_id", "outcome", "started", "ended", "seconds", "reason", "skips", "error", "cause", "execution", "steps", "reports"]);
  });

  it("refuses sizes that can't be, naming every one", async () => {
    const fault = await build({ pollSeconds: 0, roomsAtOnce: 100 }).then(() => "", String);
    expect(fault).to.match(/pollSeconds is 0; set a whole number from 1 to 300\nroomsAtOnce is 100; set a whole number from 1 to 40/);
  });

  it("refuses a wait that leaves a run no time, a first look after the end, and a schedule that is none", async () => {
    expect(await build({ whenBusy: "wait", turnMinutes: 60, runMinutes: 60 }).then(() => "", String)).to.match(/turnMinutes is 60; set less than runMinutes \(60\)/);
    expect(await build({ crawlSeconds: 120, crawlMinutes: 2 }).then(() => "", String)).to.match(/crawlSeconds is 120; set less than crawlMinutes \(2\)/);
    expect(await build({ schedule: "rate(2 weeks)" }).then(() => "", String)).to.match(/schedule is "rate\(2 weeks\)"/);
  });

  it("refuses a poll that would fill the history of a crawl", async () => {
    expect(await build({ pollSeconds: 1, crawlMinutes: 600 }).then(() => "", String)).to.match(/pollSeconds 1 and crawlMinutes 600: the loop of .* can fill the history/);
  });
});
