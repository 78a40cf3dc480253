/** Encryption on the way: streams, topics, schedules and logs. */
import { first, is, passes, property, set, where, yes } from "../ask";
import { covers, deniesPlain, judged } from "../document";
import type { Rule } from "../rule";

const STREAM = ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"];
/** A stream that takes its records from another one is encrypted there: Firehose API, StartDeliveryStreamEncryption. */
const takesPuts: Parameters<typeof where>[0] = ({ props }) => props.kinesisSourceConfiguration === undefined && props.mskSourceConfiguration === undefined;

export const streamEncrypted: Rule = {
  name: "fh-sse", level: "mandatory", promise: "encryption", types: STREAM,
  why: "Readings show when a room is occupied, also while they wait to be delivered.",
  set: "Set serverSideEncryption.enabled to true",
  covers: ["CKV_AWS_240", "AwsSolutions-KDF1", "FSBP DataFirehose.1"],
  check: where(takesPuts, property("serverSideEncryption.enabled", yes)),
};

export const streamEncryptedByOwnKey: Rule = {
  name: "fh-cmk", level: "prod", promise: "encryption", types: STREAM,
  why: "A key of one's own says who may read what waits in the stream.",
  set: "Set serverSideEncryption.keyType to CUSTOMER_MANAGED_CMK and serverSideEncryption.keyArn to a key",
  covers: ["CKV_AWS_241"],
  check: where((stream) => takesPuts(stream) && yes(stream.props.serverSideEncryption?.enabled), ({ props }) =>
    first([passes(props, "serverSideEncryption.keyType", is("CUSTOMER_MANAGED_CMK")), passes(props, "serverSideEncryption.keyArn", set)])),
};

export const topicEncrypted: Rule = {
  name: "sns-enc", level: "mandatory", promise: "encryption", types: ["aws:sns/topic:Topic"],
  why: "A message about a failure quotes what failed.",
  set: "Set kmsMasterKeyId to a key",
  covers: ["CKV_AWS_26", "FSBP SNS.1"],
  check: property("kmsMasterKeyId", set),
};

export const topicOverTlsOnly: Rule = {
  name: "sns-tls", level: "mandatory", promise: "encryption", types: ["aws:sns/topic:Topic"],
  why: "A message published without TLS is open to every network on the way.",
  set: "Add a TopicPolicy that denies sns:Publish with aws:SecureTransport false",
  covers: ["AwsSolutions-SNS3"],
  check: (topic, stack) => {
    const answers = stack.pointingAt(topic, "aws:sns/topicPolicy:TopicPolicy", "arn").map((policy) => [judged(policy, (all) => all.some((one) => deniesPlain(one) && one.actions.some((action) => covers(action, "sns:Publish"))))].flat());
    return answers.flat().find((answer) => answer === true) ?? answers.flat().find((answer) => typeof answer === "object") ?? false;
  },
};

export const scheduleEncrypted: Rule = {
  name: "sched-cmk", level: "advisory", promise: "encryption", types: ["aws:scheduler/schedule:Schedule"],
  why: "The input of a schedule is stored; where it holds more than {}, a key of one's own says who may read it.",
  set: "Set kmsKeyArn to a key",
  covers: ["CKV_AWS_297"],
  check: property("kmsKeyArn", set),
};

export const logsEncrypted: Rule = {
  name: "log-kms", level: "prod", promise: "encryption", types: ["aws:cloudwatch/logGroup:LogGroup"],
  why: "Logs quote the payloads that were refused; a key of one's own says who may read them.",
  set: "Set kmsKeyId to a key whose policy lets CloudWatch Logs use it",
  covers: ["CKV_AWS_158"],
  check: property("kmsKeyId", set),
};
