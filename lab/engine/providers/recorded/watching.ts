/** Filters of logs, alarms, events, budgets and queues that the lab writes down. ARN forms: Service Authorization Reference of each. */
import type { Form } from "./form";

const events = "arn:aws:events:{region}:{account}";

export const watching: Record<string, Form> = {
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": { id: "{name}", replaceOn: ["logGroupName"] },
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": { id: "cwlsf-{hex8}", replaceOn: ["logGroup"] },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": { id: "{policyName}" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { id: "{name}", arn: "arn:aws:cloudwatch:{region}:{account}:alarm:{name}" },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": { id: "{alarmName}", arn: "arn:aws:cloudwatch:{region}:{account}:alarm:{alarmName}" },
  "aws:cloudwatch/dashboard:Dashboard": { id: "{dashboardName}", outputs: { dashboardArn: "arn:aws:cloudwatch::{account}:dashboard/{dashboardName}" } },
  "aws:cloudwatch/eventBus:EventBus": { id: "{name}", arn: `${events}:event-bus/{name}` },
  "aws:budgets/budget:Budget": { id: "{account}:{name}", arn: "arn:aws:budgets::{account}:budget/{name}", outputs: { accountId: "{account}" } },
  "aws:sqs/queue:Queue": { id: "https://sqs.{region}.amazonaws.com/{account}/{name}", arn: "arn:aws:sqs:{region}:{account}:{name}", outputs: { url: "{id}" } },
  "aws:sqs/queuePolicy:QueuePolicy": { id: "{queueUrl}" },
  "aws:ssm/parameter:Parameter": { id: "{name}", arn: "arn:aws:ssm:{region}:{account}:parameter/{name}", outputs: { version: 1 } },
  "aws:appautoscaling/target:Target": {
    id: "{resourceId}", arn: "arn:aws:application-autoscaling:{region}:{account}:scalable-target/{hex32}", replaceOn: ["scalableDimension", "serviceNamespace"],
  },
  "aws:appautoscaling/policy:Policy": { id: "{name}", arn: "arn:aws:autoscaling:{region}:{account}:scalingPolicy:{uuid}:resource/{serviceNamespace}/{resourceId}:policyName/{name}" },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": { id: "{functionName}" },
  "aws:s3/bucketLogging:BucketLogging": { id: "{bucket}" },
  "aws:s3/bucketMetric:BucketMetric": { id: "{bucket}:{name}" },
  "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": { id: "{bucket}:{name}" },
  "aws:secretsmanager/secretPolicy:SecretPolicy": { id: "{secretArn}" },
  "aws:secretsmanager/secretRotation:SecretRotation": { id: "{secretId}", outputs: { rotationEnabled: true } },
};
