/** Network: `awsx:ec2:Vpc` for the CLI: its children registered with the CLI's own resource monitor. */
import * as grpc from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { type ConstructRequest, ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { expandVpc } from "../../lab/engine/awsx/vpc";
import type { Registered } from "../../lab/engine/monitor";
import { asked, channelOptions, struct } from "../../lab/engine/protobuf";
import type { Props } from "../../lab/engine/providers/provider";
import { settled } from "../../lab/engine/values";
import { plainStruct, type Registration } from "../../lab/engine/wire";

/** Register the component and what it is made of. */
export async function network(request: ConstructRequest, zones: Props): Promise<ConstructResponse> {
  if (request.getType() !== "awsx:ec2:Vpc") throw new Error(`the stand-in does not have the component ${request.getType()}`);
  const client = new ResourceMonitorClient(request.getMonitorendpoint(), grpc.credentials.createInsecure(), channelOptions);
  try {
    const of = component(request);
    const { urn } = await register(client, of);
    const { outputs, outputDependencies } = await expandVpc(of, urn, zones.names as string[], (child) => register(client, child));
    const response = new ConstructResponse().setUrn(urn).setState(struct(outputs));
    for (const [key, urns] of Object.entries(outputDependencies)) {
      response.getStatedependenciesMap().set(key, new ConstructResponse.PropertyDependencies().setUrnsList(urns));
    }
    return response;
  } finally {
    client.close();
  }
}

function component(request: ConstructRequest): Registration {
  const providers: Record<string, string> = {};
  request.getProvidersMap().forEach((reference, name) => (providers[name] = reference));
  return {
    type: request.getType(), name: request.getName(), parent: request.getParent(), custom: false, remote: false,
    inputs: settled(plainStruct(request.getInputs())) as Props, dependencies: request.getDependenciesList(), propertyDependencies: {},
    provider: "", providers, deleteBeforeReplace: false, ignoreChanges: [], replaceOnChanges: [], aliases: [], additionalSecretOutputs: [], importId: "", deletedWith: "", transforms: [],
    ...(request.hasProtect() ? { protect: request.getProtect() ?? false } : {}),
  };
}

async function register(client: ResourceMonitorClient, of: Registration): Promise<Registered> {
  const request = new messages.RegisterResourceRequest().setType(of.type).setName(of.name).setParent(of.parent).setCustom(of.custom)
    .setObject(struct(of.inputs)).setDependenciesList(of.dependencies).setProvider(of.provider).setAcceptsecrets(true).setAcceptresources(true);
  for (const [property, urns] of Object.entries(of.propertyDependencies)) {
    request.getPropertydependenciesMap().set(property, new messages.RegisterResourceRequest.PropertyDependencies().setUrnsList(urns));
  }
  for (const [name, reference] of Object.entries(of.providers)) request.getProvidersMap().set(name, reference);
  if (of.protect !== undefined) request.setProtect(of.protect);
  const answer = await asked<messages.RegisterResourceRequest, messages.RegisterResourceResponse>(client, client.registerResource.bind(client), request);
  return { urn: answer.getUrn(), id: answer.getId() || undefined, outputs: plainStruct(answer.getObject()) };
}
