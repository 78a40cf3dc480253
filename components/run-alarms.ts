/**
 * Run alarms: a run that failed, took too long or was stopped, and none that succeeded for too long. Step Functions Developer Guide,
 * "Monitoring Step Functions metrics using Amazon CloudWatch", "Execution metrics": namespace AWS/States, one dimension
 * StateMachineArn; counts of executions, and ExecutionTime in milliseconds, all told when an execution ends.
 */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { logName } from "./run-machines";
import { left } from "./state-machine/pipeline";

interface Watched {
  machine: aws.sfn.StateMachine;
  /** Its physical name. */
  name: string;
}

/**
 * A metric comes only when something ends: nothing for a while is nothing wrong, but for the one alarm that waits for it. CloudWatch
 * User Guide, "Configuring how CloudWatch alarms treat missing data": notBreaching for what reports only when there is something.
 */
const quiet = { treatMissingData: "notBreaching", evaluationPeriods: 1, period: 300 };
const any = { ...quiet, statistic: "Sum", threshold: 1, comparisonOperator: "GreaterThanOrEqualToThreshold" };
/** Seconds of an hour. */
const hour = 3600;

export function runAlarms(label: string, watched: Watched, topic: aws.sns.Topic, { overdueHours, slowMinutes }: { overdueHours: number; slowMinutes: number }, own: pulumi.CustomResourceOptions): void {
  const tell = { alarmActions: [topic.arn], okActions: [topic.arn] };
  const ofMachine = { namespace: "AWS/States", dimensions: { StateMachineArn: watched.machine.arn } };
  const alarm = (role: string, args: Omit<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "okActions">): void => {
    new aws.cloudwatch.MetricAlarm(`${label}-${role}`, { ...tell, ...args }, own);
  };
  alarm("failed", { ...ofMachine, ...any, metricName: "ExecutionsFailed", alarmDescription: "A run of the pipeline failed" });
  alarm("timed-out", { ...ofMachine, ...any, metricName: "ExecutionsTimedOut", alarmDescription: "A run of the pipeline took too long and was stopped" });
  alarm("aborted", { ...ofMachine, ...any, metricName: "ExecutionsAborted", alarmDescription: "A run of the pipeline was stopped by someone" });
  if (slowMinutes) {
    alarm("slow", {
      ...ofMachine, ...quiet, metricName: "ExecutionTime", statistic: "Maximum", threshold: slowMinutes * 60_000, comparisonOperator: "GreaterThanThreshold",
      alarmDescription: `A run of the pipeline took longer than ${slowMinutes} minutes`,
    });
  }
  if (overdueHours) alarm("overdue", overdue(`${label}-left`, watched, overdueHours, own));
}

/**
 * Runs that left for another one succeed, too, and do nothing: they are counted by their log, and taken off. Logs are delivered as far
 * as can be (Developer Guide, "Using CloudWatch Logs to log execution history"): a line that is lost makes the alarm an hour late, no more.
 */
function overdue(label: string, { machine, name }: Watched, hours: number, own: pulumi.CustomResourceOptions) {
  const metric = { namespace: `sensorlake/${name}`, metricName: "RunsLeft" };
  new aws.cloudwatch.LogMetricFilter(label, {
    logGroupName: logName(name),
    // CloudWatch Logs User Guide, "Filter pattern syntax for metric filters". An event of the log has its type beside `details`, which
    // hold the state's name at level ALL, with data and without: recorded on AWS (localstack/localstack, stepfunctions/v2/logs/test_logs.snapshot.json).
    pattern: `{ ($.type = "SucceedStateEntered") && ($.details.name = "${left}") }`,
    // Zero for every other event (API_MetricTransformation, defaultValue; it goes without dimensions): else there would be no value where no run left.
    metricTransformation: { namespace: metric.namespace, name: metric.metricName, value: "1", defaultValue: "0" },
  }, { ...own, dependsOn: [machine] });
  return {
    alarmDescription: `No run of the pipeline has succeeded for ${hours} hours`,
    metricQueries: [
      { id: "done", expression: "FILL(ended, 0) - FILL(left, 0)", label: "Runs that succeeded and did not leave", returnData: true },
      { id: "ended", metric: { namespace: "AWS/States", metricName: "ExecutionsSucceeded", dimensions: { StateMachineArn: machine.arn }, period: hour, stat: "Sum" } },
      { id: "left", metric: { ...metric, period: hour, stat: "Sum" } },
    ],
    // Periods of an hour and more may be seven days in all, 604,800 s: API_PutMetricAlarm, Period. What has no data at all has no FILL either.
    evaluationPeriods: hours, threshold: 1, comparisonOperator: "LessThanThreshold", treatMissingData: "breaching",
  };
}
