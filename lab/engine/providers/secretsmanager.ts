/** Secrets Manager in the lab: secrets and their values. */
import {
  CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, PutSecretValueCommand, SecretsManagerClient, TagResourceCommand, UntagResourceCommand, UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import type { Lab } from "../../lab";
import { anew, client, gone, isThere, tagList } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const manager = (lab: Lab): SecretsManagerClient => client(lab, SecretsManagerClient);

const secret: Provider = {
  replaceOn: ["name", "namePrefix"],
  create: async (inputs, { lab }) => {
    const Name = String(inputs.name);
    const made = manager(lab).send(new CreateSecretCommand({ Name, ...described(inputs), Tags: tagList(inputs.tags) }));
    const { ARN } = await anew<{ ARN?: string | undefined }>(made, () => manager(lab).send(new UpdateSecretCommand({ SecretId: Name, ...described(inputs) })));
    return { id: String(ARN), outputs: { arn: ARN } };
  },
  update: async (id, inputs, old, { lab }) => {
    await manager(lab).send(new UpdateSecretCommand({ SecretId: id, ...described(inputs) }));
    const left = Object.keys((old.tags ?? {}) as object).filter((key) => !(key in ((inputs.tags ?? {}) as object)));
    if (left.length) await manager(lab).send(new UntagResourceCommand({ SecretId: id, TagKeys: left }));
    await manager(lab).send(new TagResourceCommand({ SecretId: id, Tags: tagList(inputs.tags) }));
    return { arn: id };
  },
  delete: (id, _, { lab }) => gone(manager(lab).send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true }))),
  exists: (id, _, { lab }) => isThere(manager(lab).send(new DescribeSecretCommand({ SecretId: id }))),
};

const described = ({ description, kmsKeyId }: Props) => ({
  Description: (description as string | undefined) ?? "", ...(kmsKeyId ? { KmsKeyId: String(kmsKeyId) } : {}),
});

/** A value; it goes with its secret, and a new one takes its place as the current one. */
const version: Provider = {
  replaceOn: ["secretId"],
  create: async (inputs, { lab }) => {
    const { outputs, versionId } = await putValue(lab, inputs);
    return { id: `${String(inputs.secretId)}|${versionId}`, outputs };
  },
  update: async (_, inputs, __, { lab }) => (await putValue(lab, inputs)).outputs,
  delete: () => Promise.resolve(),
};

async function putValue(lab: Lab, { secretId, secretString, secretBinary, versionStages }: Props): Promise<{ outputs: Props; versionId: string }> {
  const { ARN, VersionId, VersionStages } = await manager(lab).send(new PutSecretValueCommand({
    SecretId: String(secretId),
    ...(typeof secretString === "string" ? { SecretString: secretString } : {}),
    ...(typeof secretBinary === "string" ? { SecretBinary: Buffer.from(secretBinary, "base64") } : {}),
    ...(versionStages ? { VersionStages: versionStages as string[] } : {}),
  }));
  return { versionId: String(VersionId), outputs: { arn: ARN, secretArn: ARN, versionId: VersionId, versionStages: VersionStages } };
}

export const secretsmanager: Providers = {
  "aws:secretsmanager/secret:Secret": secret,
  "aws:secretsmanager/secretVersion:SecretVersion": version,
};
