/**
 * Forest access: what SageMaker's machines may do beyond reading and writing the lake. Actions: SageMaker Developer Guide,
 * "SageMaker Roles", CreateTrainingJob and CreateModel.
 */
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Grant, mayUseKey, type Named } from "./access";
import { arnsOf } from "./machine-access";

/** Pull the image, log, measure, and encrypt what is written where the bucket has a key of its own. */
export function mayRunForests(image: pulumi.Output<aws.sagemaker.GetPrebuiltEcrImageResult>, key: Named | undefined, parent: pulumi.Resource): Grant[] {
  const at = arnsOf(parent);
  // The registry is AWS's, one an account and region: it stands in the image's path.
  const repository = pulumi.all([at("ecr"), image]).apply(([arn, { registryId, repositoryName }]) => `${arn.replace(/\d{12}$/, registryId)}:repository/${repositoryName}`);
  return [
    { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    { actions: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"], resources: [repository] },
    {
      actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
      resources: [pulumi.interpolate`${at("logs")}:log-group:/aws/sagemaker/*`],
    },
    // CloudWatch knows no resources for it, only this condition.
    {
      actions: ["cloudwatch:PutMetricData"], resources: ["*"],
      conditions: { StringLike: { "cloudwatch:namespace": ["AWS/SageMaker", "aws/sagemaker/*", "/aws/sagemaker/*"] } },
    },
    ...mayUseKey(key, ["kms:Encrypt"]),
  ];
}
