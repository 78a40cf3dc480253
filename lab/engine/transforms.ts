/** Transforms: functions of the program that see each resource before it is registered, called back over gRPC. */
import * as grpc from "@grpc/grpc-js";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { CallbackInvokeRequest, type CallbackInvokeResponse } from "@pulumi/pulumi/proto/callback_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import { asked, channelOptions, struct } from "./protobuf";
import { plainStruct, type Registration, type Transform } from "./wire";

/** The resource as its own transforms, then those of the stack, leave it. Changes of properties, protect and ignoreChanges are taken over. */
export async function transformed(resource: Registration, ofStack: Transform[]): Promise<Registration> {
  let now = resource;
  for (const one of [...resource.transforms, ...ofStack]) now = await applied(now, one);
  return now;
}

async function applied(resource: Registration, { target, token }: Transform): Promise<Registration> {
  const options = new messages.TransformResourceOptions().setIgnoreChangesList(resource.ignoreChanges).setProvider(resource.provider);
  if (resource.protect !== undefined) options.setProtect(resource.protect);
  const request = new messages.TransformRequest().setType(resource.type).setName(resource.name).setCustom(resource.custom)
    .setParent(resource.parent).setProperties(struct(resource.inputs)).setOptions(options);
  const client = new CallbacksClient(target, grpc.credentials.createInsecure(), channelOptions);
  const call = new CallbackInvokeRequest().setToken(token).setRequest(request.serializeBinary());
  try {
    const answer = await asked<CallbackInvokeRequest, CallbackInvokeResponse>(client, client.invoke.bind(client), call);
    const response = messages.TransformResponse.deserializeBinary(answer.getResponse_asU8());
    const changed = response.getOptions();
    return {
      ...resource,
      inputs: plainStruct(response.getProperties()),
      ignoreChanges: changed?.getIgnoreChangesList() ?? resource.ignoreChanges,
      ...(changed?.hasProtect() ? { protect: changed.getProtect() ?? false } : {}),
    };
  } finally {
    client.close();
  }
}
