/** Source: where past readings come from: the database and its network, and the bucket of exports, as the settings say. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Store } from "../components/access";
import type { ImportedDatabase } from "../components/historical-import";
import type { LakeCatalog } from "../components/lake-catalog";
import type { Peer } from "../components/peered-glue-network";
import { SampleSource } from "../components/sample-source";
import type { Configuration } from "./configuration";
import { portOf, reaches, type Settings } from "./settings";

export interface Source {
  /** Left out: there is none. */
  database?: ImportedDatabase;
  /** Network of the database. */
  peer?: Peer;
  /** Whether Glue goes through its network to the database. */
  throughNetwork: boolean;
}

/** User of a database that the stack makes. */
const reader = "sensorlake";

/** The source that the settings describe; a sample is made here. */
export function sourceOf({ settings, password }: Configuration, catalog: LakeCatalog, opts: pulumi.ComponentResourceOptions, defaultTags: aws.types.input.ProviderDefaultTags): Source {
  switch (settings.source.kind) {
    case "none": return { throughNetwork: false };
    case "sample": return sample(settings, catalog, opts);
    case "existing": return existing(settings, password, defaultTags);
  }
}

function sample({ source, network }: Settings, catalog: LakeCatalog, opts: pulumi.ComponentResourceOptions): Source {
  const { cidr = "", database = "", tables = [], username = reader } = source;
  const made = new SampleSource("source", {
    cidr, database, username, port: portOf(source), key: catalog.raw.key,
    ...(source.instanceType && { instanceType: source.instanceType }), ...(network?.logRetentionDays !== undefined && { logRetentionDays: network.logRetentionDays }),
  }, opts);
  const { host, port, secretArn, peer } = made;
  const secretKey = catalog.raw.key;
  const { reading } = source;
  return { database: { engine: "sqlserver", host, port, database, tables, secretArn, ...(reading && { reading }), ...(secretKey && { secretKey }), tls: "encrypted" }, peer, throughNetwork: true };
}

function existing({ source }: Settings, password: pulumi.Output<string> | undefined, defaultTags: aws.types.input.ProviderDefaultTags): Source {
  const { engine = "sqlserver", host = "", database = "", tables = [], probePort, reading, username, credentialsSecretArn, credentialsKeyArn, tls, certificate, certificateName } = source;
  const login = credentialsSecretArn
    ? { secretArn: credentialsSecretArn, ...(credentialsKeyArn && { secretKey: { arn: credentialsKeyArn } }) }
    : { ...(username && { username }), ...(password && { password }) };
  const port = portOf(source);
  return {
    database: {
      engine, host, port, database, tables, ...login, ...(probePort && { probePort }), ...(reading && { reading }),
      ...(tls && { tls }), ...(certificate && { certificate }), ...(certificateName && { certificateName }),
    },
    ...(source.network && { peer: peerOf(source.network, port, defaultTags) }),
    throughNetwork: reaches(source) === "network",
  };
}

/** The other side of the peering: of another region or, by a role there, of another account it is made through a provider of its own. */
function peerOf({ roleArn, ...network }: NonNullable<Settings["source"]["network"]>, port: number, defaultTags: aws.types.input.ProviderDefaultTags): Peer {
  const { accountId, region } = network;
  const reached = roleArn !== undefined || (region !== undefined && accountId === undefined);
  if (!reached) return { ...network, port };
  const place = region ?? aws.config.region;
  return { ...network, port, provider: new aws.Provider("database-side", { ...(place && { region: place }), ...(roleArn && { assumeRoles: [{ roleArn }] }), defaultTags }) };
}

/** The bucket of exports that stood before the stack, if there is one. */
export function exportsOf({ exports }: Settings, opts: pulumi.InvokeOptions): Store | undefined {
  if (!exports?.bucket) return undefined;
  const partition = aws.getPartitionOutput({}, opts).partition;
  return {
    bucket: { bucket: pulumi.output(exports.bucket), arn: pulumi.interpolate`arn:${partition}:s3:::${exports.bucket}` },
    ...(exports.keyArn && { key: { arn: exports.keyArn } }),
  };
}
