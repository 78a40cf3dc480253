/** Weight of things, topic rules and delivery. */
import { document } from "../documents";
import { all, better, betterThan, guard, guardByDefault, named, needed, own, ownNeeded, place } from "../weaker";
import { type Weight, why } from "./weight";

const STREAM = "extendedS3Configuration";

export const ingest: Record<string, Weight> = {
  "aws:iot/thing:Thing": { removal: "without the thing there is nothing to guard", properties: { name: why.name } },
  "aws:iot/certificate:Certificate": {
    removal: "without the certificate nobody gets in", properties: { active: "without it nobody gets in" },
    beside: [{ type: "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment", how: "a second thing", from: ["principal"], props: ({ props }) => ({ principal: props.arn as string, thing: "of-others" }) },
      { type: "aws:iot/policyAttachment:PolicyAttachment", how: "a policy from outside the stack", from: ["target"], props: ({ props }) => ({ target: props.arn as string, policy: "of-others" }) }],
  },
  "aws:iot/policy:Policy": { removal: "without it less is allowed", properties: { name: why.name, policy: document } },
  "aws:iot/policyAttachment:PolicyAttachment": { removal: true, properties: { policy: named, target: why.place } },
  "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment": { removal: true, properties: { principal: why.place, thing: why.place } },
  "aws:iot/topicRule:TopicRule": {
    removal: true,
    properties: {
      name: why.name, description: why.words, sqlVersion: why.format, "firehoses[].batchMode": why.tuning, "firehoses[].deliveryStreamName": named, "firehoses[].roleArn": own, "firehoses[].separator": needed,
      enabled: guardByDefault, sql: betterThan("SELECT * FROM '#'", "SELECT * FROM '+/+/temperature'"), errorAction: needed, "errorAction.s3.bucketName": place, "errorAction.s3.key": betterThan("${newuuid()}"), "errorAction.s3.roleArn": own,
    },
  },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    removal: "without the stream there is nothing to guard",
    properties: {
      name: why.name, destination: why.format, [`${STREAM}.bufferingInterval`]: why.tuning, [`${STREAM}.bufferingSize`]: why.tuning, [`${STREAM}.dataFormatConversionConfiguration`]: why.format,
      [`${STREAM}.dataFormatConversionConfiguration.schemaConfiguration.roleArn`]: own, [`${STREAM}.processingConfiguration.processors[].type`]: why.format, [`${STREAM}.processingConfiguration.processors[].parameters[].parameterName`]: why.format,
      serverSideEncryption: needed, "serverSideEncryption.enabled": guard, "serverSideEncryption.keyType": better("AWS_OWNED_CMK"), "serverSideEncryption.keyArn": ownNeeded,
      [`${STREAM}.bucketArn`]: place, [`${STREAM}.kmsKeyArn`]: ownNeeded, [`${STREAM}.roleArn`]: own, [`${STREAM}.prefix`]: betterThan("!{timestamp:yyyy-MM-dd}/"), [`${STREAM}.errorOutputPrefix`]: all(needed, betterThan("!{firehose:error-output-type}/")),
      [`${STREAM}.cloudwatchLoggingOptions`]: needed, [`${STREAM}.cloudwatchLoggingOptions.enabled`]: guard, [`${STREAM}.cloudwatchLoggingOptions.logGroupName`]: named, [`${STREAM}.cloudwatchLoggingOptions.logStreamName`]: named,
      [`${STREAM}.processingConfiguration`]: needed, [`${STREAM}.processingConfiguration.enabled`]: guardByDefault, [`${STREAM}.processingConfiguration.processors[]`]: needed,
      [`${STREAM}.processingConfiguration.processors[].parameters[].parameterValue`]: own,
    },
  },
};
