/** Run news: the topic that tells people how a run ended, and the alarms that tell them when none did. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface NewsTopic {
  topic: aws.sns.Topic;
  key: aws.kms.Key;
}

/** A topic with a key of its own: alarms can't use the one that SNS brings (CloudWatch alarms and encrypted topics, re:Post). */
export function newsTopic(name: string, email: string | undefined, protect: boolean, opts: pulumi.CustomResourceOptions & { parent: pulumi.Resource }): NewsTopic {
  const account = aws.getCallerIdentityOutput({}, { parent: opts.parent }).accountId;
  const partition = aws.getPartitionOutput({}, { parent: opts.parent }).partition;
  const alarms = {
    Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" },
    Condition: { StringEquals: { "aws:SourceAccount": account } },
  };
  const key = new aws.kms.Key(name, {
    description: "Messages about runs of the pipeline",
    enableKeyRotation: true,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        { Sid: "AccountByItsPolicies", Effect: "Allow", Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
        { Sid: "AlarmsOfThisAccount", ...alarms, Action: ["kms:Decrypt", "kms:GenerateDataKey*"], Resource: "*" },
      ],
    }),
  }, { ...opts, protect });
  const topic = new aws.sns.Topic(name, { displayName: "sensorlake", kmsMasterKeyId: key.arn }, opts);
  new aws.sns.TopicPolicy(name, {
    arn: topic.arn,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        { Sid: "AlarmsOfThisAccount", ...alarms, Action: "sns:Publish", Resource: topic.arn },
        { Sid: "TlsOnly", Effect: "Deny", Principal: "*", Action: "sns:Publish", Resource: topic.arn, Condition: { Bool: { "aws:SecureTransport": "false" } } },
      ],
    }),
  }, opts);
  if (email) new aws.sns.TopicSubscription(name, { topic: topic.arn, protocol: "email", endpoint: email }, opts);
  return { topic, key };
}

/** A run that is stopped or takes too long can't tell of itself: publish hears of it, keeps its record and gives its turn back. */
export function hearEnds(name: string, machine: aws.sfn.StateMachine, publish: aws.lambda.Function, topic: aws.sns.Topic, opts: pulumi.CustomResourceOptions): void {
  const rule = new aws.cloudwatch.EventRule(name, {
    description: "Runs of the pipeline that were stopped or took too long",
    eventPattern: pulumi.jsonStringify({
      source: ["aws.states"], "detail-type": ["Step Functions Execution Status Change"],
      detail: { status: ["ABORTED", "TIMED_OUT"], stateMachineArn: [machine.arn] },
    }),
  }, opts);
  const allowed = new aws.lambda.Permission(name, { action: "lambda:InvokeFunction", function: publish.name, principal: "events.amazonaws.com", sourceArn: rule.arn }, opts);
  // What publish can't take reaches people as it is: Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
  new aws.lambda.FunctionEventInvokeConfig(name, { functionName: publish.name, maximumRetryAttempts: 2, destinationConfig: { onFailure: { destination: topic.arn } } }, opts);
  new aws.cloudwatch.EventTarget(name, { rule: rule.name, arn: publish.arn }, { ...opts, dependsOn: [allowed] });
}
