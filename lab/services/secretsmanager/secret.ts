/** Secret: its versions and which of them is current, previous or pending. Pure; values stay sealed. */
import { ApiFault } from "../../gateway/service";

export interface Version {
  /** Sealed SecretString or SecretBinary. */
  sealed: string;
  binary: boolean;
  /** Epoch seconds. */
  created: number;
  stages: string[];
}

export interface Secret {
  name: string;
  arn: string;
  description?: string;
  kmsKeyId?: string;
  tags: Record<string, string>;
  policy?: string;
  /** Epoch seconds. */
  created: number;
  changed: number;
  /** Epoch seconds when it will be gone; set by DeleteSecret with a recovery window. */
  deleted?: number;
  versions: Record<string, Version>;
}

/** The secret with a new version in these stages; who held AWSCURRENT before holds AWSPREVIOUS, and versions in no stage go. */
export function withVersion(secret: Secret, id: string, version: Omit<Version, "stages">, stages: string[]): Secret {
  const current = stages.includes("AWSCURRENT");
  const was = current ? versionAt(secret, "AWSCURRENT")?.[0] : undefined;
  const taken = was === undefined ? stages : [...stages, "AWSPREVIOUS"];
  const versions: Record<string, Version> = {};
  for (const [other, one] of Object.entries(secret.versions)) {
    if (other === id) continue;
    const left = one.stages.filter((stage) => !taken.includes(stage));
    if (other === was) left.push("AWSPREVIOUS");
    if (left.length) versions[other] = { ...one, stages: left };
  }
  versions[id] = { ...version, stages };
  return { ...secret, versions, changed: version.created };
}

/** The version that a stage is on, with its id. */
export const versionAt = (secret: Secret, stage: string): [string, Version] | undefined =>
  Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage));

/** The version asked for by id, by stage, by both, or the current one. */
export function versionOf(secret: Secret, id: string | undefined, stage: string | undefined): [string, Version] {
  const found = id === undefined ? versionAt(secret, stage ?? "AWSCURRENT") : secret.versions[id] && ([id, secret.versions[id]] as [string, Version]);
  if (found && (stage === undefined || found[1].stages.includes(stage))) return found;
  const asked = id === undefined ? `staging label: ${stage ?? "AWSCURRENT"}` : `version id: ${id}`;
  throw new ApiFault("ResourceNotFoundException", `Secrets Manager can't find the specified secret value for ${asked}`);
}

/** Letters, digits and /_+=.@- (Secrets Manager API Reference, CreateSecret, Name). */
export function nameFault(name: unknown): string | undefined {
  const fits = typeof name === "string" && /^[\w/+=.@-]{1,512}$/.test(name);
  return fits ? undefined : "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!";
}
