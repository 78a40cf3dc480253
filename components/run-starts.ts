/** Run starts: what starts the pipeline by itself: a schedule, and what is put into the bucket of exports. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mayUseKey, type Named, serviceRole } from "./access";
import type { HistoricalImport } from "./historical-import";
import { PrivateBucket } from "./private-bucket";

/** What a start that nobody gave words is told. */
const input = "{}";

const mayStart = (machine: aws.sfn.StateMachine) => ({ actions: ["states:StartExecution"], resources: [machine.arn] });

export interface Times {
  /** `rate(…)` or `cron(…)`. */
  expression: string;
  timezone: string;
}

/** The key encrypts the input; the schedule's role decrypts it: EventBridge Scheduler User Guide, "Encryption at rest". */
export function startBySchedule(name: string, machine: aws.sfn.StateMachine, { expression, timezone }: Times, key: Named | undefined, own: pulumi.CustomResourceOptions): void {
  const roleArn = serviceRole(name, "scheduler.amazonaws.com", [mayStart(machine), mayUseKey(key, ["kms:Decrypt"])], own).arn;
  new aws.scheduler.Schedule(name, {
    description: "Starts the pipeline",
    scheduleExpression: expression, scheduleExpressionTimezone: timezone, ...(key && { kmsKeyArn: key.arn }), flexibleTimeWindow: { mode: "OFF" },
    // A run that could not be started soon is left to the next time: what it would have found is still there.
    target: { arn: machine.arn, roleArn, input, retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 900 } },
  }, own);
}

/**
 * Every object that is put under a channel's folder starts a run; those that find one running leave, and it is followed by
 * one more (functions/decide/turn.ts). A bucket of the stack's own sends its events from here on; one that stood before has
 * one configuration of notifications, which is its owner's: S3 User Guide, "Enabling Amazon EventBridge".
 */
export function startByArrival(name: string, machine: aws.sfn.StateMachine, { exports, channels }: HistoricalImport, own: pulumi.CustomResourceOptions): aws.cloudwatch.EventRule {
  if (exports instanceof PrivateBucket) new aws.s3.BucketNotification(name, { bucket: exports.bucket.bucket, eventbridge: true }, own);
  const rule = new aws.cloudwatch.EventRule(name, {
    description: "What was put into the bucket of exports",
    eventPattern: pulumi.jsonStringify({
      source: ["aws.s3"], "detail-type": ["Object Created"],
      detail: { bucket: { name: [exports.bucket.bucket] }, object: { key: channels.map((channel) => ({ prefix: `${channel}/` })) } },
    }),
  }, own);
  const roleArn = serviceRole(name, "events.amazonaws.com", [mayStart(machine)], own).arn;
  // EventBridge tries for a day, 185 times, as long as nothing else is said: User Guide, "Retry policy".
  new aws.cloudwatch.EventTarget(name, { rule: rule.name, arn: machine.arn, roleArn, input }, own);
  return rule;
}
