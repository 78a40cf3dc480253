import * as aws from "@pulumi/aws";
import { expect } from "chai";
import { loadChannel } from "./channel";
import { EtlOrchestrator, type EtlOrchestratorArgs } from "./etl-orchestrator";
import { HistoricalImport, type ImportedDatabase } from "./historical-import";
import { LakeCatalog } from "./lake-catalog";
import { type Definition, scopes, type Task } from "./state-machine/language";
import { sampleTrain } from "./state-machine/sample";
import { soundnessFaults } from "./state-machine/soundness";
import { type Registered, registered } from "./testing";

const database: ImportedDatabase = {
  engine: "sqlserver", host: "db.example", port: 1433, database: "sensors", username: "reader", password: "secret",
  tables: [{ table: "dbo.readings", channel: "temperature", watermark: "updated_at" }],
};

const build = (args: Partial<EtlOrchestratorArgs> = {}, source?: ImportedDatabase): Promise<Registered> => registered((opts) => {
  const channels = [loadChannel("temperature")];
  const catalog = new LakeCatalog("lake", { channels, trainChannel: "temperature", shingle: 24 }, opts);
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
    full = await build({ schedule: "rate(1 hour)", timezone: "Europe/Berlin", alarms: true, overdueHours: 6, slowMinutes: 90, email: "lake@example.com" }, database);
  });

  it("makes sound machines, with and without a database", () => {
    for (const found of [plain, full]) for (const name of ["etl-pipeline", "etl-crawl", "etl-train"]) expect(soundnessFaults(definition(found, name)), name).to.deep.equal([]);
    expect(Object.keys(definition(plain, "etl-pipeline").States)).not.to.include("Read Watermarks");
    expect(Object.keys(definition(full, "etl-pipeline").States)).to.include("Read Watermarks");
  });

  it("asks only for what it made: every name in the definition is one of the stack's", () => {
    const parameters = scopes(definition(full, "etl-pipeline")).flatMap(({ States }) => Object.values(States)).filter((state): state is Task => state.Type === "Task").map((task) => task.Parameters ?? {});
    const named = (key: string): unknown[] => [...new Set(parameters.map((each) => each[key]).filter(Boolean))].sort();
    expect(named("JobName")).to.deep.equal(["score", "sensorlake-test-curate", "sensorlake-test-import-db", "sensorlake-test-import-s3"]);
    expect(named("FunctionName")).to.deep.equal(["etl-decide", "etl-publish", "etl-watermark"]);
    expect(named("StateMachineArn")).to.deep.equal(["crawl", "train"].map((name) => `arn:aws:states:eu-central-1:123456789012:stateMachine:sensorlake-test-${name}`));
  });

  it("lets the pipeline do exactly what its states ask for", () => {
    expect(actions(full, "etl-pipeline").filter((action) => !/^(logs|xray):/.test(action))).to.deep.equal([
      "events:DescribeRule", "events:PutRule", "events:PutTargets",
      ...["BatchStopJobRun", "GetJobRun", "GetJobRuns", "StartJobRun"].flatMap((action) => Array.from({ length: 4 }, () => `glue:${action}`)),
      "lambda:InvokeFunction", "lambda:InvokeFunction", "lambda:InvokeFunction",
      "states:DescribeExecution", "states:StartExecution", "states:StopExecution",
    ]);
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
    expect(writes.map(({ Resource }) => Resource)).to.deep.equal(["arn:lake-lake/state/pipeline.json*", "arn:lake-lake/run_records/*"]);
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

  it("starts by the schedule that is set, and by none when none is", () => {
    expect(full.get("aws:scheduler/schedule:Schedule etl-schedule")).to.deep.include({ scheduleExpression: "rate(1 hour)", scheduleExpressionTimezone: "Europe/Berlin" });
    expect([...plain.keys()].filter((key) => /Schedule |MetricAlarm|TopicSubscription/.test(key))).to.deep.equal([]);
  });

  it("sends alarms and messages to one encrypted topic that alarms may use", () => {
    const alarms = [...full.keys()].filter((key) => key.startsWith("aws:cloudwatch/metricAlarm"));
    expect(alarms.map((key) => key.split(" ")[1])).to.deep.equal(["etl-run-failed", "etl-run-timed-out", "etl-run-aborted", "etl-run-slow", "etl-run-overdue"]);
    expect(full.get("aws:cloudwatch/metricAlarm:MetricAlarm etl-run-overdue")).to.include({ evaluationPeriods: 6, period: 3600, treatMissingData: "breaching" });
    expect(full.get("aws:sns/topic:Topic etl-news").kmsMasterKeyId).to.equal("arn:etl-news");
    expect(full.get("aws:kms/key:Key etl-news").policy).to.contain("cloudwatch.amazonaws.com");
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

  it("refuses a poll that would fill the history of a crawl", async () => {
    expect(await build({ pollSeconds: 1, crawlMinutes: 600 }).then(() => "", String)).to.match(/pollSeconds 1 and crawlMinutes 600: the loop of .* can fill the history/);
  });
});
