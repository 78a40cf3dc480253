/** Forms of ids and ARNs of the types that the lab acts on, where a service of the lab makes the real ones. ARN forms: Service Authorization Reference of each service. */
import type { Form } from "./providers/recorded/form";

const at = (service: string): string => `arn:aws:${service}:{region}:{account}`;

/** A setting of a bucket, which has no ARN. */
const setting: Form = { id: "{bucket}" };
const named = (service: string, kind: string, outputs: Record<string, unknown> = {}): Form => ({ id: "{name}", arn: `${at(service)}:${kind}/{name}`, outputs });
const catalogued = (kind: string, id: string, path: string): Form => ({ id: `{account}:${id}`, arn: `${at("glue")}:${kind}/${path}`, outputs: { catalogId: "{account}" } });

export const acting: Record<string, Form> = {
  "aws:athena/workgroup:Workgroup": named("athena", "workgroup"),
  "aws:athena/namedQuery:NamedQuery": { id: "{uuid}" },
  "aws:cloudwatch/logGroup:LogGroup": { id: "{name}", arn: `${at("logs")}:log-group:{name}` },
  "aws:cloudwatch/logStream:LogStream": { id: "{name}", arn: `${at("logs")}:log-group:{logGroupName}:log-stream:{name}` },
  "aws:glue/catalogDatabase:CatalogDatabase": catalogued("database", "{name}", "{name}"),
  "aws:glue/catalogTable:CatalogTable": catalogued("table", "{databaseName}:{name}", "{databaseName}/{name}"),
  "aws:glue/connection:Connection": catalogued("connection", "{name}", "{name}"),
  "aws:glue/crawler:Crawler": named("glue", "crawler"),
  "aws:glue/job:Job": named("glue", "job"),
  "aws:glue/securityConfiguration:SecurityConfiguration": { id: "{name}" },
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": { id: "{account}", outputs: { catalogId: "{account}" } },
  "aws:iot/thing:Thing": named("iot", "thing", { defaultClientId: "{name}", version: 1 }),
  "aws:iot/certificate:Certificate": { id: "{hex64}", arn: `${at("iot")}:cert/{hex64}` },
  "aws:iot/policy:Policy": named("iot", "policy", { defaultVersionId: "1" }),
  "aws:iot/policyAttachment:PolicyAttachment": { id: "{policy}|{target}" },
  "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment": { id: "{thing}|{principal}" },
  "aws:iot/topicRule:TopicRule": named("iot", "rule"),
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    id: `${at("firehose")}:deliverystream/{name}`, arn: "{id}", outputs: { versionId: "1", destinationId: "destinationId-000000000001" },
  },
  "aws:lambda/function:Function": {
    id: "{name}", arn: `${at("lambda")}:function:{name}`,
    outputs: { qualifiedArn: `${at("lambda")}:function:{name}:$LATEST`, version: "$LATEST" },
  },
  "aws:lambda/permission:Permission": { id: "{name}" },
  "aws:s3/bucket:Bucket": {
    id: "{bucket}", arn: "arn:aws:s3:::{bucket}",
    outputs: { bucketDomainName: "{bucket}.s3.amazonaws.com", bucketRegionalDomainName: "{bucket}.s3.{region}.amazonaws.com" },
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": { id: "{key}", arn: "arn:aws:s3:::{bucket}/{key}" },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": setting,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting,
  "aws:s3/bucketPolicy:BucketPolicy": setting,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": setting,
  "aws:s3/bucketVersioning:BucketVersioning": setting,
  "aws:sagemaker/model:Model": named("sagemaker", "model"),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": named("sagemaker", "endpoint-config"),
  "aws:sagemaker/endpoint:Endpoint": named("sagemaker", "endpoint"),
  "aws:secretsmanager/secret:Secret": { id: `${at("secretsmanager")}:secret:{name}-{hex6}`, arn: "{id}" },
  "aws:scheduler/schedule:Schedule": { id: "{groupName}/{name}", arn: `${at("scheduler")}:schedule/{groupName}/{name}` },
  "aws:scheduler/scheduleGroup:ScheduleGroup": { id: "{name}", arn: `${at("scheduler")}:schedule-group/{name}`, outputs: { state: "ACTIVE" } },
  "aws:secretsmanager/secretVersion:SecretVersion": { id: "{secretId}|{uuid}", arn: "{secretId}", outputs: { versionId: "{uuid}" } },
  "aws:sfn/stateMachine:StateMachine": { id: `${at("states")}:stateMachine:{name}`, arn: "{id}" },
  "aws:sns/topic:Topic": { id: `${at("sns")}:{name}`, arn: "{id}", outputs: { owner: "{account}" } },
  "aws:sns/topicPolicy:TopicPolicy": { id: "{arn}" },
  "aws:sns/topicSubscription:TopicSubscription": { id: "{topic}:{uuid}", arn: "{id}" },
};
