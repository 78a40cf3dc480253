/** IoT in the lab: things, certificates, policies, what is attached to what, and topic rules. */
import {
  AttachPolicyCommand, AttachThingPrincipalCommand, CreateCertificateFromCsrCommand, CreateKeysAndCertificateCommand, type CreateKeysAndCertificateResponse, CreatePolicyCommand, CreatePolicyVersionCommand,
  CreateThingCommand, CreateTopicRuleCommand, DeleteCertificateCommand, DeletePolicyCommand, DeleteThingCommand, DeleteTopicRuleCommand, DescribeCertificateCommand,
  DescribeThingCommand, DetachPolicyCommand, DetachThingPrincipalCommand, GetPolicyCommand, GetTopicRuleCommand, IoTClient, ListAttachedPoliciesCommand,
  ListThingPrincipalsCommand, RegisterCertificateWithoutCACommand, ReplaceTopicRuleCommand, type TopicRulePayload, UpdateCertificateCommand, UpdateThingCommand,
} from "@aws-sdk/client-iot";
import type { Lab } from "../../lab";
import { client, gone, isThere } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const iot = (lab: Lab): IoTClient => client(lab, IoTClient);
const attributes = (inputs: Props) => ({ attributes: (inputs.attributes ?? {}) as Record<string, string> });

const thing: Provider = {
  replaceOn: ["name", "thingTypeName"],
  create: async (inputs, { lab }) => {
    const made = await iot(lab).send(new CreateThingCommand({ thingName: String(inputs.name), attributePayload: attributes(inputs), ...(inputs.thingTypeName && { thingTypeName: String(inputs.thingTypeName) }) }));
    return { id: String(inputs.name), outputs: { arn: made.thingArn, defaultClientId: inputs.name as unknown, version: 1 } };
  },
  update: async (id, inputs, _, { lab }) => {
    await iot(lab).send(new UpdateThingCommand({ thingName: id, attributePayload: attributes(inputs) }));
    const { thingArn: arn, version, defaultClientId } = await iot(lab).send(new DescribeThingCommand({ thingName: id }));
    return { arn, version, defaultClientId };
  },
  delete: (id, _, { lab }) => gone(iot(lab).send(new DeleteThingCommand({ thingName: id }))),
  exists: (id, _, { lab }) => isThere(iot(lab).send(new DescribeThingCommand({ thingName: id }))),
};

/** By a request of the thing's own key, from a certificate that is there already, or with a new key. */
async function certify({ active, csr, certificatePem, caPem }: Props, lab: Lab): Promise<Partial<CreateKeysAndCertificateResponse>> {
  if (caPem) throw new Error("The lab registers certificates without their authority; remove caPem");
  const setAsActive = Boolean(active);
  if (csr) return iot(lab).send(new CreateCertificateFromCsrCommand({ certificateSigningRequest: String(csr), setAsActive }));
  if (certificatePem) return { ...(await iot(lab).send(new RegisterCertificateWithoutCACommand({ certificatePem: String(certificatePem), status: active ? "ACTIVE" : "INACTIVE" }))), certificatePem: String(certificatePem) };
  return iot(lab).send(new CreateKeysAndCertificateCommand({ setAsActive }));
}

const setStatus = (lab: Lab, certificateId: string, active: unknown) => iot(lab).send(new UpdateCertificateCommand({ certificateId, newStatus: active ? "ACTIVE" : "INACTIVE" }));

const certificate: Provider = {
  replaceOn: ["csr", "certificatePem", "caPem"],
  create: async (inputs, { lab }) => {
    const made = await certify(inputs, lab);
    const keys = made.keyPair ? { privateKey: made.keyPair.PrivateKey, publicKey: made.keyPair.PublicKey } : {};
    return { id: String(made.certificateId), outputs: { arn: made.certificateArn, certificatePem: made.certificatePem, caCertificateId: "", ...keys } };
  },
  update: async (id, inputs, old, { lab }) => {
    await setStatus(lab, id, inputs.active);
    const { arn, certificatePem, caCertificateId, privateKey, publicKey } = old as Record<string, unknown>;
    return { arn, certificatePem, caCertificateId, ...(privateKey ? { privateKey, publicKey } : {}) };
  },
  delete: async (id, _, { lab }) => {
    if (await isThere(setStatus(lab, id, false))) await gone(iot(lab).send(new DeleteCertificateCommand({ certificateId: id })));
  },
  exists: (id, _, { lab }) => isThere(iot(lab).send(new DescribeCertificateCommand({ certificateId: id }))),
};

const policy: Provider = {
  replaceOn: ["name"],
  create: async (inputs, { lab }) => {
    const made = await iot(lab).send(new CreatePolicyCommand({ policyName: String(inputs.name), policyDocument: String(inputs.policy) }));
    return { id: String(inputs.name), outputs: { arn: made.policyArn, defaultVersionId: made.policyVersionId } };
  },
  update: async (id, inputs, _, { lab }) => {
    const made = await iot(lab).send(new CreatePolicyVersionCommand({ policyName: id, policyDocument: String(inputs.policy), setAsDefault: true }));
    return { arn: made.policyArn, defaultVersionId: made.policyVersionId };
  },
  delete: (id, _, { lab }) => gone(iot(lab).send(new DeletePolicyCommand({ policyName: id }))),
  exists: (id, _, { lab }) => isThere(iot(lab).send(new GetPolicyCommand({ policyName: id }))),
};

