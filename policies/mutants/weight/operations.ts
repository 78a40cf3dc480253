/** Weight of state machines, models, logs, alarms and news. */
import { definition } from "../definitions";
import { document } from "../documents";
import { all, atLeast, better, betterThan, door, guard, named, needed, own, ownNeeded, place } from "../weaker";
import { type Weight, why } from "./weight";

const tuned = "how bad is bad: the owner's to say";

export const operations: Record<string, Weight> = {
  "aws:sfn/stateMachine:StateMachine": {
    removal: "without the machine there is nothing to guard",
    properties: {
      name: why.name, type: why.format, definition, roleArn: own, loggingConfiguration: needed, "loggingConfiguration.level": better("ERROR", "OFF"), "loggingConfiguration.includeExecutionData": door, "loggingConfiguration.logDestination": all(needed, named),
      tracingConfiguration: needed, "tracingConfiguration.enabled": guard,
    },
  },
  "aws:scheduler/schedule:Schedule": {
    removal: "without it less runs",
    properties: { name: why.name, description: why.words, scheduleExpression: why.tuning, scheduleExpressionTimezone: why.tuning, "flexibleTimeWindow.mode": why.tuning, "target.input": why.words, "target.retryPolicy.*": why.tuning, "target.arn": own, "target.roleArn": own, kmsKeyArn: needed },
  },
  "aws:sagemaker/model:Model": {
    removal: "without the model there is nothing to guard",
    properties: { name: why.name, "primaryContainer.mode": why.format, enableNetworkIsolation: guard, executionRoleArn: own, "primaryContainer.modelDataUrl": place, "primaryContainer.image": betterThan("999999999999.dkr.ecr.eu-central-1.amazonaws.com/forest:1") },
  },
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
    removal: true,
    properties: { name: why.name, "productionVariants[].instanceType": why.tuning, "productionVariants[].variantName": why.name, "productionVariants[].modelName": named, "productionVariants[].initialInstanceCount": betterThan(1), kmsKeyArn: ownNeeded },
  },
  "aws:sagemaker/endpoint:Endpoint": { removal: "without the endpoint there is nothing to guard", properties: { name: why.name, endpointConfigName: named } },
  "aws:cloudwatch/logGroup:LogGroup": { removal: true, properties: { name: why.name, retentionInDays: all(needed, betterThan(0), atLeast(1)), kmsKeyId: ownNeeded }, absent: {} },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": { removal: "what it counts is slowness, not failure", properties: { name: why.name, logGroupName: why.place, pattern: tuned, "metricTransformation.*": tuned } },
  "aws:cloudwatch/logStream:LogStream": { removal: true, properties: { name: why.name, logGroupName: why.place } },
  "aws:cloudwatch/eventRule:EventRule": { removal: true, properties: { name: why.name, description: why.words, eventPattern: betterThan(JSON.stringify({ source: ["aws.none"] })) }, absent: { state: "DISABLED" } },
  "aws:cloudwatch/eventTarget:EventTarget": { removal: true, properties: { rule: why.place, arn: own } },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    removal: true,
    properties: {
      name: why.name, alarmDescription: why.words, comparisonOperator: tuned, evaluationPeriods: tuned, extendedStatistic: tuned, statistic: tuned, period: tuned, threshold: tuned, treatMissingData: tuned, "okActions[]": "who hears that it is well again",
      "metricQueries[].metric.dimensions.*": named, "metricQueries[].metric.metricName": betterThan("Nothing"), "metricQueries[].metric.namespace": betterThan("AWS/Nothing"), "metricQueries[].metric.period": tuned, "metricQueries[].metric.stat": tuned,
      "metricQueries[].id": why.name, "metricQueries[].label": why.words, "metricQueries[].period": tuned, "metricQueries[].returnData": why.format,
      "alarmActions[]": all(needed, own), metricName: betterThan("Nothing"), namespace: betterThan("AWS/Nothing"), "dimensions.*": named, "metricQueries[].expression": betterThan("SELECT SUM(Nothing) FROM \"AWS/Nothing\""),
    },
    absent: { actionsEnabled: false },
  },
  "aws:sns/topic:Topic": { removal: "without the topic nobody can be told: whatever publishes names it", properties: { name: why.name, displayName: why.words, kmsMasterKeyId: ownNeeded } },
  "aws:sns/topicPolicy:TopicPolicy": { removal: true, properties: { arn: why.place, policy: document } },
};
