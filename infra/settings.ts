/**
 * Settings: the config of a stack in, what the program builds out, or every fault at once: each a sentence that says what to set.
 * What differs between stacks is data here; nothing asks for a stack's name.
 */
import type { Channel } from "../components/channel";
import { overlap, vpcRangeFaults } from "../components/cidr";
import { tlsFaults, usualPort } from "../components/source-database";
import type { Of } from "./shape";
import { shape } from "./setting-shapes";

export type Settings = Of<typeof shape>;

/** What the program can't find in the config object itself. */
export interface Surroundings {
  /** The schema of a channel; throws what is wrong with it. */
  load(channel: string): Channel;
  /** Whether `sourcePassword` is set, as a secret. */
  hasPassword: boolean;
}

/** Settings, or every fault; never both. */
export type Parsed = { settings: Settings; faults: [] } | { settings?: never; faults: string[] };

export function parse(config: Record<string, unknown>, around: Surroundings): Parsed {
  const faults: string[] = [];
  const settings = shape.read("sensorlake:", config, faults);
  // What spans several settings is only looked at when each by itself is well formed.
  if (!faults.length) faults.push(...channelFaults(settings, around.load), ...sourceFaults(settings, around.hasPassword), ...networkFaults(settings));
  return faults.length ? { faults } : { settings, faults: [] };
}

function channelFaults({ channels, exports, source, anomaly }: Settings, load: Surroundings["load"]): string[] {
  const used: [string, string][] = [
    ...(exports?.channels ?? []).map((channel): [string, string] => ["exports.channels", channel]),
    ...(source.tables ?? []).map(({ channel }, at): [string, string] => [`source.tables[${at}].channel`, channel]),
    ["anomaly.channel", anomaly.channel],
  ];
  const strange = used.filter(([, channel]) => !channels.includes(channel));
  return [
    ...channels.flatMap((channel) => faultsOf(() => load(channel))),
    ...strange.map(([at, channel]) => `sensorlake:${at} is "${channel}"; set one of sensorlake:channels: ${channels.join(", ")}`),
  ];
}

function faultsOf(act: () => unknown): string[] {
  try {
    act();
    return [];
  } catch (fault) {
    return (fault as Error).message.split("\n");
  }
}

/** What each kind of source needs; a setting that it has no use for is a fault, since it would be ignored. */
const needs = {
  none: { must: [], may: [] },
  sample: { must: ["database", "tables", "cidr"], may: ["reading", "engine", "username", "instanceType", "port"] },
  existing: { must: ["engine", "host", "database", "tables"], may: ["reading", "port", "probePort", "reach", "network", "credentialsSecretArn", "credentialsKeyArn", "username", "tls", "certificate", "certificateName"] },
} as const;

function sourceFaults({ source }: Settings, hasPassword: boolean): string[] {
  const { must, may } = needs[source.kind];
  const allowed: string[] = ["kind", ...must, ...may];
  const at = (key: string): string => `sensorlake:source.${key}`;
  return [
    ...must.filter((key) => source[key] === undefined).map((key) => `${at(key)} is missing; set it for a source of kind ${source.kind}`),
    ...Object.keys(source).filter((key) => !allowed.includes(key)).map((key) => `${at(key)} has no use for a source of kind ${source.kind}; remove it`),
    ...(source.kind === "sample" && (source.engine ?? "sqlserver") !== "sqlserver" ? [`${at("engine")} is "${source.engine}"; set sqlserver, which a sample is`] : []),
    ...(source.kind === "existing" ? existingFaults(source, hasPassword) : []),
  ];
}

function existingFaults(source: Settings["source"], hasPassword: boolean): string[] {
  const login = source.credentialsSecretArn ? 1 : 0;
  return [
    ...(reaches(source) === "network" && !source.network ? ["sensorlake:source.network is missing; set the database's network, or sensorlake:source.reach to direct"] : []),
    ...tlsFaults({ ...source, engine: source.engine ?? "sqlserver" } as Parameters<typeof tlsFaults>[0]).map((fault) => `sensorlake:${fault}`),
    ...(login + Number(hasPassword) === 0 ? ["the source database has no login; set sensorlake:source.credentialsSecretArn, or sensorlake:sourcePassword as a secret"] : []),
    ...(login + Number(hasPassword) === 2 ? ["the source database has two logins; remove sensorlake:source.credentialsSecretArn or sensorlake:sourcePassword"] : []),
    ...(hasPassword && !source.username ? ["sensorlake:source.username is missing; set the user that sensorlake:sourcePassword belongs to"] : []),
  ];
}

/** How Glue gets to an existing database. */
export const reaches = ({ reach }: Settings["source"]): "network" | "direct" => reach ?? "network";

/** Port of the source database, by setting or by what its engine usually has. */
export const portOf = ({ engine = "sqlserver", port }: Settings["source"]): number => port ?? usualPort[engine];

function networkFaults({ network, source }: Settings): string[] {
  if (!network) return source.kind === "none" ? [] : ["sensorlake:network is missing; set at least its cidr, such as { cidr: 10.64.0.0/24 }"];
  const other: [string, string][] = [
    ...(source.network ? [["sensorlake:source.network.cidr", source.network.cidr] as [string, string]] : []),
    ...(source.cidr ? [["sensorlake:source.cidr", source.cidr] as [string, string]] : []),
  ];
  return [
    ...vpcRangeFaults("sensorlake:network.cidr", network.cidr),
    ...other.flatMap(([at, range]) => vpcRangeFaults(at, range)),
    ...other.filter(([, range]) => overlap(network.cidr, range)).map(([at, range]) => `sensorlake:network.cidr ${network.cidr} overlaps ${at} ${range}; set ranges that share no address`),
    ...((network.endpointZones ?? 1) > (network.zones ?? 2) ? [`sensorlake:network.endpointZones is ${network.endpointZones}; set at most network.zones (${network.zones ?? 2})`] : []),
  ];
}
