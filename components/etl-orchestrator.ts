/**
 * EtlOrchestrator: runs the lake. What a run does stands in state-machine/pipeline.ts; what is due, in functions/decide.
 *
 *   schedule ─▶ pipeline ─┬─ asks decide, watermark and publish
 *                         ├─ runs crawl (one crawler to its end) and train (one room to its scores)
 *                         └─ runs the jobs import_s3, import_db, curate and score
 *   publish ─▶ topic ─▶ people;  alarms ─▶ the same topic
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayInvoke, mayStartCrawler, mayStartJob, type Permission, serviceRole } from "./access";
import { Block } from "./block";
import { orchestratorDefaults, withDefaults } from "./defaults";
import type { HistoricalImport } from "./historical-import";
import type { LakeCatalog } from "./lake-catalog";
import { arnsOf, mayDeliverLogs, mayRunMachines, mayTraceRuns, mayTrain } from "./machine-access";
import { decideFunction, publishFunction, watermarkFunction } from "./run-functions";
import { hearEnds, type NewsTopic, newsTopic, runAlarms } from "./run-news";
import { runsTable } from "./run-records";
import { crawl } from "./state-machine/crawl";
import type { Definition } from "./state-machine/language";
import { pipeline } from "./state-machine/pipeline";
import { soundnessFaults } from "./state-machine/soundness";
import { train } from "./state-machine/train";
import type { TrainingSettings } from "./training-settings";

export interface EtlOrchestratorArgs {
  catalog: LakeCatalog;
  history: HistoricalImport;
  /** How rooms are trained, and the job that writes their scores. AnomalyModel is one. */
  anomaly: { training: TrainingSettings; scoreJob: aws.glue.Job };
  /** When runs start by themselves: `rate(1 hour)` or `cron(0 3 * * ? *)`; left out: only when someone starts them. */
  schedule?: string;
  /** Time zone of the schedule, such as `Europe/Berlin`. */
  timezone?: string;
  /** Who is told how each run ended; the address must be confirmed once. */
  email?: string;
  alarms?: boolean;
  /** Refuse to delete the key of the messages. */
  protect?: boolean;
  /** Hours without a success until an alarm goes off, 1 to 168; 0: none. */
  overdueHours?: number;
  /** Minutes after which a run raises an alarm when it ends, 1 to 10080; 0: none. */
  slowMinutes?: number;
  /** Seconds between two looks at a crawler, at least 1. */
  pollSeconds?: number;
  /** Rooms that are trained at once, 1 to 40. */
  roomsAtOnce?: number;
  /** Hours after which the source database's catalogue is crawled again, at least 1. */
  recrawlHours?: number;
  /** What a run does while another one runs: `leave`, or `wait` for its turn, at most `turnMinutes` (1 to 1440). */
  whenBusy?: string;
  turnMinutes?: number;
  /** Minutes until a crawl, a job, a room, a whole run is given up. */
  crawlMinutes?: number;
  jobMinutes?: number;
  roomMinutes?: number;
  runMinutes?: number;
  logRetentionDays?: number;
}

type Sizes = typeof orchestratorDefaults;
type Machine = "pipeline" | "crawl" | "train";

export class EtlOrchestrator extends Block {
  /** The pipeline. */
  readonly stateMachine: aws.sfn.StateMachine;
  readonly machines: Record<Machine, aws.sfn.StateMachine>;
  /** Tells people how runs end. */
  readonly topic: aws.sns.Topic;
  /** What each run did, and why it left out the rest. */
  readonly runs: aws.glue.CatalogTable;
  readonly functions: { decide: aws.lambda.Function; publish: aws.lambda.Function; watermark?: aws.lambda.Function };
  private readonly at: ReturnType<typeof arnsOf>;
  /** Encrypts logs where it encrypts the lake. */
  private readonly logKey: aws.kms.Key | undefined;

