/** Identity and keys that the lab writes down. ARN forms: Service Authorization Reference, "Resource types" of IAM, KMS, Cognito, Lake Formation. */
import type { Form } from "./form";

const iam = "arn:aws:iam::{account}";
const kms = "arn:aws:kms:{region}:{account}";
const cognito = "arn:aws:cognito-idp:{region}:{account}:userpool";

export const identity: Record<string, Form> = {
  "aws:iam/role:Role": { id: "{name}", arn: `${iam}:role{path}{name}`, outputs: { uniqueId: "AROA{UP17}", createDate: "2026-01-01T00:00:00Z" }, replaceOn: ["path"] },
  "aws:iam/rolePolicy:RolePolicy": { id: "{role}:{name}" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { id: "{role}-{policyArn}" },
  "aws:iam/policy:Policy": { id: `${iam}:policy{path}{name}`, arn: "{id}", outputs: { policyId: "ANPA{UP17}", attachmentCount: 0 } },
  "aws:iam/instanceProfile:InstanceProfile": { id: "{name}", arn: `${iam}:instance-profile{path}{name}`, outputs: { uniqueId: "AIPA{UP17}", createDate: "2026-01-01T00:00:00Z" } },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": { id: `${iam}:oidc-provider/{url}`, arn: "{id}" },
  "aws:iam/serviceLinkedRole:ServiceLinkedRole": { id: `${iam}:role/aws-service-role/{awsServiceName}/{name}`, arn: "{id}", outputs: { uniqueId: "AROA{UP17}" } },
  "aws:kms/key:Key": { id: "{uuid}", arn: `${kms}:key/{id}`, outputs: { keyId: "{id}" } },
  "aws:kms/alias:Alias": { id: "{name}", arn: `${kms}:{name}`, outputs: { targetKeyArn: `${kms}:key/{targetKeyId}` } },
  "aws:kms/grant:Grant": { id: "{keyId}:{hex64}", outputs: { grantId: "{hex64}", grantToken: "{hex64}" } },
  "aws:kms/keyPolicy:KeyPolicy": { id: "{keyId}" },
  "aws:cognito/userPool:UserPool": {
    id: "{region}_{low9}", arn: `${cognito}/{id}`,
    outputs: { endpoint: "cognito-idp.{region}.amazonaws.com/{id}", creationDate: "2026-01-01T00:00:00Z", estimatedNumberOfUsers: 0 },
  },
  "aws:cognito/userPoolClient:UserPoolClient": { id: "{low26}", outputs: { clientSecret: "" }, replaceOn: ["userPoolId", "generateSecret"] },
  "aws:cognito/userPoolDomain:UserPoolDomain": { id: "{domain}", outputs: { awsAccountId: "{account}", cloudfrontDistribution: "d{low13}.cloudfront.net" } },
  "aws:cognito/userGroup:UserGroup": { id: "{userPoolId}/{name}" },
  "aws:cognito/resourceServer:ResourceServer": { id: "{userPoolId}|{identifier}", outputs: { scopeIdentifiers: [] } },
  "aws:lakeformation/dataLakeSettings:DataLakeSettings": { id: "{hex8}" },
  "aws:lakeformation/permissions:Permissions": { id: "{hex8}" },
  "aws:lakeformation/resource:Resource": { id: "{arn}" },
};
