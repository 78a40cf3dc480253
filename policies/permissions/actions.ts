/**
 * Actions: what an action lets its holder do, so that each finding goes to one rule. Sources: Service Authorization Reference
 * (access levels, resource types); Cloudsplaining, "Privilege Escalation" and "Data Exfiltration", whose lists Checkov's checks take.
 */
import { covers } from "../document";

/** Kinds of what an action on every resource would give away, worst first. */
export type Kind = "escalation" | "credentials" | "exfiltration" | "management" | "decryption" | "write" | "read";

/** Ways up that are harmless on one role, function, job or notebook that is named. */
const narrowable = ["iam:PassRole", "lambda:UpdateFunctionCode", "glue:UpdateJob", "glue:UpdateDevEndpoint", "sagemaker:CreatePresignedNotebookInstanceUrl"];
export const isNarrowable = (action: string): boolean => narrowable.some((one) => one.toLowerCase() === action.toLowerCase());

const lists: [Kind, readonly string[]][] = [
  ["escalation", [
    "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:PutRolePolicy",
    "iam:PutUserPolicy", "iam:PutGroupPolicy", "iam:AddUserToGroup", "iam:UpdateAssumeRolePolicy", "iam:UpdateLoginProfile", "iam:CreateLoginProfile", "iam:CreateAccessKey",
    ...narrowable,
  ]],
  ["credentials", [
    "iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential", "iam:UpdateAccessKey",
    "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:GetFederationToken", "sts:GetSessionToken",
    "redshift:GetClusterCredentials", "rds-db:connect", "cognito-identity:GetCredentialsForIdentity", "sso:GetRoleCredentials", "mediapackage:RotateChannelCredentials",
  ]],
  ["exfiltration", [
    "s3:GetObject", "secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath",
    "athena:GetQueryResults", "kinesis:GetRecords", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:Query",
  ]],
  ["management", [
    "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketAcl", "s3:PutObjectAcl", "s3:PutBucketPublicAccessBlock", "kms:CreateGrant", "kms:PutKeyPolicy",
    "lambda:AddPermission", "lambda:RemovePermission", "sns:AddPermission", "sqs:AddPermission", "secretsmanager:PutResourcePolicy", "glue:PutResourcePolicy",
    "iam:CreateRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy", "iam:CreatePolicy", "iot:AttachPolicy", "iot:CreatePolicy", "ecr:SetRepositoryPolicy",
    "lakeformation:GrantPermissions", "lakeformation:PutDataLakeSettings",
  ]],
  ["decryption", ["kms:Decrypt", "kms:ReEncryptFrom"]],
];

/** Actions that AWS takes on every resource only, or whose service asks for `*` in its own documents. */
const unlimited = [
  // Service Authorization Reference: no resource types. ECR's token opens nothing without the actions on a repository.
  "ecr:GetAuthorizationToken", "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries",
  "sagemaker:ListTags", "sts:GetCallerIdentity", "s3:ListAllMyBuckets", "athena:ListWorkGroups",
  "ec2:Describe*", "kms:ListAliases", "kms:ListKeys", "iot:DescribeEndpoint", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "cloudwatch:ListMetrics",
  "ec2messages:*", "ssmmessages:*", "ssm:UpdateInstanceInformation", "tag:GetResources",
  // Step Functions Developer Guide, "Using CloudWatch Logs to log execution history": log delivery is granted on *.
  "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy",
  // Lambda Developer Guide, "Execution role and user permissions" of VPC access; AWS managed policy AWSGlueServiceRole.
  "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
];

/** The same answer for the same action: asked thousands of times about a few dozen. */
function remembered<T>(ask: (action: string) => T): (action: string) => T {
  const answers = new Map<string, T>();
  return (action) => {
    if (!answers.has(action)) answers.set(action, ask(action));
    return answers.get(action)!;
  };
}

export const isUnlimited = remembered((action) => unlimited.some((pattern) => covers(pattern, action)));

const READ = /^[\w-]+:(Get|List|Describe|BatchGet|Head|Search|Query|Scan|Select|View|Check|Lookup|Test|Simulate|Filter)/i;

/** What an action gives away; a pattern gives what the worst action that it covers does. */
export const kindOf = remembered((action): Kind => {
  const found = lists.find(([, actions]) => actions.some((one) => covers(action, one)));
  return found?.[0] ?? (READ.test(action) ? "read" : "write");
});

/** `*`, `iam:*`: everything, or everything that says who may do what. */
export const isAdmin = (action: string): boolean => ["*", "*:*", "iam:*"].includes(action.toLowerCase());

/** Actions that the same page lists among those of log delivery; by themselves they can be limited to a log group. */
const ofDelivery = ["logs:CreateLogStream", "logs:PutLogEvents"];
export const belongsToDelivery = (action: string, all: readonly string[]): boolean => ofDelivery.includes(action) && all.includes("logs:CreateLogDelivery");

/** Any pattern: it stands for actions that nobody looked at, and for those that AWS adds. */
export const isPattern = (action: string): boolean => /[*?]/.test(action) && !isAdmin(action);

/** `s3:*` and the like: all actions of a service. */
export const isWholeService = (action: string): boolean => /^[\w-]+:\*$/.test(action) && !isAdmin(action);
