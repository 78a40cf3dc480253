/** Lambda in the lab: functions with their code, and who may call them. */
import {
  AddPermissionCommand, CreateFunctionCommand, type CreateFunctionCommandInput, DeleteFunctionCommand, GetFunctionCommand, LambdaClient,
  PutFunctionConcurrencyCommand, RemovePermissionCommand, UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { readFile } from "node:fs/promises";
import type { Lab } from "../../lab";
import { anew, client, gone, isThere } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const lambda = (lab: Lab): LambdaClient => client(lab, LambdaClient);

const fn: Provider = {
  replaceOn: ["name", "packageType"],
  create: async (inputs, { lab }) => {
    const FunctionName = String(inputs.name);
    const command = new CreateFunctionCommand({
      ...settings(inputs), FunctionName, Role: String(inputs.role), Code: await code(inputs), Tags: (inputs.tags ?? {}) as Record<string, string>,
    });
    const made = await anew(lambda(lab).send(command), async () => {
      await lambda(lab).send(new DeleteFunctionCommand({ FunctionName }));
      return lambda(lab).send(command);
    });
    await limit(lab, inputs);
    return { id: String(inputs.name), outputs: outputs(lab, made) };
  },
  update: async (id, inputs, old, { lab }) => {
    if (JSON.stringify(codeInputs(inputs)) !== JSON.stringify(codeInputs(old))) {
      await lambda(lab).send(new UpdateFunctionCodeCommand({ FunctionName: id, ...(await code(inputs)) }));
    }
    const made = await lambda(lab).send(new UpdateFunctionConfigurationCommand({ FunctionName: id, Role: String(inputs.role), ...settings(inputs) }));
    await limit(lab, inputs);
    return outputs(lab, made);
  },
  delete: (id, _, { lab }) => gone(lambda(lab).send(new DeleteFunctionCommand({ FunctionName: id }))),
  exists: (id, _, { lab }) => isThere(lambda(lab).send(new GetFunctionCommand({ FunctionName: id }))),
};

const codeInputs = ({ code: archive, s3Bucket, s3Key, s3ObjectVersion }: Props) => ({ archive: archive as unknown, s3Bucket: s3Bucket as unknown, s3Key: s3Key as unknown, s3ObjectVersion: s3ObjectVersion as unknown });

async function code({ code: archive, s3Bucket, s3Key, s3ObjectVersion }: Props) {
  if (archive) return { ZipFile: await readFile((archive as { path: string }).path) };
  return { S3Bucket: String(s3Bucket), S3Key: String(s3Key), ...(s3ObjectVersion ? { S3ObjectVersion: String(s3ObjectVersion) } : {}) };
}

/** Inputs by the names of the Lambda API (CreateFunction); what is left out keeps Lambda's default. */
function settings(inputs: Props): Partial<CreateFunctionCommandInput> {
  const { environment, vpcConfig, tracingConfig, ephemeralStorage, loggingConfig, deadLetterConfig } = inputs as Record<string, Props | undefined>;
  return {
    Runtime: inputs.runtime as CreateFunctionCommandInput["Runtime"], Handler: inputs.handler as string | undefined,
    Description: (inputs.description as string | undefined) ?? "", Timeout: (inputs.timeout as number | undefined) ?? 3,
    MemorySize: (inputs.memorySize as number | undefined) ?? 128, Architectures: inputs.architectures as CreateFunctionCommandInput["Architectures"],
    KMSKeyArn: inputs.kmsKeyArn as string | undefined, Layers: inputs.layers as string[] | undefined,
    Environment: { Variables: (environment?.variables ?? {}) as Record<string, string> },
    ...(vpcConfig ? { VpcConfig: { SubnetIds: vpcConfig.subnetIds as string[], SecurityGroupIds: vpcConfig.securityGroupIds as string[] } } : {}),
    ...(tracingConfig ? { TracingConfig: { Mode: tracingConfig.mode as "Active" } } : {}),
    ...(ephemeralStorage ? { EphemeralStorage: { Size: Number(ephemeralStorage.size) } } : {}),
    ...(loggingConfig ? { LoggingConfig: { LogFormat: loggingConfig.logFormat as "JSON", LogGroup: loggingConfig.logGroup as string | undefined } } : {}),
    ...(deadLetterConfig ? { DeadLetterConfig: { TargetArn: String(deadLetterConfig.targetArn) } } : {}),
  };
}

/** Reserved concurrency; -1 is Pulumi's word for none. */
async function limit(lab: Lab, { name, reservedConcurrentExecutions: most }: Props): Promise<void> {
  if (typeof most !== "number" || most < 0) return;
  await lambda(lab).send(new PutFunctionConcurrencyCommand({ FunctionName: String(name), ReservedConcurrentExecutions: most }));
}

/** ARN forms: Lambda Developer Guide, "Function ARN"; API Gateway's form of calling one: API Gateway Developer Guide, "integration uri". */
function outputs({ region }: Lab, made: { FunctionArn?: string | undefined; CodeSha256?: string | undefined; CodeSize?: number | undefined; LastModified?: string | undefined }): Props {
  const arn = String(made.FunctionArn);
  const invokeArn = (of: string): string => `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${of}/invocations`;
  return {
    arn, qualifiedArn: `${arn}:$LATEST`, invokeArn: invokeArn(arn), qualifiedInvokeArn: invokeArn(`${arn}:$LATEST`), version: "$LATEST",
    codeSha256: made.CodeSha256, sourceCodeHash: made.CodeSha256, sourceCodeSize: made.CodeSize, lastModified: made.LastModified,
  };
}

const permission: Provider = {
  replaceOn: ["*"],
  create: async (inputs, { lab, name }) => {
    const StatementId = String(inputs.statementId ?? name);
    const FunctionName = functionName(inputs.function);
    const command = new AddPermissionCommand({
      FunctionName, StatementId, Action: String(inputs.action), Principal: String(inputs.principal),
      ...(inputs.sourceArn ? { SourceArn: String(inputs.sourceArn) } : {}), ...(inputs.sourceAccount ? { SourceAccount: String(inputs.sourceAccount) } : {}),
    });
    await anew(lambda(lab).send(command), async () => {
      await lambda(lab).send(new RemovePermissionCommand({ FunctionName, StatementId }));
      return lambda(lab).send(command);
    });
    return { id: StatementId, outputs: { statementId: StatementId } };
  },
  delete: (id, { function: of }, { lab }) => gone(lambda(lab).send(new RemovePermissionCommand({ FunctionName: functionName(of), StatementId: id }))),
};

const functionName = (of: unknown): string => String(of).split(":function:").pop() ?? "";

export const lambdaProviders: Providers = {
  "aws:lambda/function:Function": fn,
  "aws:lambda/permission:Permission": permission,
};
