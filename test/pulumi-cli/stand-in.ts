/**
 * StandIn: a provider of `aws` and `awsx` for `pulumi preview` where there is no account: it checks, names and tags as the
 * lab's engine does, answers function calls as an offline preview does, and leaves unknown what only AWS can tell.
 * The CLI attaches to it by PULUMI_DEBUG_PROVIDERS (Pulumi's docs, "Debugging Pulumi providers").
 */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { autoName, suffix } from "../../lab/engine/auto-name";
import { answer, NOT_OFFLINE, type Place } from "../../lab/engine/invokes";
import { channelOptions, empty, struct, unary } from "../../lab/engine/protobuf";
import { defaultsOf, standardOutputs, tagged } from "../../lab/engine/provider-defaults";
import type { Props } from "../../lab/engine/providers/provider";
import { unknownOutputs } from "../../lab/engine/type-facts";
import { plainStruct } from "../../lab/engine/wire";
import { network } from "./network";

export interface StandIn {
  port: number;
  /** Types that were created, each time one was. */
  created: string[];
  stop(): void;
}

/** Listen on a free loopback port; one process is both providers. */
export async function standIn(place: Place): Promise<StandIn> {
  const server = new grpc.Server(channelOptions);
  const created: string[] = [];
  server.addService(ResourceProviderService, service(place, created));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (fault, bound) => (fault ? reject(fault) : resolve(bound)));
  });
  return { port, created, stop: () => server.forceShutdown() };
}

function service(place: Place, created: string[]): grpc.UntypedServiceImplementation {
  // A connection does not say for which provider of the program it is; those of this program give the same tags.
  let tags: Record<string, unknown> = {};
  const kept = (request: messages.CheckRequest): messages.CheckResponse => new messages.CheckResponse().setInputs(request.getNews());
  return {
    handshake: unary(() => new messages.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptResources(true).setAcceptOutputs(false)),
    attach: unary(() => empty()),
    cancel: unary(() => empty()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion("7.48.0")),
    checkConfig: unary(kept),
    diffConfig: unary(() => new messages.DiffResponse()),
    configure: unary((request: messages.ConfigureRequest) => {
      tags = { ...tags, ...defaultsOf(plainStruct(request.getArgs())).tags };
      return new messages.ConfigureResponse().setAcceptsecrets(true).setAcceptresources(true).setAcceptoutputs(false).setSupportspreview(true);
    }),
    check: unary((request: messages.CheckRequest) => {
      const [type, logical] = [request.getType(), request.getName()];
      const named = autoName(type, logical, tagged(type, plainStruct(request.getNews()), tags), () => suffix(request.getUrn(), 0));
      return new messages.CheckResponse().setInputs(struct(named.inputs));
    }),
    diff: unary(() => new messages.DiffResponse()),
    create: unary((request: messages.CreateRequest) => {
      const [type, inputs] = [request.getType(), plainStruct(request.getProperties())];
      created.push(type);
      return new messages.CreateResponse().setId(request.getPreview() ? "" : suffix(request.getUrn(), 0))
        .setProperties(struct({ ...unknownOutputs(type), ...inputs, ...standardOutputs(type, inputs, place.region) }));
    }),
    invoke: unary((request: messages.InvokeRequest) => {
      const [token, args] = [request.getTok(), plainStruct(request.getArgs())];
      const value = answer(token, args, place);
      return new messages.InvokeResponse().setReturn(struct(value === NOT_OFFLINE ? ofAccount(token, args) : value));
    }),
    construct: unary((request: messages.ConstructRequest) => network(request, answer("aws:index/getAvailabilityZones:getAvailabilityZones", {}, place) as Props)),
  };
}

/** What an account would say where the offline preview has no answer. */
function ofAccount(token: string, args: Props): Props {
  const image = "ami-0123456789abcdef0";
  if (token === "aws:ssm/getParameter:getParameter") return { ...args, id: args.name as string, value: image, insecureValue: image, type: "String", version: 1 };
  throw new Error(`The stand-in has no answer to ${token}`);
}
