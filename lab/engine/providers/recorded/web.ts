/** Web fronts and QuickSight that the lab writes down. ARN forms: Service Authorization Reference of each. */
import type { Form } from "./form";

const front = "arn:aws:cloudfront::{account}";
const api = "arn:aws:apigateway:{region}::/apis";
const quicksight = "arn:aws:quicksight:{region}:{account}";

const ofQuicksight = (kind: string, key: string, more: Record<string, unknown> = {}): Form =>
  ({ id: `{awsAccountId},{${key}}`, arn: `${quicksight}:${kind}/{${key}}`, outputs: more });

export const web: Record<string, Form> = {
  "aws:cloudfront/distribution:Distribution": {
    id: "E{UP13}", arn: `${front}:distribution/{id}`,
    // Z2FDTNDATAQYW2 is the hosted zone of every distribution: Route 53 API Reference, AliasTarget.
    outputs: { domainName: "d{low13}.cloudfront.net", hostedZoneId: "Z2FDTNDATAQYW2", status: "Deployed", etag: "E{UP12}", callerReference: "{hex26}" },
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": { id: "E{UP13}", arn: `${front}:origin-access-control/{id}`, outputs: { etag: "E{UP12}" } },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": { id: "{uuid}", arn: `${front}:response-headers-policy/{id}`, outputs: { etag: "E{UP12}" } },
  "aws:cloudfront/cachePolicy:CachePolicy": { id: "{uuid}", arn: `${front}:cache-policy/{id}`, outputs: { etag: "E{UP12}" } },
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": { id: "{uuid}", arn: `${front}:origin-request-policy/{id}`, outputs: { etag: "E{UP12}" } },
  "aws:cloudfront/function:Function": { id: "{name}", arn: `${front}:function/{name}`, outputs: { etag: "E{UP12}", status: "UNASSOCIATED" } },
  "aws:acm/certificate:Certificate": {
    id: "arn:aws:acm:{region}:{account}:certificate/{uuid}", arn: "{id}", outputs: { status: "ISSUED", domainValidationOptions: [], validationEmails: [] },
    replaceOn: ["domainName", "subjectAlternativeNames"],
  },
  "aws:acm/certificateValidation:CertificateValidation": { id: "{hex17}", replaceOn: ["certificateArn"] },
  "aws:route53/record:Record": { id: "{zoneId}_{name}_{type}", outputs: { fqdn: "{name}" } },
  "aws:wafv2/webAcl:WebAcl": { id: "{uuid}", arn: "arn:aws:wafv2:{region}:{account}:regional/webacl/{name}/{id}", outputs: { capacity: 1 } },
  "aws:wafv2/webAclAssociation:WebAclAssociation": { id: "{webAclArn},{resourceArn}" },
  "aws:apigatewayv2/api:Api": {
    id: "{low10}", arn: `${api}/{id}`,
    outputs: { apiEndpoint: "https://{id}.execute-api.{region}.amazonaws.com", executionArn: "arn:aws:execute-api:{region}:{account}:{id}" }, replaceOn: ["protocolType"],
  },
  "aws:apigatewayv2/stage:Stage": {
    id: "{name}", arn: `${api}/{apiId}/stages/{name}`,
    outputs: { executionArn: "arn:aws:execute-api:{region}:{account}:{apiId}/{name}", invokeUrl: "https://{apiId}.execute-api.{region}.amazonaws.com/" }, replaceOn: ["apiId"],
  },
  "aws:apigatewayv2/route:Route": { id: "{low7}", replaceOn: ["apiId"] },
  "aws:apigatewayv2/integration:Integration": { id: "{low7}", replaceOn: ["apiId", "integrationType"] },
  "aws:apigatewayv2/authorizer:Authorizer": { id: "{low6}", replaceOn: ["apiId"] },
  "aws:apigatewayv2/deployment:Deployment": { id: "{low6}", outputs: { autoDeployed: false }, replaceOn: ["apiId"] },
  "aws:apigatewayv2/domainName:DomainName": { id: "{domainName}", arn: "arn:aws:apigateway:{region}::/domainnames/{domainName}" },
  "aws:apigatewayv2/apiMapping:ApiMapping": { id: "{low6}", replaceOn: ["apiId", "domainName"] },
  "aws:quicksight/accountSubscription:AccountSubscription": { id: "{awsAccountId}", outputs: { accountSubscriptionStatus: "ACCOUNT_CREATED" } },
  "aws:quicksight/dataSource:DataSource": ofQuicksight("datasource", "dataSourceId"),
  "aws:quicksight/dataSet:DataSet": ofQuicksight("dataset", "dataSetId", { outputColumns: [] }),
  "aws:quicksight/analysis:Analysis": ofQuicksight("analysis", "analysisId", { status: "CREATION_SUCCESSFUL" }),
  "aws:quicksight/dashboard:Dashboard": ofQuicksight("dashboard", "dashboardId", { status: "CREATION_SUCCESSFUL", versionNumber: 1 }),
  "aws:quicksight/theme:Theme": ofQuicksight("theme", "themeId", { status: "CREATION_SUCCESSFUL" }),
  "aws:quicksight/refreshSchedule:RefreshSchedule": { id: "{awsAccountId},{dataSetId},{scheduleId}", arn: `${quicksight}:dataset/{dataSetId}/refresh-schedule/{scheduleId}` },
  "aws:quicksight/group:Group": { id: "{awsAccountId}/default/{groupName}", arn: `${quicksight}:group/default/{groupName}` },
};