const policyAttachment: Provider = {
  replaceOn: ["policy", "target"],
  create: async ({ policy: policyName, target }, { lab }) => {
    await iot(lab).send(new AttachPolicyCommand({ policyName: String(policyName), target: String(target) }));
    return { id: `${String(policyName)}|${String(target)}`, outputs: {} };
  },
  delete: (_, { policy: policyName, target }, { lab }) => gone(iot(lab).send(new DetachPolicyCommand({ policyName: String(policyName), target: String(target) }))),
  exists: async (_, { policy: policyName, target }, { lab }) => {
    let policies: (string | undefined)[] = [];
    const known = await isThere(iot(lab).send(new ListAttachedPoliciesCommand({ target: String(target) })).then((told) => (policies = (told.policies ?? []).map((one) => one.policyName))));
    return known && policies.includes(String(policyName));
  },
};

const principalAttachment: Provider = {
  replaceOn: ["thing", "principal", "thingPrincipalType"],
  create: async ({ thing: thingName, principal, thingPrincipalType }, { lab }) => {
    await iot(lab).send(new AttachThingPrincipalCommand({ thingName: String(thingName), principal: String(principal), ...(thingPrincipalType === "EXCLUSIVE_THING" && { thingPrincipalType }) }));
    return { id: `${String(thingName)}|${String(principal)}`, outputs: {} };
  },
  delete: (_, { thing: thingName, principal }, { lab }) => gone(iot(lab).send(new DetachThingPrincipalCommand({ thingName: String(thingName), principal: String(principal) }))),
  exists: async (_, { thing: thingName, principal }, { lab }) => {
    let principals: string[] = [];
    const known = await isThere(iot(lab).send(new ListThingPrincipalsCommand({ thingName: String(thingName) })).then((told) => (principals = told.principals ?? [])));
    return known && principals.includes(String(principal));
  },
};

const ruleInputs = ["name", "description", "enabled", "sql", "sqlVersion", "firehoses", "errorAction", "tags", "tagsAll", "region"];

/** Inputs by the names of the IoT API (TopicRulePayload); settings of an action have the same names in both. */
function rulePayload(inputs: Props): TopicRulePayload {
  const other = Object.keys(inputs).find((key) => !key.startsWith("__") && !ruleInputs.includes(key));
  if (other) throw new Error(`The lab's topic rules do not have ${other}`);
  return {
    sql: String(inputs.sql), awsIotSqlVersion: String(inputs.sqlVersion), ruleDisabled: inputs.enabled === false,
    ...(inputs.description && { description: String(inputs.description) }),
    actions: ((inputs.firehoses ?? []) as Props[]).map((firehose) => ({ firehose: plain(firehose) as never })),
    ...(inputs.errorAction && { errorAction: Object.fromEntries(Object.entries(plain(inputs.errorAction as Props)).map(([kind, action]) => [kind, plain(action as Props)])) as never }),
  };
}

/** Without what Pulumi adds for itself. */
const plain = (props: Props): Props => Object.fromEntries(Object.entries(props).filter(([key]) => !key.startsWith("__")));

const topicRule: Provider = {
  replaceOn: ["name"],
  create: async (inputs, { lab }) => {
    const ruleName = String(inputs.name);
    await iot(lab).send(new CreateTopicRuleCommand({ ruleName, topicRulePayload: rulePayload(inputs) }));
    return { id: ruleName, outputs: await ruleOutputs(lab, ruleName) };
  },
  update: async (id, inputs, _, { lab }) => {
    await iot(lab).send(new ReplaceTopicRuleCommand({ ruleName: id, topicRulePayload: rulePayload(inputs) }));
    return ruleOutputs(lab, id);
  },
  delete: async (id, _, { lab }) => {
    if (await ruleThere(lab, id)) await iot(lab).send(new DeleteTopicRuleCommand({ ruleName: id }));
  },
  exists: (id, _, { lab }) => ruleThere(lab, id),
};

const ruleOutputs = async (lab: Lab, ruleName: string): Promise<Props> => ({ arn: (await iot(lab).send(new GetTopicRuleCommand({ ruleName }))).ruleArn });

/** IoT answers UnauthorizedException for a rule that is not there. */
const ruleThere = (lab: Lab, ruleName: string): Promise<boolean> =>
  iot(lab).send(new GetTopicRuleCommand({ ruleName })).then(() => true, (fault: Error) => {
    if (fault.name === "UnauthorizedException") return false;
    throw fault;
  });

export const iotProviders: Providers = {
  "aws:iot/thing:Thing": thing,
  "aws:iot/certificate:Certificate": certificate,
  "aws:iot/policy:Policy": policy,
  "aws:iot/policyAttachment:PolicyAttachment": policyAttachment,
  "aws:iot/thingPrincipalAttachment:ThingPrincipalAttachment": principalAttachment,
  "aws:iot/topicRule:TopicRule": topicRule,
};
