/** SageMaker in the lab: models, endpoint configurations and endpoints. */
import {
  CreateEndpointCommand, CreateEndpointConfigCommand, CreateModelCommand, DeleteEndpointCommand, DeleteEndpointConfigCommand, DeleteModelCommand,
  DescribeEndpointCommand, DescribeEndpointConfigCommand, DescribeModelCommand, type ProductionVariant, SageMakerClient,
  UpdateEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import type { Lab } from "../../lab";
import { client, tagList } from "./aws-client";
import type { Props, Provider, Providers } from "./provider";

const sageMaker = (lab: Lab): SageMakerClient => client(lab, SageMakerClient);

/** SageMaker's word for what is not there is a ValidationException that says so. */
async function isThere(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (fault) {
    if ((fault as Error).name === "ValidationException" && /not find/.test((fault as Error).message)) return false;
    throw fault;
  }
}

const container = ({ image, mode, modelDataUrl, environment }: Props) => ({
  Image: String(image),
  ...(mode && { Mode: mode }), ...(modelDataUrl && { ModelDataUrl: String(modelDataUrl) }), ...(environment && { Environment: environment as Record<string, string> }),
});

const model: Provider = {
  create: async (inputs, { lab }) => {
    const name = String(inputs.name);
    const { ModelArn } = await sageMaker(lab).send(new CreateModelCommand({
      ModelName: name, ExecutionRoleArn: String(inputs.executionRoleArn), EnableNetworkIsolation: Boolean(inputs.enableNetworkIsolation),
      ...(inputs.primaryContainer && { PrimaryContainer: container(inputs.primaryContainer as Props) }),
      ...(inputs.containers && { Containers: (inputs.containers as Props[]).map(container) }),
      Tags: tagList(inputs.tags),
    }));
    return { id: name, outputs: { arn: ModelArn, name } };
  },
  delete: async (id, _, { lab }) => void (await isThere(sageMaker(lab).send(new DeleteModelCommand({ ModelName: id })))),
  exists: (id, _, { lab }) => isThere(sageMaker(lab).send(new DescribeModelCommand({ ModelName: id }))),
};

const variant = ({ variantName, modelName, instanceType, initialInstanceCount, initialVariantWeight }: Props): ProductionVariant => ({
  VariantName: variantName, ModelName: modelName, InstanceType: instanceType, InitialInstanceCount: initialInstanceCount,
  ...(initialVariantWeight !== undefined && { InitialVariantWeight: initialVariantWeight }),
});

const endpointConfiguration: Provider = {
  create: async (inputs, { lab }) => {
    const name = String(inputs.name);
    const { EndpointConfigArn } = await sageMaker(lab).send(new CreateEndpointConfigCommand({
      EndpointConfigName: name, ProductionVariants: (inputs.productionVariants as Props[]).map(variant),
      ...(inputs.kmsKeyArn && { KmsKeyId: String(inputs.kmsKeyArn) }), Tags: tagList(inputs.tags),
    }));
    return { id: name, outputs: { arn: EndpointConfigArn, name } };
  },
  delete: async (id, _, { lab }) => void (await isThere(sageMaker(lab).send(new DeleteEndpointConfigCommand({ EndpointConfigName: id })))),
  exists: (id, _, { lab }) => isThere(sageMaker(lab).send(new DescribeEndpointConfigCommand({ EndpointConfigName: id }))),
};

const endpoint: Provider = {
  replaceOn: ["name"],
  create: async (inputs, { lab }) => {
    const name = String(inputs.name);
    const { EndpointArn } = await sageMaker(lab).send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: String(inputs.endpointConfigName), Tags: tagList(inputs.tags) }));
    return { id: name, outputs: { arn: EndpointArn, name } };
  },
  update: async (id, inputs, _, { lab }) => {
    const { EndpointArn } = await sageMaker(lab).send(new UpdateEndpointCommand({ EndpointName: id, EndpointConfigName: String(inputs.endpointConfigName) }));
    return { arn: EndpointArn, name: id };
  },
  delete: async (id, _, { lab }) => void (await isThere(sageMaker(lab).send(new DeleteEndpointCommand({ EndpointName: id })))),
  exists: (id, _, { lab }) => isThere(sageMaker(lab).send(new DescribeEndpointCommand({ EndpointName: id }))),
};

export const sagemakerProviders: Providers = {
  "aws:sagemaker/model:Model": model,
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": endpointConfiguration,
  "aws:sagemaker/endpoint:Endpoint": endpoint,
};
