/** Ingest alarms: what tells people that readings of a channel no longer arrive, or are lost on the way. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Named } from "./access";

export interface WatchedChannel {
  stream: aws.kinesis.FirehoseDeliveryStream;
  rule: aws.iot.TopicRule;
  /** Seconds that a record may wait for its batch. */
  bufferSeconds: number;
}

/** Seconds that delivery may take beside the gathering of a batch. */
const deliverySeconds = 900;

/** Alarms named `<name>-<role>`, each with the topic as its action. */
export function ingestAlarms(name: string, { stream, rule, bufferSeconds }: WatchedChannel, topic: Named, own: pulumi.CustomResourceOptions): void {
  const tell = { alarmActions: [topic.arn], okActions: [topic.arn], treatMissingData: "notBreaching", evaluationPeriods: 1 };
  const alarm = (role: string, args: Omit<aws.cloudwatch.MetricAlarmArgs, "evaluationPeriods">): void => {
    new aws.cloudwatch.MetricAlarm(`${name}-${role}`, { ...tell, ...args }, own);
  };
  // Firehose Developer Guide, "Monitor with CloudWatch Metrics": age in seconds; successes as a part of all.
  const delivery = { namespace: "AWS/Firehose", dimensions: { DeliveryStreamName: stream.name }, period: 300 };
  alarm("late", {
    ...delivery, metricName: "DeliveryToS3.DataFreshness", statistic: "Maximum", threshold: bufferSeconds + deliverySeconds,
    comparisonOperator: "GreaterThanThreshold", alarmDescription: "Readings wait too long for their delivery",
  });
  alarm("undelivered", {
    ...delivery, metricName: "DeliveryToS3.Success", statistic: "Average", threshold: 1,
    comparisonOperator: "LessThanThreshold", alarmDescription: "A delivery of readings to S3 failed",
  });
  // AWS IoT Core Developer Guide, "AWS IoT metrics and dimensions".
  const any = { threshold: 1, comparisonOperator: "GreaterThanOrEqualToThreshold" };
  alarm("throttled", {
    ...any, namespace: "AWS/IoT", dimensions: { RuleName: rule.name }, period: 300, statistic: "Sum", metricName: "RuleMessageThrottled",
    alarmDescription: "Messages were throttled before the rule saw them",
  });
  // Of this metric the type of the action is a dimension, too: a query sums over all of them.
  alarm("lost", {
    ...any, alarmDescription: "A message was lost: its error action failed as well",
    metricQueries: [{
      id: "lost", returnData: true, period: 300, label: "ErrorActionFailure",
      expression: pulumi.interpolate`SELECT SUM(ErrorActionFailure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = '${rule.name}'`,
    }],
  });
}