  constructor(name: string, args: EtlOrchestratorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("EtlOrchestrator", name, opts);
    const size = withDefaults(orchestratorDefaults, args);
    this.refuse(faults(size));
    this.at = arnsOf(this);
    this.logKey = args.catalog.lake.key;

    const news = newsTopic(this.child("news"), args.email, args.protect ?? false, { ...this.own, parent: this });
    this.topic = news.topic;
    this.functions = this.asked(args, news, size);
    const crawling = this.crawling(args, size);
    const training = this.training(args.anomaly.training, size);
    this.stateMachine = this.pipeline(args, size, [crawling, training]);
    this.machines = { pipeline: this.stateMachine, crawl: crawling, train: training };
    if (args.schedule) this.schedule(args.schedule, size);
    if (size.alarms) runAlarms(this.child("run"), this.stateMachine, this.topic, size, this.own);
    hearEnds(this.child("ended"), this.stateMachine, this.functions.publish, this.topic, this.own);
    this.runs = runsTable(this.child("runs"), args.catalog, this.own);

    this.registerOutputs({ stateMachine: this.stateMachine.arn, topic: this.topic.arn });
  }

  private asked({ catalog, history, anomaly }: EtlOrchestratorArgs, news: NewsTopic, { recrawlHours, whenBusy, turnMinutes, logRetentionDays }: Sizes): EtlOrchestrator["functions"] {
    const kept = { logRetentionDays, key: this.logKey };
    const pipeline = this.physical("pipeline");
    return {
      decide: decideFunction(this.child("decide"), { catalog, history, training: anomaly.training, recrawlHours, whenBusy, turnMinutes, pipeline }, this.at, kept, this.own),
      publish: publishFunction(this.child("publish"), catalog, news, kept, this.own),
      ...(history.database && { watermark: watermarkFunction(this.child("watermark"), history.database, history, kept, this.own) }),
    };
  }

  private crawling({ catalog, history }: EtlOrchestratorArgs, size: Sizes): aws.sfn.StateMachine {
    const crawlers = [catalog.lakeCrawler, history.crawlers.history, ...(history.crawlers.external ? [history.crawlers.external] : [])];
    const definition = JSON.stringify(crawl({ pollSeconds: size.pollSeconds, timeoutMinutes: size.crawlMinutes }));
    return this.machine("crawl", definition, crawlers.map(mayStartCrawler), size);
  }

  private training(settings: TrainingSettings, size: Sizes): aws.sfn.StateMachine {
    const definition = pulumi.output(settings).apply((known) => JSON.stringify(train(known)));
    return this.machine("train", definition, [mayTrain(this.at, settings.namePrefix, settings.roleArn)], size);
  }

  private pipeline({ catalog, history, anomaly }: EtlOrchestratorArgs, size: Sizes, inner: aws.sfn.StateMachine[]): aws.sfn.StateMachine {
    const { decide, publish, watermark } = this.functions;
    const { crawlers, jobs } = history;
    const names = pulumi.output({
      // By name, which is known before the function is made: so a preview shows the definition.
      decide: decide.name, publish: publish.name, watermark: watermark?.name,
      crawlMachine: this.machineArn("crawl"), trainMachine: this.machineArn("train"),
      history: { crawler: crawlers.history.name, job: jobs.importS3.name },
      external: crawlers.external && jobs.importDb && { crawler: crawlers.external.name, job: jobs.importDb.name },
      lakeCrawler: catalog.lakeCrawler.name, curateJob: catalog.curateJob.name, scoreJob: anomaly.scoreJob.name,
    });
    const { roomsAtOnce, runMinutes, ...limits } = size;
    const started = [jobs.importS3, ...(jobs.importDb ? [jobs.importDb] : []), catalog.curateJob, anomaly.scoreJob];
    return this.machine("pipeline", names.apply((known) => JSON.stringify(pipeline({ ...known, roomsAtOnce, turnSeconds: turnSeconds(runMinutes), limits: { ...limits, runMinutes } }))), [
      ...[decide, publish, ...(watermark ? [watermark] : [])].map(mayInvoke),
      ...started.map(mayStartJob),
      mayRunMachines(this.at, ["crawl", "train"].map((machine) => this.physical(machine))),
    ], size, inner);
  }

