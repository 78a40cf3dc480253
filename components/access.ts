/** Access: roles of services, allowed exactly what their permissions say. The sentences stand in permissions.ts. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Conditions, Grant, Permission } from "./permissions";

export * from "./permissions";

export interface ServiceRole {
  role: aws.iam.Role;
  policy: aws.iam.RolePolicy;
  /** Known only when the policy is in force: a service that checks at creation finds it. */
  arn: pulumi.Output<string>;
}

/** EC2 assumes an instance's role without telling for which account; every other service here does tell. */
const untold = ["ec2.amazonaws.com"];

/** A role that one service may assume, on behalf of this account only, with exactly these permissions. */
export function serviceRole(
  name: string,
  service: string,
  permissions: Permission[],
  opts: pulumi.CustomResourceOptions,
  { conditions = {} }: { conditions?: Conditions } = {},
): ServiceRole {
  const role = new aws.iam.Role(name, { assumeRolePolicy: trust(service, conditions, opts) }, opts);
  const policy = new aws.iam.RolePolicy(name, { role: role.name, policy: policyOf(permissions) }, { ...opts, parent: role });
  return { role, policy, arn: pulumi.all([role.arn, policy.id]).apply(([arn]) => arn) };
}

function trust(service: string, conditions: Conditions, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput({}, opts.parent ? { parent: opts.parent } : {}).accountId;
  const own = untold.includes(service) ? {} : { StringEquals: { "aws:SourceAccount": account } };
  const condition = merged(own, conditions);
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole",
      ...(Object.keys(condition).length && { Condition: condition }),
    }],
  });
}

function merged(one: Conditions, other: Conditions): Conditions {
  const operators = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(operators.map((operator) => [operator, { ...one[operator], ...other[operator] }]));
}

/** The policy document of some permissions, one statement a grant; a single resource stands as a string. */
export function policyOf(permissions: Permission[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: permissions.flat().map(statement) });
}

const statement = ({ actions, resources, conditions }: Grant) => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources.length === 1 ? resources[0] : resources,
  ...(conditions && { Condition: conditions }),
});
