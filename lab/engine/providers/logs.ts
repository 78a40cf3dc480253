/** CloudWatch Logs in the lab: groups and streams. The lab brings no client of it: a call is signed by itself. */
import { signedCall } from "../../gateway/signed-call";
import type { Lab } from "../../lab";
import { anew, gone, isThere } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const call = <T>(lab: Lab, action: string, input: object): Promise<T> => signedCall<T>(lab, "logs", `Logs_20140328.${action}`, input);
const arnOf = ({ region, account }: Lab, name: unknown): string => `arn:aws:logs:${region}:${account}:log-group:${String(name)}`;

const group: Provider = {
  replaceOn: ["name", "namePrefix", "logGroupClass"],
  create: async (inputs, { lab }) => {
    const logGroupName = String(inputs.name);
    const make = call(lab, "CreateLogGroup", { logGroupName, tags: inputs.tags, kmsKeyId: inputs.kmsKeyId });
    await anew<unknown>(make, () => changeTo(lab, logGroupName, inputs, {}));
    if (inputs.retentionInDays) await call(lab, "PutRetentionPolicy", { logGroupName, retentionInDays: inputs.retentionInDays });
    return { id: logGroupName, outputs: { arn: arnOf(lab, logGroupName) } };
  },
  update: async (id, inputs, old, { lab }) => {
    await changeTo(lab, id, inputs, old);
    return { arn: arnOf(lab, id) };
  },
  delete: async (logGroupName, { skipDestroy }, { lab }) => {
    if (!skipDestroy) await gone(call(lab, "DeleteLogGroup", { logGroupName }));
  },
  exists: (id, _, { lab }) => isThere(call(lab, "ListTagsForResource", { resourceArn: arnOf(lab, id) })),
};

/** No retention, or 0, keeps for ever. */
async function changeTo(lab: Lab, logGroupName: string, { retentionInDays, kmsKeyId, tags = {} }: Props, old: Props): Promise<void> {
  await (retentionInDays ? call(lab, "PutRetentionPolicy", { logGroupName, retentionInDays: retentionInDays as number }) : call(lab, "DeleteRetentionPolicy", { logGroupName }));
  await (kmsKeyId ? call(lab, "AssociateKmsKey", { logGroupName, kmsKeyId: kmsKeyId as string }) : call(lab, "DisassociateKmsKey", { logGroupName }));
  const resourceArn = arnOf(lab, logGroupName);
  const tagKeys = Object.keys((old.tags ?? {}) as object).filter((key) => !(key in (tags as object)));
  if (tagKeys.length) await call(lab, "UntagResource", { resourceArn, tagKeys });
  await call(lab, "TagResource", { resourceArn, tags: tags as object });
}

const stream: Provider = {
  replaceOn: ["name", "logGroupName"],
  create: async ({ name, logGroupName }, { lab }) => {
    await anew<unknown>(call(lab, "CreateLogStream", { logGroupName, logStreamName: name }), () => Promise.resolve());
    return { id: String(name), outputs: { arn: `${arnOf(lab, logGroupName)}:log-stream:${String(name)}` } };
  },
  delete: (logStreamName, { logGroupName }, { lab }) => gone(call(lab, "DeleteLogStream", { logGroupName, logStreamName })),
  exists: (logStreamName, { logGroupName }, { lab }) => isThere(call(lab, "GetLogEvents", { logGroupName, logStreamName, limit: 1 })),
};

export const logsProviders: Providers = {
  "aws:cloudwatch/logGroup:LogGroup": group,
  "aws:cloudwatch/logStream:LogStream": stream,
};
