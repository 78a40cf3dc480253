/** SNS in the lab: topics, their policies and subscriptions. */
import { CreateTopicCommand, DeleteTopicCommand, GetTopicAttributesCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import type { Lab } from "../../lab";
import { client, gone, isThere, tagList } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const sns = (lab: Lab): SNSClient => client(lab, SNSClient);

/** Inputs that are attributes of a topic, by the names of the SNS API (CreateTopic). */
const attributeNames: Record<string, string> = {
  displayName: "DisplayName", kmsMasterKeyId: "KmsMasterKeyId", policy: "Policy", deliveryPolicy: "DeliveryPolicy", tracingConfig: "TracingConfig",
};

const attributes = (inputs: Props): Record<string, string> =>
  Object.fromEntries(Object.entries(attributeNames).flatMap(([key, name]) => (inputs[key] === undefined ? [] : [[name, String(inputs[key])]])));

const topic: Provider = {
  replaceOn: ["name", "namePrefix", "fifoTopic"],
  create: async (inputs, { lab }) => {
    const { TopicArn } = await sns(lab).send(new CreateTopicCommand({ Name: String(inputs.name), Attributes: attributes(inputs), Tags: tagList(inputs.tags) }));
    return { id: String(TopicArn), outputs: { arn: TopicArn, owner: lab.account } };
  },
  update: async (id, inputs, _, { lab }) => {
    for (const [AttributeName, AttributeValue] of Object.entries(attributes(inputs))) {
      await sns(lab).send(new SetTopicAttributesCommand({ TopicArn: id, AttributeName, AttributeValue }));
    }
    return { arn: id, owner: lab.account };
  },
  delete: (id, _, { lab }) => gone(sns(lab).send(new DeleteTopicCommand({ TopicArn: id }))),
  exists: (id, _, { lab }) => isThere(sns(lab).send(new GetTopicAttributesCommand({ TopicArn: id }))),
};

const setPolicy = (lab: Lab, { arn, policy }: Props): Promise<unknown> =>
  sns(lab).send(new SetTopicAttributesCommand({ TopicArn: String(arn), AttributeName: "Policy", AttributeValue: String(policy) }));

const topicPolicy: Provider = {
  replaceOn: ["arn"],
  create: async (inputs, { lab }) => {
    await setPolicy(lab, inputs);
    return { id: String(inputs.arn), outputs: { owner: lab.account } };
  },
  update: async (_, inputs, __, { lab }) => {
    await setPolicy(lab, inputs);
    return { owner: lab.account };
  },
  delete: (id, _, { lab }) => gone(setPolicy(lab, { arn: id, policy: "" })),
};

const subscription: Provider = {
  replaceOn: ["topic", "protocol", "endpoint"],
  create: async ({ topic: TopicArn, protocol: Protocol, endpoint: Endpoint }, { lab }) => {
    const { SubscriptionArn } = await sns(lab).send(new SubscribeCommand({
      TopicArn: String(TopicArn), Protocol: String(Protocol), Endpoint: String(Endpoint), ReturnSubscriptionArn: true,
    }));
    return { id: String(SubscriptionArn), outputs: { arn: SubscriptionArn, ownerId: lab.account, pendingConfirmation: true } };
  },
  delete: (id, _, { lab }) => gone(sns(lab).send(new UnsubscribeCommand({ SubscriptionArn: id }))),
};

export const snsProviders: Providers = {
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": subscription,
};
