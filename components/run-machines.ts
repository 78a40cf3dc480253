/**
 * Run machines: pipeline, crawl and train, each with a log of every step and a role that allows what its states ask for and
 * nothing else. They name each other and the functions by names that are known before these are made.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayInvoke, mayStartCrawler, mayStartJob, type Permission, serviceRole } from "./access";
import type { HistoricalImport } from "./historical-import";
import type { LakeCatalog } from "./lake-catalog";
import { type arnsOf, mayDeliverLogs, mayMapRooms, mayRunMachines, mayTraceRuns, mayTrain } from "./machine-access";
import { type Sizes, turnSeconds } from "./run-sizes";
import { crawl } from "./state-machine/crawl";
import { pipeline } from "./state-machine/pipeline";
import { train } from "./state-machine/train";
import type { TrainingSettings } from "./training-settings";

export type Machine = "pipeline" | "crawl" | "train";

/** What the machines run. */
export interface MachineParts {
  catalog: LakeCatalog;
  history: HistoricalImport;
  training: TrainingSettings;
  scoreJob: aws.glue.Job;
  functions: { decide: aws.lambda.Function; publish: aws.lambda.Function };
}

/** How the machines and what is around them are named. */
export interface Naming {
  child: (role: string) => string;
  physical: (role: string) => string;
  at: ReturnType<typeof arnsOf>;
}

/** Where the steps of a machine are written: groups under vendedlogs keep the account's resource policy short: Developer Guide, "Using CloudWatch Logs to log execution history". */
export const logName = (name: string): string => `/aws/vendedlogs/states/${name}`;

export function runMachines(parts: MachineParts, size: Sizes, naming: Naming, own: pulumi.CustomResourceOptions): Record<Machine, aws.sfn.StateMachine> {
  const crawling = machine("crawl", crawlDefinition(size), crawlersOf(parts).map(mayStartCrawler), []);
  const training = machine("train", pulumi.output(parts.training).apply((known) => JSON.stringify(train(known))), [mayTrain(naming.at, parts.training.namePrefix, parts.training.roleArn)], []);
  return { pipeline: machine("pipeline", pipelineDefinition(parts, size, naming), pipelineMay(parts, naming), [crawling, training]), crawl: crawling, train: training };

  /** A standard machine that logs every step, without the data, and is traced. */
  function machine(role: Machine, definition: pulumi.Input<string>, may: Permission[], after: pulumi.Resource[]): aws.sfn.StateMachine {
    const name = naming.physical(role);
    const { key } = parts.catalog.lake;
    const logs = new aws.cloudwatch.LogGroup(naming.child(role), { name: logName(name), retentionInDays: size.logRetentionDays, ...(key && { kmsKeyId: key.arn }) }, own);
    const access = serviceRole(naming.child(role), "states.amazonaws.com", [...may, mayDeliverLogs(), mayTraceRuns()], own);
    return new aws.sfn.StateMachine(naming.child(role), {
      name, definition, type: "STANDARD", roleArn: access.arn,
      loggingConfiguration: { level: "ALL", includeExecutionData: false, logDestination: pulumi.interpolate`${logs.arn}:*` },
      tracingConfiguration: { enabled: true },
    }, { ...own, dependsOn: after });
  }
}

const crawlersOf = ({ catalog, history: { crawlers } }: MachineParts): aws.glue.Crawler[] => [catalog.lakeCrawler, crawlers.history, ...(crawlers.external ? [crawlers.external] : [])];

const crawlDefinition = ({ crawlSeconds, pollSeconds, crawlMinutes }: Sizes): string => JSON.stringify(crawl({ crawlSeconds, pollSeconds, timeoutMinutes: crawlMinutes }));

function pipelineDefinition({ catalog, history: { crawlers, jobs }, scoreJob, functions }: MachineParts, size: Sizes, { physical, at }: Naming): pulumi.Output<string> {
  const machineArn = (role: Machine) => pulumi.interpolate`${at("states")}:stateMachine:${physical(role)}`;
  const names = pulumi.output({
    // By name, which is known before the function is made: so a preview shows the definition.
    decide: functions.decide.name, publish: functions.publish.name,
    crawlMachine: machineArn("crawl"), trainMachine: machineArn("train"),
    history: { crawler: crawlers.history.name, job: jobs.importS3.name },
    external: crawlers.external && jobs.importDb && { crawler: crawlers.external.name, job: jobs.importDb.name },
    lakeCrawler: catalog.lakeCrawler.name, curateJob: catalog.curateJob.name, scoreJob: scoreJob.name, lakeBucket: catalog.lake.bucket.bucket,
  });
  const { roomsAtOnce, runMinutes, crawlMinutes, jobMinutes, roomMinutes } = size;
  return names.apply((known) => JSON.stringify(pipeline({ ...known, roomsAtOnce, turnSeconds: turnSeconds(runMinutes), limits: { crawlMinutes, jobMinutes, roomMinutes, runMinutes } })));
}

function pipelineMay({ catalog, history: { jobs }, scoreJob, functions: { decide, publish } }: MachineParts, { physical, at }: Naming): Permission[] {
  const started = [jobs.importS3, ...(jobs.importDb ? [jobs.importDb] : []), catalog.curateJob, scoreJob];
  return [...[decide, publish].map(mayInvoke), ...started.map(mayStartJob), mayRunMachines(at, [physical("crawl"), physical("train")]), mayMapRooms(at, physical("pipeline"), catalog.lake)];
}
