/** Workgroups: the settings that queries run under, kept across restarts. `primary` is always there, as on AWS. */
import { ApiFault, type Json } from "../../gateway/service";
import type { Store } from "../../store";

export interface Workgroup {
  Name: string;
  State: "ENABLED" | "DISABLED";
  Description?: string;
  Configuration: Configuration;
  CreationTime: number;
}

export interface Configuration {
  ResultConfiguration?: ResultConfiguration;
  EnforceWorkGroupConfiguration?: boolean;
  PublishCloudWatchMetricsEnabled?: boolean;
  BytesScannedCutoffPerQuery?: number;
  RequesterPaysEnabled?: boolean;
  EngineVersion?: { SelectedEngineVersion?: string; EffectiveEngineVersion?: string };
}

export interface ResultConfiguration {
  OutputLocation?: string;
  EncryptionConfiguration?: { EncryptionOption: string; KmsKey?: string };
  ExpectedBucketOwner?: string;
}

export const invalid = (message: string): ApiFault => new ApiFault("InvalidRequestException", message);

/** Smallest cut-off that Athena takes: API reference, WorkGroupConfiguration. */
const smallestCutoff = 10_000_000;
const known = ["ResultConfiguration", "EnforceWorkGroupConfiguration", "PublishCloudWatchMetricsEnabled", "BytesScannedCutoffPerQuery", "RequesterPaysEnabled", "EngineVersion"];

export class Workgroups {
  constructor(private readonly store: Store<Workgroup>, private readonly now: () => number) {
    if (!store.has("primary")) store.put("primary", { Name: "primary", State: "ENABLED", Configuration: configured({}), CreationTime: now() });
  }

  actions = {
    CreateWorkGroup: (input: Json) => this.create(input),
    UpdateWorkGroup: (input: Json) => this.update(input),
    GetWorkGroup: ({ WorkGroup }: Json) => ({ WorkGroup: this.get(WorkGroup) }),
    ListWorkGroups: () => ({
      WorkGroups: this.store.entries().map(([, { Configuration, ...rest }]) => ({ ...rest, EngineVersion: Configuration.EngineVersion })),
    }),
  };

  get(name: unknown): Workgroup {
    const found = typeof name === "string" ? this.store.get(name) : undefined;
    if (!found) throw invalid(`WorkGroup ${String(name)} is not found.`);
    return found;
  }

  remove(name: unknown): void {
    if (name === "primary") throw invalid("Cannot delete primary workgroup");
    this.store.delete(this.get(name).Name);
  }

  private create({ Name, Description, Configuration }: Json): void {
    if (typeof Name !== "string" || !/^[a-zA-Z0-9._-]{1,128}$/.test(Name)) throw invalid("Name of a workgroup has 1 to 128 letters, digits, . _ and -");
    if (this.store.has(Name)) throw invalid(`WorkGroup ${Name} is already created`);
    this.store.put(Name, { Name, State: "ENABLED", ...(Description && { Description }), Configuration: configured(Configuration ?? {}), CreationTime: this.now() });
  }

  private update({ WorkGroup, Description, State, ConfigurationUpdates }: Json): void {
    const old = this.get(WorkGroup);
    this.store.put(old.Name, {
      ...old, ...(State && { State }), ...(Description !== undefined && { Description }),
      ...(ConfigurationUpdates && { Configuration: updated(old.Configuration, ConfigurationUpdates) }),
    });
  }
}

function configured(given: Json): Configuration {
  const strange = Object.keys(given).find((key) => given[key] !== undefined && !known.includes(key));
  if (strange) throw invalid(`The lab's workgroups do not have ${strange}.`);
  const cutoff = given.BytesScannedCutoffPerQuery;
  if (cutoff !== undefined && !(Number.isInteger(cutoff) && cutoff >= smallestCutoff)) throw invalid(`BytesScannedCutoffPerQuery must be at least ${smallestCutoff}`);
  const location = given.ResultConfiguration?.OutputLocation;
  if (location !== undefined) checkLocation(location);
  // Both are on unless they are turned off: API reference, WorkGroupConfiguration.
  return {
    EnforceWorkGroupConfiguration: true, PublishCloudWatchMetricsEnabled: true, ...given,
    EngineVersion: { SelectedEngineVersion: given.EngineVersion?.SelectedEngineVersion ?? "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
  };
}

export function checkLocation(location: unknown): void {
  if (typeof location !== "string" || !/^s3:\/\/[a-z0-9][a-z0-9.-]+(\/|$)/.test(location)) throw invalid(`outputLocation is not a valid S3 path: ${String(location)}`);
}

/** ConfigurationUpdates have names of their own for the result and for what is taken away. */
function updated(old: Configuration, { ResultConfigurationUpdates: result, RemoveBytesScannedCutoffPerQuery, ...rest }: Json): Configuration {
  const { RemoveOutputLocation, RemoveEncryptionConfiguration, ...set } = result ?? {};
  const ResultConfiguration = { ...old.ResultConfiguration, ...set };
  if (RemoveOutputLocation) delete ResultConfiguration.OutputLocation;
  if (RemoveEncryptionConfiguration) delete ResultConfiguration.EncryptionConfiguration;
  const merged = { ...old, ...rest, ResultConfiguration };
  if (RemoveBytesScannedCutoffPerQuery) delete merged.BytesScannedCutoffPerQuery;
  return configured(merged);
}