  /** A standard machine that logs every step, without the data, and is traced. */
  private machine(role: Machine, definition: pulumi.Input<string>, may: Permission[], { logRetentionDays }: Sizes, after: pulumi.Resource[] = []): aws.sfn.StateMachine {
    const name = this.physical(role);
    // Groups under vendedlogs keep the account's resource policy short: Developer Guide, "Using CloudWatch Logs to log execution history".
    const logs = new aws.cloudwatch.LogGroup(this.child(role), { name: `/aws/vendedlogs/states/${name}`, retentionInDays: logRetentionDays, ...(this.logKey && { kmsKeyId: this.logKey.arn }) }, this.own);
    const access = serviceRole(this.child(role), "states.amazonaws.com", [...may, mayDeliverLogs(), mayTraceRuns()], this.own);
    return new aws.sfn.StateMachine(this.child(role), {
      name, definition, type: "STANDARD", roleArn: access.arn,
      loggingConfiguration: { level: "ALL", includeExecutionData: false, logDestination: pulumi.interpolate`${logs.arn}:*` },
      tracingConfiguration: { enabled: true },
    }, { ...this.own, dependsOn: after });
  }

  private machineArn(role: Machine): pulumi.Output<string> {
    return pulumi.interpolate`${this.at("states")}:stateMachine:${this.physical(role)}`;
  }

  private schedule(scheduleExpression: string, { timezone }: Sizes): void {
    const may = { actions: ["states:StartExecution"], resources: [this.stateMachine.arn] };
    const roleArn = serviceRole(this.child("schedule"), "scheduler.amazonaws.com", [may], this.own).arn;
    new aws.scheduler.Schedule(this.child("schedule"), {
      description: "Starts the pipeline",
      scheduleExpression, scheduleExpressionTimezone: timezone, flexibleTimeWindow: { mode: "OFF" },
      // A run that could not be started soon is left to the next time: what it would have found is still there.
      target: { arn: this.stateMachine.arn, roleArn, input: "{}", retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 900 } },
    }, this.own);
  }
}

/** Seconds between two questions whose turn it is: so that a run that waits to its very end leaves most of its history free. */
const turnSeconds = (runMinutes: number): number => Math.max(5, Math.ceil((runMinutes * 60) / 1000));

/** What is wrong with the sizes, in words; nothing when all is well. */
function faults(size: Sizes): string[] {
  const whole = (what: keyof Sizes, low: number, high: number): string[] => {
    const value = size[what] as number;
    return Number.isInteger(value) && value >= low && value <= high ? [] : [`${what} is ${value}; set a whole number from ${low} to ${high}`];
  };
  const numbers = [
    ...whole("overdueHours", 0, 168), ...whole("slowMinutes", 0, 10_080), ...whole("pollSeconds", 1, 300), ...whole("roomsAtOnce", 1, 40), ...whole("recrawlHours", 1, 8760),
    ...whole("crawlMinutes", 1, 1440), ...whole("jobMinutes", 1, 10_080), ...whole("roomMinutes", 1, 10_080), ...whole("runMinutes", 1, 100_000),
    ...whole("turnMinutes", 1, 1440), ...(["leave", "wait"].includes(size.whenBusy) ? [] : [`whenBusy is "${size.whenBusy}"; set leave or wait`]),
  ];
  if (numbers.length) return numbers;
  const definition: Definition = crawl({ pollSeconds: size.pollSeconds, timeoutMinutes: size.crawlMinutes });
  return soundnessFaults(definition).map((fault) => `pollSeconds ${size.pollSeconds} and crawlMinutes ${size.crawlMinutes}: ${fault}`);
}
