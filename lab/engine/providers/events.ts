/** EventBridge in the lab: rules by pattern, and their targets. The lab brings no client of it: a call is signed by itself. */
import { signedCall } from "../../gateway/signed-call";
import type { Lab } from "../../lab";
import { isThere, tagList } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const call = <T>(lab: Lab, action: string, input: object): Promise<T> => signedCall<T>(lab, "events", `AWSEvents.${action}`, input);

const rule: Provider = {
  replaceOn: ["name", "namePrefix", "eventBusName"],
  create: async (inputs, { lab }) => ({ id: String(inputs.name), outputs: await putRule(lab, inputs) }),
  update: (_, inputs, __, { lab }) => putRule(lab, inputs),
  delete: async (Name, _, { lab }) => void (await call(lab, "DeleteRule", { Name })),
  exists: (Name, _, { lab }) => isThere(call(lab, "DescribeRule", { Name })),
};

async function putRule(lab: Lab, { name, eventPattern, scheduleExpression, eventBusName, state, description, roleArn, tags }: Props): Promise<Props> {
  const { RuleArn } = await call<{ RuleArn: string }>(lab, "PutRule", {
    Name: name, EventPattern: eventPattern, ScheduleExpression: scheduleExpression, EventBusName: eventBusName, State: state, Description: description, RoleArn: roleArn, Tags: tagList(tags),
  });
  return { arn: RuleArn };
}

/** Names of the API for what a target is handed, and what the lab refuses by them. */
const names: Record<string, string> = {
  input: "Input", roleArn: "RoleArn", retryPolicy: "RetryPolicy", inputPath: "InputPath", inputTransformer: "InputTransformer", deadLetterConfig: "DeadLetterConfig",
  sqsTarget: "SqsParameters", kinesisTarget: "KinesisParameters", ecsTarget: "EcsParameters", batchTarget: "BatchParameters", httpTarget: "HttpParameters",
};

const target: Provider = {
  replaceOn: ["rule", "targetId", "eventBusName"],
  create: async (inputs, { lab, name }) => {
    const targetId = String(inputs.targetId ?? name);
    await putTarget(lab, targetId, inputs);
    return { id: `${String(inputs.rule)}-${targetId}`, outputs: { targetId } };
  },
  update: async (id, inputs, _, { lab }) => {
    const targetId = id.slice(String(inputs.rule).length + 1);
    await putTarget(lab, targetId, inputs);
    return { targetId };
  },
  delete: async (id, { rule: Rule }, { lab }) => {
    const Ids = [id.slice(String(Rule).length + 1)];
    if (await isThere(call(lab, "DescribeRule", { Name: Rule }))) await call(lab, "RemoveTargets", { Rule, Ids });
  },
};

async function putTarget(lab: Lab, Id: string, { rule: Rule, arn: Arn, ...inputs }: Props): Promise<void> {
  const given = Object.fromEntries(Object.entries(names).flatMap(([key, name]) => (inputs[key] === undefined ? [] : [[name, inputs[key]]])));
  await call(lab, "PutTargets", { Rule, Targets: [{ Id, Arn, ...given }] });
}

export const eventsProviders: Providers = {
  "aws:cloudwatch/eventRule:EventRule": rule,
  "aws:cloudwatch/eventTarget:EventTarget": target,
};
