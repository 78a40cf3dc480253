/** Watching: logs are kept, alarms reach somebody, topics say what was not delivered. */
import { first, passes, property, set } from "../ask";
import type { Rule } from "../rule";

const LOGS = ["aws:cloudwatch/logGroup:LogGroup"];
const MACHINE = ["aws:sfn/stateMachine:StateMachine"];

export const logsEnd: Rule = {
  name: "log-retention", level: "mandatory", promise: "cost", types: LOGS,
  why: "Logs without an end are paid for without one, and keep what should be forgotten.",
  set: "Set retentionInDays",
  covers: ["CKV_AWS_66"],
  check: property("retentionInDays", (days) => Number(days ?? 0) > 0),
};

export const logsLast: Rule = {
  name: "log-retention-1y", level: "prod", promise: "operations", types: LOGS,
  why: "What is looked for after an incident is often months old.",
  set: "Set retentionInDays to 365 or more",
  covers: ["CKV_AWS_338"],
  check: property("retentionInDays", (days) => Number(days ?? 0) === 0 || Number(days) >= 365),
};

export const alarmsCall: Rule = {
  name: "alarm-actions", level: "mandatory", promise: "operations", types: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  why: "An alarm that calls nobody is a lamp in an empty room.",
  set: "Leave actionsEnabled true, and name who is called in alarmActions",
  covers: ["CKV_AWS_319"],
  check: ({ props }) => first([passes(props, "actionsEnabled", (on) => on !== false && on !== "false"), [props.alarmActions ?? []].flat().length > 0]),
};

export const topicTellsDelivery: Rule = {
  name: "sns-delivery-log", level: "advisory", promise: "operations", types: ["aws:sns/topic:Topic"],
  why: "Without a log of deliveries, an alarm that did not arrive leaves no trace.",
  set: "Set lambdaFailureFeedbackRoleArn, sqsFailureFeedbackRoleArn, firehoseFailureFeedbackRoleArn or httpFailureFeedbackRoleArn for what is subscribed",
  covers: ["FSBP SNS.2"],
  check: ({ props }) => ["lambda", "sqs", "firehose", "http", "application"].some((kind) => set(props[`${kind}FailureFeedbackRoleArn`])),
};

export const machineTraced: Rule = {
  name: "sfn-xray", level: "prod", promise: "orchestration", types: MACHINE,
  why: "A trace shows which step of a slow run was slow.",
  set: "Set tracingConfiguration.enabled to true",
  covers: ["CKV_AWS_284", "AwsSolutions-SF2"],
  check: property("tracingConfiguration.enabled", (on) => on === true || on === "true"),
};

export const machineLogged: Rule = {
  name: "sfn-log", level: "mandatory", promise: "orchestration", types: MACHINE,
  why: "Without its events a run that failed can't be understood afterwards.",
  set: "Set loggingConfiguration.level to ALL",
  covers: ["AwsSolutions-SF1", "FSBP StepFunctions.1"],
  check: property("loggingConfiguration.level", (level) => level === "ALL"),
};

export const machineLogsNoData: Rule = {
  name: "sfn-log-data", level: "advisory", promise: "orchestration", types: MACHINE,
  why: "What runs through a machine is written into its log with the data; a secret or a reading among it stays there.",
  set: "Leave includeExecutionData false",
  covers: ["CKV_AWS_285"],
  check: property("loggingConfiguration.includeExecutionData", (on) => on !== true && on !== "true"),
};
