/**
 * Settings: the config of a stack in, what the program builds out, or every fault at once: each a sentence that says what to set.
 * What differs between stacks is data here; nothing asks for a stack's name.
 */
import type { Channel } from "../components/channel";
import { overlap, vpcRangeFaults } from "../components/cidr";
import { engines, usualPort } from "../components/source-database";
import { flag, list, object, type Of, oneOf, optional, text, whole } from "./shape";

const name = text(/^[a-z][a-z0-9_]{0,62}$/, "lower-case letters, digits and _, a letter first");
const id = (prefix: string) => text(new RegExp(`^${prefix}-[0-9a-z]+$`), `an id such as ${prefix}-0abc1234`);
const cidr = text(/^[\d.]+\/\d+$/, "an IPv4 range such as 10.64.0.0/24");
const days = optional(whole(1, 3650));
const word = text(/^\S+$/, "one word");
const arn = (service: string) => text(new RegExp(`^arn:aws[a-z-]*:${service}:`), `an ARN of ${service}`);

const job = object({
  workerType: optional(oneOf("G.1X", "G.2X", "G.4X", "G.8X", "R.1X", "R.2X", "R.4X", "R.8X")),
  workers: optional(whole(2, 299)),
  timeoutMinutes: optional(whole(1, 2880)),
});

const table = object({ table: text(/^([A-Za-z_]\w*\.)?[A-Za-z_]\w*$/, "schema.table, such as dbo.readings"), channel: name, watermark: text(/^[A-Za-z_]\w*$/, "the name of a column") });

const peer = object({
  vpcId: id("vpc"),
  cidr,
  routeTableIds: list(id("rtb"), 1),
  securityGroupId: id("sg"),
  transitGatewayId: optional(id("tgw")),
});

const source = object({
  /** `existing`: a database that stands; `sample`: one that the stack makes; `none`: only exports and the live door. */
  kind: oneOf("existing", "sample", "none"),
  engine: optional(oneOf(...engines)),
  host: optional(word),
  port: optional(whole(1, 65535)),
  /** Port that functions ask, where it is another than JDBC's. */
  probePort: optional(whole(1, 65535)),
  database: optional(text(/^[A-Za-z][A-Za-z0-9_$.]*$/, "its name: letters, digits, _, $ and ., a letter first")),
  tables: optional(list(table, 1)),
  /** `network`: through Glue's own, which is joined with the database's; `direct`: without one. */
  reach: optional(oneOf("network", "direct")),
  /** Network of an existing database. */
  network: optional(peer),
  /** Secret with the keys username and password. */
  credentialsSecretArn: optional(arn("secretsmanager")),
  credentialsKeyArn: optional(arn("kms")),
  username: optional(text(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, "letters, digits and _, a letter first")),
  /** Range of the network that a sample gets. */
  cidr: optional(cidr),
  instanceType: optional(word),
});

const shape = object({
  /** Who is asked about what the stack costs and breaks; a tag of everything. */
  owner: text(/^[\w .@-]{1,64}$/, "a team or person: letters, digits, space and .@_-"),
  channels: list(name, 1),
  things: optional(list(text(/^[A-Za-z0-9_-]{1,128}$/, "letters, digits, _ and -"))),
  lake: optional(object({
    databaseSuffix: optional(text(/^(_[a-z0-9_]{1,30})?$/, "_ and lower-case letters, digits and _, or nothing")),
    customerKey: optional(flag), protect: optional(flag), catalogEncryption: optional(flag), versioning: optional(flag),
    noncurrentDays: days, resultDays: days,
  })),
  ingest: optional(object({
    bufferMegabytes: optional(whole(64, 128)), bufferSeconds: optional(whole(0, 900)),
    plausiblePastDays: optional(whole(1, 36_500)), plausibleFutureMinutes: optional(whole(0, 1440)), logRetentionDays: days,
  })),
  network: object({
    cidr,
    endpoints: optional(list(text(/^[a-z][a-z0-9.-]*$/, "the name of a service, such as secretsmanager"))),
    zones: optional(whole(1, 3)), endpointZones: optional(whole(1, 3)), logRetentionDays: days,
  }),
  source,
  exports: optional(object({ channels: optional(list(name, 1)), bucket: optional(text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket")), keyArn: optional(arn("kms")) })),
  jobs: optional(job),
  anomaly: object({ channel: name, mode: optional(oneOf("batch", "endpoint")), shingle: optional(whole(1, 10000)) }),
});

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
  sample: { must: ["database", "tables", "cidr"], may: ["engine", "username", "instanceType", "port"] },
  existing: { must: ["engine", "host", "database", "tables"], may: ["port", "probePort", "reach", "network", "credentialsSecretArn", "credentialsKeyArn", "username"] },
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
