/** SettingShapes: every setting of a stack, what it must look like, and what may be left out. Defaults stand in components/defaults.ts. */
import { engines, tlsKinds } from "../components/source-database";
import { flag, list, object, oneOf, optional, text, whole } from "./shape";

const name = text(/^[a-z][a-z0-9_]{0,62}$/, "lower-case letters, digits and _, a letter first");
const id = (prefix: string) => text(new RegExp(`^${prefix}-[0-9a-z]+$`), `an id such as ${prefix}-0abc1234`);
const cidr = text(/^[\d.]+\/\d+$/, "an IPv4 range such as 10.64.0.0/24");
const days = optional(whole(1, 3650));
const word = text(/^\S+$/, "one word");
const instance = text(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/, "a type such as ml.c5.xlarge");
const arn = (service: string) => text(new RegExp(`^arn:aws[a-z-]*:${service}:`), `an ARN of ${service}`);

const job = object({
  workerType: optional(oneOf("G.1X", "G.2X", "G.4X", "G.8X", "R.1X", "R.2X", "R.4X", "R.8X")),
  workers: optional(whole(2, 299)),
  timeoutMinutes: optional(whole(1, 2880)),
});

const column = text(/^[A-Za-z_]\w*$/, "the name of a column");
const table = object({ table: text(/^([A-Za-z_]\w*\.)?[A-Za-z_]\w*$/, "schema.table, such as dbo.readings"), channel: name, watermark: column, split: optional(column) });

const reading = object({
  partRows: optional(whole(1000, 1_000_000_000)), fetchRows: optional(whole(100, 1_000_000)), overlapSeconds: optional(whole(0, 31_536_000)), isolation: optional(oneOf("default", "snapshot")),
});

const peer = object({
  vpcId: id("vpc"),
  cidr,
  routeTableIds: list(id("rtb"), 1),
  securityGroupId: id("sg"),
  transitGatewayId: optional(id("tgw")),
  /** Account and region of that network, where they are others. */
  accountId: optional(text(/^\d{12}$/, "the 12 digits of an account")),
  region: optional(text(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region such as eu-west-1")),
  /** Role in that account that may make its side; left out: its owner does what the output `databaseSide` says. */
  roleArn: optional(arn("iam")),
  /** Its owner has accepted the peering. */
  accepted: optional(flag),
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
  /** How the tables are read. */
  reading: optional(reading),
  /** `network`: through Glue's own, which is joined with the database's; `direct`: without one. */
  reach: optional(oneOf("network", "direct")),
  /** Network of an existing database. */
  network: optional(peer),
  /** Secret with the keys username and password. */
  credentialsSecretArn: optional(arn("secretsmanager")),
  credentialsKeyArn: optional(arn("kms")),
  /** How connections are encrypted, and by which root certificate (`s3://bucket/key`) and for whom the database's is proven. */
  tls: optional(oneOf(...tlsKinds)), certificate: optional(word), certificateName: optional(text(/^\S.*$/, "whom the certificate is for")),
  username: optional(text(/^[A-Za-z][A-Za-z0-9_]{0,62}$/, "letters, digits and _, a letter first")),
  /** Range of the network that a sample gets. */
  cidr: optional(cidr),
  instanceType: optional(word),
});

export const shape = object({
  /** Who is asked about what the stack costs and breaks; a tag of everything. */
  owner: text(/^[\w .@-]{1,64}$/, "a team or person: letters, digits, space and .@_-"),
  channels: list(name, 1),
  things: optional(list(text(/^[A-Za-z0-9_-]{1,128}$/, "letters, digits, _ and -"))),
  lake: optional(object({
    databaseSuffix: optional(text(/^(_[a-z0-9_]{1,30})?$/, "_ and lower-case letters, digits and _, or nothing")),
    customerKey: optional(flag), accessLogs: optional(flag), accessLogDays: days, protect: optional(flag), catalogEncryption: optional(flag), versioning: optional(flag),
    partitionBy: optional(oneOf("day", "month")), noncurrentDays: days, resultDays: days,
  })),
  ingest: optional(object({
    bufferMegabytes: optional(whole(64, 128)), bufferSeconds: optional(whole(0, 900)),
    plausiblePastDays: optional(whole(1, 36_500)), plausibleFutureMinutes: optional(whole(0, 1440)), logRetentionDays: days,
  })),
  /** Glue's own network; a stack without source database has none. */
  network: optional(object({
    cidr,
    egress: optional(oneOf("endpoints", "nat")), natPerZone: optional(flag),
    endpoints: optional(list(text(/^[a-z][a-z0-9.-]*$/, "the name of a service, such as secretsmanager"))),
    zones: optional(whole(1, 3)), endpointZones: optional(whole(1, 3)), logRetentionDays: days,
  })),
  source,
  exports: optional(object({ channels: optional(list(name, 1)), bucket: optional(text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket")), keyArn: optional(arn("kms")), maxUnpackedMegabytes: optional(whole(1, 1_000_000)) })),
  jobs: optional(job),
  pipeline: optional(object({
    schedule: optional(text(/^(rate|cron)\(.+\)$/, "rate(1 hour), cron(0 3 * * ? *) or the like")), timezone: optional(text(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/, "a time zone such as Europe/Berlin")),
    email: optional(text(/^[^\s@]+@[^\s@]+$/, "an address")), alarms: optional(flag), overdueHours: optional(whole(0, 168)), slowMinutes: optional(whole(0, 10_080)),
    whenBusy: optional(oneOf("leave", "wait")), turnMinutes: optional(whole(1, 1440)),
    onArrival: optional(flag), crawlSeconds: optional(whole(1, 3600)), pollSeconds: optional(whole(1, 300)), roomsAtOnce: optional(whole(1, 40)), inlineRooms: optional(whole(1, 200)), recrawlHours: optional(whole(1, 8760)),
    crawlMinutes: optional(whole(1, 1440)), jobMinutes: optional(whole(1, 10_080)), roomMinutes: optional(whole(1, 10_080)), runMinutes: optional(whole(1, 100_000)),
    logRetentionDays: days,
  })),
  anomaly: object({
    channel: name, mode: optional(oneOf("batch", "endpoint")),
    shingle: optional(whole(1, 10_000)), trees: optional(whole(50, 1000)), samplesPerTree: optional(whole(1, 2048)),
    trainingInstance: optional(instance), transformInstance: optional(instance), endpointInstance: optional(instance),
    endpointInstances: optional(whole(1, 100)), volumeGigabytes: optional(whole(1, 16_384)), trainingMinutes: optional(whole(1, 40_320)),
  }),
  /** QuickSight is off unless a principal is named: it asks for a subscription of the account. */
  bi: optional(object({
    queryMegabytes: optional(whole(10, 10_000_000)),
    quicksight: optional(object({ principal: arn("quicksight"), serviceRole: text(/^[\w+=,.@-]{1,64}$/, "the name of the role that QuickSight assumes") })),
    dashboard: optional(object({ enabled: flag })),
  })),
});
