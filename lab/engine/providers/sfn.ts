/** Step Functions in the lab: state machines. Activities are refused: nothing here polls for tasks. */
import {
  CreateStateMachineCommand, DeleteStateMachineCommand, DescribeStateMachineCommand, ListTagsForResourceCommand, type LoggingConfiguration, SFNClient,
  TagResourceCommand, UntagResourceCommand, UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import type { Lab } from "../../lab";
import { client, gone, isThere } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const sfn = (lab: Lab): SFNClient => client(lab, SFNClient);

const stateMachine: Provider = {
  replaceOn: ["name", "namePrefix", "type"],
  create: async (inputs, { lab }) => {
    refuseFeatures(inputs);
    const { stateMachineArn, stateMachineVersionArn } = await sfn(lab).send(new CreateStateMachineCommand({
      name: String(inputs.name), type: (inputs.type as "STANDARD" | undefined) ?? "STANDARD", ...shape(inputs), ...publishing(inputs), tags: tagList(inputs.tags),
    }));
    return { id: String(stateMachineArn), outputs: await outputs(lab, String(stateMachineArn), stateMachineVersionArn) };
  },
  update: async (stateMachineArn, inputs, _, { lab }) => {
    refuseFeatures(inputs);
    const { stateMachineVersionArn } = await sfn(lab).send(new UpdateStateMachineCommand({ stateMachineArn, ...shape(inputs), ...publishing(inputs) }));
    await retag(lab, stateMachineArn, inputs.tags as Record<string, string> | undefined);
    return outputs(lab, stateMachineArn, stateMachineVersionArn);
  },
  delete: (stateMachineArn, _, { lab }) => gone(sfn(lab).send(new DeleteStateMachineCommand({ stateMachineArn }))),
  exists: (stateMachineArn, _, { lab }) => isThere(sfn(lab).send(new DescribeStateMachineCommand({ stateMachineArn }))),
};

const activity: Provider = {
  create: (_, { name }) => Promise.reject(new Error(`${name}: the lab has no Step Functions activities; use a function or a job`)),
  delete: () => Promise.resolve(),
};

function refuseFeatures({ encryptionConfiguration }: Props): void {
  if (encryptionConfiguration?.kmsKeyId) throw new Error("encryptionConfiguration: the lab has no customer keys of state machines; leave it out");
}

const shape = ({ definition, roleArn, loggingConfiguration, tracingConfiguration }: Props) => ({
  definition: String(definition), roleArn: String(roleArn),
  ...(loggingConfiguration && { loggingConfiguration: logging(loggingConfiguration as Props) }),
  ...(tracingConfiguration && { tracingConfiguration: { enabled: Boolean((tracingConfiguration as Props).enabled) } }),
});

/** Each change is a version, where the program asks for it. */
const publishing = ({ publish, versionDescription }: Props) => (publish ? { publish: true, ...(versionDescription !== undefined && { versionDescription: String(versionDescription) }) } : {});

const logging = ({ level, includeExecutionData, logDestination }: Props): LoggingConfiguration => ({
  level: level as "ALL", includeExecutionData: Boolean(includeExecutionData),
  ...(logDestination && { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: String(logDestination) } }] }),
});

async function outputs(lab: Lab, stateMachineArn: string, stateMachineVersionArn = ""): Promise<Props> {
  const { creationDate, status, revisionId, description } = await sfn(lab).send(new DescribeStateMachineCommand({ stateMachineArn }));
  return { arn: stateMachineArn, creationDate: creationDate?.toISOString(), status, revisionId: revisionId ?? "", description: description ?? "", stateMachineVersionArn, versionDescription: description ?? "" };
}

const tagList = (tags: unknown) => Object.entries((tags ?? {}) as Record<string, string>).map(([key, value]) => ({ key, value }));

async function retag(lab: Lab, resourceArn: string, tags: Record<string, string> = {}): Promise<void> {
  const { tags: old = [] } = await sfn(lab).send(new ListTagsForResourceCommand({ resourceArn }));
  const tagKeys = old.map(({ key = "" }) => key).filter((key) => !(key in tags));
  if (tagKeys.length) await sfn(lab).send(new UntagResourceCommand({ resourceArn, tagKeys }));
  if (Object.keys(tags).length) await sfn(lab).send(new TagResourceCommand({ resourceArn, tags: tagList(tags) }));
}

export const sfnProviders: Providers = {
  "aws:sfn/stateMachine:StateMachine": stateMachine,
  "aws:sfn/activity:Activity": activity,
};
