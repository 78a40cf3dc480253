/**
 * Monitor: the gRPC server that a Pulumi program talks to while it runs; the CLI's place in `pulumi up`.
 *
 * ResourceMonitor and Engine are here as methods on the wire; what they mean is decided by whoever gives the answers.
 */
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as engine from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { channelOptions, empty, struct, unary } from "./protobuf";
import type { Props } from "./providers/provider";
import { plainStruct, reading, registration, type Registration, transform, type Transform } from "./wire";

export interface Registered {
  urn: string;
  /** Left out while it is not known yet. */
  id?: string | undefined;
  outputs: Props;
  /** Of a remote component: URNs that each output is made from. */
  outputDependencies?: Record<string, string[]>;
}

/** What a monitor asks of whoever runs it. */
export interface Answers {
  register(resource: Registration): Promise<Registered>;
  read(resource: Registration): Promise<Registered>;
  /** undefined: not known offline. */
  invoke(token: string, args: Props, provider: string): Promise<Props | undefined>;
  outputs(urn: string, outputs: Props): void;
  /** A function of the program that is to see every resource from now on. */
  transformAll(by: Transform): void;
  log(severity: "debug" | "info" | "warning" | "error", message: string, urn: string): void;
}

export interface Monitor {
  address: string;
  stop(): void;
}

const { ResourceMonitorFeature: Feature } = messages;
const features = [
  Feature.RESOURCE_MONITOR_FEATURE_SECRETS, Feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES, Feature.RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
  Feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS, Feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH, Feature.RESOURCE_MONITOR_FEATURE_TRANSFORMS,
];
const featureNames = new Set(["secrets", "resourceReferences", "outputValues", "aliasSpecs", "deletedWith", "transforms"]);

/** Listen on a free loopback port. */
export async function monitor(answers: Answers): Promise<Monitor> {
  const server = new grpc.Server(channelOptions);
  server.addService(ResourceMonitorService, resourceMonitor(answers));
  server.addService(EngineService, engineService(answers));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (fault, bound) => (fault ? reject(fault) : resolve(bound)));
  });
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

function resourceMonitor(answers: Answers): grpc.UntypedServiceImplementation {
  return {
    getDeploymentInfo: unary(() => new messages.DeploymentInfo().setSupportedfeaturesList(features)),
    supportsFeature: unary((asked: messages.SupportsFeatureRequest) => new messages.SupportsFeatureResponse().setHassupport(featureNames.has(asked.getId()))),
    registerStackTransform: unary((callback: Callback) => {
      answers.transformAll(transform(callback));
      return empty();
    }),
    registerResource: unary(async (request: messages.RegisterResourceRequest) => {
      const { urn, id, outputs, outputDependencies = {} } = await answers.register(registration(request));
      const response = new messages.RegisterResourceResponse().setUrn(urn).setId(id ?? "").setObject(struct(outputs)).setResult(messages.Result.SUCCESS);
      for (const [key, urns] of Object.entries(outputDependencies)) {
        response.getPropertydependenciesMap().set(key, new messages.RegisterResourceResponse.PropertyDependencies().setUrnsList(urns));
      }
      return response;
    }),
    registerResourceOutputs: unary((request: messages.RegisterResourceOutputsRequest) => {
      answers.outputs(request.getUrn(), plainStruct(request.getOutputs()));
      return empty();
    }),
    readResource: unary(async (request: messages.ReadResourceRequest) => {
      const { urn, outputs } = await answers.read(reading(request));
      return new messages.ReadResourceResponse().setUrn(urn).setProperties(struct(outputs)).setResult(messages.Result.SUCCESS);
    }),
    invoke: unary(async (request: messages.ResourceInvokeRequest) => {
      const value = await answers.invoke(request.getTok(), plainStruct(request.getArgs()), request.getProvider());
      return value ? new messages.ResourceInvokeResponse().setReturn(struct(value)) : new messages.ResourceInvokeResponse().setUnknown(true);
    }),
    call: unary((request: messages.ResourceCallRequest) => missing(`calling ${request.getTok()}`)),
    existsResource: unary((request: messages.ExistsResourceRequest) => missing(`asking whether ${request.getType()} ${request.getId()} exists`)),
    registerStackInvokeTransform: unary(() => missing("transforming function calls")),
    registerResourceHook: unary(() => missing("resource hooks")),
    registerErrorHook: unary(() => missing("error hooks")),
    registerPackage: unary((request: messages.RegisterPackageRequest) => missing(`the parameterized package ${request.getName()}`)),
    signalAndWaitForShutdown: unary(() => empty()),
  };
}

function engineService(answers: Answers): grpc.UntypedServiceImplementation {
  const severities = ["debug", "info", "warning", "error"] as const;
  let root = "";
  return {
    log: unary((request: engine.LogRequest) => {
      answers.log(severities[request.getSeverity()] ?? "info", request.getMessage(), request.getUrn());
      return empty();
    }),
    getRootResource: unary(() => new engine.GetRootResourceResponse().setUrn(root)),
    setRootResource: unary((request: engine.SetRootResourceRequest) => {
      root = request.getUrn();
      return new engine.SetRootResourceResponse();
    }),
    startDebugging: unary(() => empty()),
    requirePulumiVersion: unary(() => new engine.RequirePulumiVersionResponse()),
  };
}

function missing(what: string): never {
  throw new Error(`The lab's engine does not have ${what}.`);
}
