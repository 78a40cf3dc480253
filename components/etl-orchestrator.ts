/**
 * EtlOrchestrator: runs the lake. What a run does stands in state-machine/pipeline.ts; what is due, in functions/decide.
 *
 *   schedule, arrivals ─▶ pipeline ─┬─ asks decide (which asks watermark) and publish
 *                                   ├─ runs crawl (one crawler to its end) and train (one room to its scores)
 *                                   └─ runs the jobs import_s3, import_db, curate and score
 *   publish ─▶ topic ─▶ people;  alarms ─▶ the same topic
 */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Block } from "./block";
import { orchestratorDefaults, withDefaults } from "./defaults";
import type { HistoricalImport } from "./historical-import";
import type { LakeCatalog } from "./lake-catalog";
import { arnsOf } from "./machine-access";
import { runAlarms } from "./run-alarms";
import { decideFunction, publishFunction, watermarkFunction } from "./run-functions";
import { type Machine, runMachines } from "./run-machines";
import { hearEnds, type NewsTopic, newsTopic } from "./run-news";
import { runsTable } from "./run-records";
import { runFaults, type Sizes } from "./run-sizes";
import { startByArrival, startBySchedule } from "./run-starts";
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
  /** Start by every object that is put into the bucket of exports, too. */
  onArrival?: boolean;
  /** Who is told how each run ended; the address must be confirmed once. */
  email?: string;
  alarms?: boolean;
  /** Refuse to delete the key of the messages. */
  protect?: boolean;
  /** Hours without a success until an alarm goes off, 1 to 168; 0: none. */
  overdueHours?: number;
  /** Minutes after which a run raises an alarm when it ends, 1 to 10080; 0: none. */
  slowMinutes?: number;
  /** Seconds until the first look at a crawler (1 to 3600), and between two looks after that (1 to 300). */
  crawlSeconds?: number;
  pollSeconds?: number;
  /** Rooms that are trained at once, 1 to 40. */
  roomsAtOnce?: number;
  /** Most rooms that are trained in a run's own history, 1 to 200; more are executions of their own. */
  inlineRooms?: number;
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

export class EtlOrchestrator extends Block {
  /** The pipeline. */
  readonly stateMachine: aws.sfn.StateMachine;
  readonly machines: Record<Machine, aws.sfn.StateMachine>;
  /** Starts runs by what arrives, where that is set. */
  readonly arrivals: aws.cloudwatch.EventRule | undefined;
  /** Tells people how runs end. */
  readonly topic: aws.sns.Topic;
  /** What each run did, and why it left out the rest. */
  readonly runs: aws.glue.CatalogTable;
  readonly functions: { decide: aws.lambda.Function; publish: aws.lambda.Function; watermark?: aws.lambda.Function };
  private readonly at: ReturnType<typeof arnsOf>;

  constructor(name: string, args: EtlOrchestratorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("EtlOrchestrator", name, opts);
    const size = withDefaults(orchestratorDefaults, args);
    this.refuse(runFaults(size, args.schedule));
    this.at = arnsOf(this);

    const news = newsTopic(this.child("news"), args.email, args.protect ?? false, { ...this.own, parent: this });
    this.topic = news.topic;
    this.functions = this.asked(args, news, size);
    const { catalog, history, anomaly: { training, scoreJob } } = args;
    const naming = { at: this.at, child: (role: string) => this.child(role), physical: (role: string) => this.physical(role) };
    this.machines = runMachines({ catalog, history, training, scoreJob, functions: this.functions }, size, naming, this.own);
    this.stateMachine = this.machines.pipeline;
    if (args.schedule) startBySchedule(this.child("schedule"), this.stateMachine, { expression: args.schedule, timezone: size.timezone }, catalog.lake.key, this.own);
    this.arrivals = size.onArrival ? startByArrival(this.child("arrival"), this.stateMachine, history, this.own) : undefined;
    if (size.alarms) runAlarms(this.child("run"), { machine: this.stateMachine, name: this.physical("pipeline") }, this.topic, size, this.own);
    hearEnds(this.child("ended"), this.stateMachine, this.functions.publish, this.topic, this.own);
    this.runs = runsTable(this.child("runs"), args.catalog, this.own);

    this.registerOutputs({ stateMachine: this.stateMachine.arn, topic: this.topic.arn });
  }

  private asked({ catalog, history, anomaly }: EtlOrchestratorArgs, news: NewsTopic, { recrawlHours, inlineRooms, whenBusy, turnMinutes, logRetentionDays }: Sizes): EtlOrchestrator["functions"] {
    const kept = { logRetentionDays, key: catalog.lake.key };
    const pipeline = this.physical("pipeline");
    const watermark = history.database && watermarkFunction(this.child("watermark"), history.database, history, kept, this.own);
    return {
      decide: decideFunction(this.child("decide"), { catalog, history, training: anomaly.training, watermark, recrawlHours, inlineRooms, whenBusy, turnMinutes, pipeline }, this.at, kept, this.own),
      publish: publishFunction(this.child("publish"), { lake: catalog.lake, news, pipeline }, this.at, kept, this.own),
      ...(watermark && { watermark }),
    };
  }
}
