/** Weight of roles, their policies, and who may call functions. */
import { document } from "../documents";
import { all, needed, ownNeeded, betterThan, own, STRANGER } from "../weaker";
import { type Weight, why } from "./weight";

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const anything = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });

export const permissions: Record<string, Weight> = {
  "aws:iam/role:Role": {
    removal: "without it less is allowed",
    properties: { name: why.name, assumeRolePolicy: document, permissionsBoundary: needed },
    absent: { managedPolicyArns: [ADMIN], inlinePolicies: [{ name: "all", policy: anything }] },
    beside: [
      { type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", how: "AdministratorAccess attached", from: ["role"], props: ({ props }) => ({ role: props.name as string, policyArn: ADMIN }) },
      { type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", how: "AmazonS3ReadOnlyAccess attached", from: ["role"], props: ({ props }) => ({ role: props.name as string, policyArn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }) },
      { type: "aws:iam/rolePolicy:RolePolicy", how: "a policy that allows everything", from: ["role"], props: ({ props }) => ({ role: props.name as string, policy: anything }) },
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": { removal: "without it less is allowed", properties: { name: why.name, role: why.place, policy: document } },
  "aws:iam/instanceProfile:InstanceProfile": { removal: "without it less is allowed", properties: { name: why.name, role: why.place } },
  "aws:lambda/permission:Permission": {
    removal: "without it less is allowed",
    properties: { action: betterThan("lambda:*"), function: why.place, principal: betterThan("*", STRANGER), sourceArn: all(ownNeeded, betterThan("*")) },
  },
  "aws:lambda/function:Function": {
    removal: "without the function there is nothing to guard",
    properties: {
      name: why.name, description: why.words, "architectures[]": why.tuning, code: why.words, handler: why.name, memorySize: why.tuning, timeout: "Lambda itself ends a function after 15 minutes",
      "environment.variables.*": "where the function works; what it may reach there is its role's", "loggingConfig.logFormat": why.format,
      "loggingConfig.logGroup": all(needed, betterThan("of-others")), loggingConfig: needed, kmsKeyArn: ownNeeded, role: own, runtime: betterThan("nodejs16.x"), "tracingConfig.mode": all(needed, betterThan("PassThrough")),
      vpcConfig: needed, "vpcConfig.subnetIds[]": why.region, "vpcConfig.securityGroupIds[]": why.place,
    },
    absent: { "environment.variables.DB_PASSWORD": "Swordfish-2024", "environment.variables.NODE_TLS_REJECT_UNAUTHORIZED": "0" },
    beside: [
      { type: "aws:lambda/functionUrl:FunctionUrl", how: "a URL for everyone", from: ["functionName"], props: ({ props }) => ({ functionName: props.name as string, authorizationType: "NONE" }) },
      { type: "aws:lambda/permission:Permission", how: "everyone may invoke it", from: ["function"], props: ({ props }) => ({ action: "lambda:InvokeFunction", function: props.name as string, principal: "*" }) },
      { type: "aws:lambda/permission:Permission", how: "a service may invoke it for anybody", from: ["function"], props: ({ props }) => ({ action: "lambda:InvokeFunction", function: props.name as string, principal: "s3.amazonaws.com" }) },
    ],
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    removal: true, properties: { functionName: why.place, maximumRetryAttempts: why.tuning, destinationConfig: needed, "destinationConfig.onFailure": needed, "destinationConfig.onFailure.destination": ownNeeded },
  },
};
