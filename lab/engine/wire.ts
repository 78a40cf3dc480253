/** Wire: requests of Pulumi's ResourceMonitor as plain values. The generated protobuf classes are met here and in monitor.ts only. */
import type { Callback } from "@pulumi/pulumi/proto/callback_pb";
import type { Alias as WireAlias } from "@pulumi/pulumi/proto/alias_pb";
import type { ReadResourceRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Props } from "./providers/provider";
import type { Alias } from "./urn";

/** A function of the program that may change a resource before it is registered. */
export interface Transform {
  target: string;
  token: string;
}

/** A resource as the program registers it. */
export interface Registration {
  type: string;
  name: string;
  parent: string;
  custom: boolean;
  remote: boolean;
  inputs: Props;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** `urn::id` of the provider; "" for the default one. */
  provider: string;
  /** `urn::id` by package, for the children of a component. */
  providers: Record<string, string>;
  protect?: boolean;
  retainOnDelete?: boolean;
  deleteBeforeReplace: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  aliases: Alias[];
  additionalSecretOutputs: string[];
  importId: string;
  deletedWith: string;
  transforms: Transform[];
}

export const plainStruct = (struct: Struct | undefined): Props => (struct ? (struct.toJavaScript() as Props) : {});

export function registration(from: RegisterResourceRequest): Registration {
  return {
    type: from.getType(),
    name: from.getName(),
    parent: from.getParent(),
    custom: from.getCustom(),
    remote: from.getRemote(),
    inputs: plainStruct(from.getObject()),
    dependencies: from.getDependenciesList(),
    propertyDependencies: entries(from.getPropertydependenciesMap(), (of) => of.getUrnsList()),
    provider: from.getProvider(),
    providers: entries(from.getProvidersMap(), (ref) => ref),
    ...(from.hasProtect() ? { protect: from.getProtect() ?? false } : {}),
    ...(from.hasRetainondelete() ? { retainOnDelete: from.getRetainondelete() ?? false } : {}),
    deleteBeforeReplace: from.getDeletebeforereplace(),
    ignoreChanges: from.getIgnorechangesList(),
    replaceOnChanges: from.getReplaceonchangesList(),
    aliases: from.getAliasesList().map(alias),
    additionalSecretOutputs: from.getAdditionalsecretoutputsList(),
    importId: from.getImportid(),
    deletedWith: from.getDeletedwith(),
    transforms: from.getTransformsList().map(transform),
  };
}

function entries<V, T>(map: { forEach(each: (value: V, key: string) => void): void }, of: (value: V) => T): Record<string, T> {
  const all: Record<string, T> = {};
  map.forEach((value, key) => (all[key] = of(value)));
  return all;
}

/** A read is a registration of something that is there already. */
export function reading(from: ReadResourceRequest): Registration {
  return {
    type: from.getType(), name: from.getName(), parent: from.getParent(), custom: true, remote: false,
    inputs: plainStruct(from.getProperties()), dependencies: from.getDependenciesList(), propertyDependencies: {},
    provider: from.getProvider(), providers: {}, deleteBeforeReplace: false, ignoreChanges: [], replaceOnChanges: [], aliases: [],
    additionalSecretOutputs: from.getAdditionalsecretoutputsList(), importId: from.getId(), deletedWith: "", transforms: [],
  };
}

export const transform = (from: Callback): Transform => ({ target: from.getTarget(), token: from.getToken() });

function alias(from: WireAlias): Alias {
  const spec = from.getSpec();
  if (!spec) return { urn: from.getUrn() };
  return {
    name: spec.getName(), type: spec.getType(), stack: spec.getStack(), project: spec.getProject(),
    parentUrn: spec.getParenturn(), noParent: spec.getNoparent(),
  };
}
