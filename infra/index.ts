/**
 * sensorlake: the program. Blocks in the order of the data; what differs between stacks is in their files.
 *
 *   LakeCatalog ─▶ SensorIngest
 *        └───────▶ PeeredGlueNetwork ─▶ HistoricalImport ─▶ AnomalyModel ─▶ EtlOrchestrator
 *                                                                 BiLayer ◀─┘
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AnomalyModel } from "../components/anomaly-model";
import { BiLayer } from "../components/bi-layer";
import { loadChannel } from "../components/channel";
import { EtlOrchestrator } from "../components/etl-orchestrator";
import { HistoricalImport } from "../components/historical-import";
import { LakeCatalog } from "../components/lake-catalog";
import { PeeredGlueNetwork } from "../components/peered-glue-network";
import { SensorIngest } from "../components/sensor-ingest";
import { configuration } from "./configuration";
import { exportsOf, sourceOf } from "./source";

const config = configuration();
const { settings } = config;
const channels = settings.channels.map((name) => loadChannel(name));

// Everything that takes tags carries these: they come with the provider.
const defaultTags = { tags: { Project: pulumi.getProject(), Environment: pulumi.getStack(), Owner: settings.owner } };
const { region, profile, allowedAccountIds } = aws.config;
const provider = new aws.Provider("aws", {
  ...(region && { region }), ...(profile && { profile }), ...(allowedAccountIds && { allowedAccountIds }),
  defaultTags,
});
const opts = { providers: { aws: provider } };
const { channel: trainChannel, shingle } = settings.anomaly;
const { databaseSuffix, protect } = { databaseSuffix: "", protect: false, ...settings.lake };

const catalog = new LakeCatalog("lake", { ...settings.lake, ...settings.jobs, channels, trainChannel, ...(shingle !== undefined && { shingle }) }, opts);

const ingest = new SensorIngest("ingest", {
  ...settings.ingest, things: settings.things ?? [], raw: catalog.raw, rawDatabase: catalog.rawDatabase,
  channels: channels.map((channel) => ({ channel, rawTable: catalog.rawTables[channel.channel] as aws.glue.CatalogTable })),
}, opts);

const { database, peer, throughNetwork } = sourceOf(config, catalog, opts, defaultTags);
// It is the way to the database: without one there is nothing to go to.
const network = settings.network && settings.source.kind !== "none"
  ? new PeeredGlueNetwork("network", { ...settings.network, logKey: catalog.raw.key, ...(peer && { peer }) }, opts) : undefined;

const existingExports = exportsOf(settings, { provider });
const history = new HistoricalImport("history", {
  ...settings.jobs, catalog, databaseSuffix, protect,
  channels: channels.filter(({ channel }) => (settings.exports?.channels ?? settings.channels).includes(channel)),
  ...(settings.exports?.maxUnpackedMegabytes !== undefined && { maxUnpackedMegabytes: settings.exports.maxUnpackedMegabytes }),
  ...(existingExports && { exports: existingExports }), ...(database && { database }), ...(throughNetwork && network && { network }),
}, opts);

const anomaly = new AnomalyModel("anomaly", { ...settings.anomaly, ...settings.jobs, catalog }, opts);
const etl = new EtlOrchestrator("etl", { ...settings.pipeline, catalog, history, anomaly, protect }, opts);
if (settings.pipeline?.alarms) for (const block of [ingest, anomaly]) block.alarm(etl.topic);

const bi = new BiLayer("bi", { ...settings.bi, catalog, results: catalog.results, channels, anomalyChannel: trainChannel, databaseSuffix, protect }, opts);

export const buckets = {
  raw: catalog.raw.bucket.bucket, lake: catalog.lake.bucket.bucket, results: catalog.results.bucket.bucket,
  assets: catalog.assets.bucket.bucket, exports: history.exports.bucket.bucket,
};
export const databases = {
  raw: catalog.rawDatabase.name, lake: catalog.lakeDatabase.name, history: history.databases.history.name,
  ...(history.databases.external && { external: history.databases.external.name }),
};
export const deliveryStreams = Object.fromEntries(Object.entries(ingest.streams).map(([channel, stream]) => [channel, stream.name]));
export const crawlers = {
  lake: catalog.lakeCrawler.name, history: history.crawlers.history.name,
  ...(history.crawlers.external && { external: history.crawlers.external.name }),
};
export const jobs = {
  curate: catalog.curateJob.name, importS3: history.jobs.importS3.name, ...(history.jobs.importDb && { importDb: history.jobs.importDb.name }),
  score: anomaly.scoreJob.name,
};
/** Start it with `{}`, or with overrides of what is due. */
export const stateMachine = etl.stateMachine.arn;
/** Rule that starts runs by what arrives, where that is set; disable it while much is uploaded at once. */
export const arrivals = etl.arrivals?.name;
/** Tells how each run ended. */
export const newsTopic = etl.topic.arn;
/** Of the models, where the stack keeps one. */
export const endpoints = { ...(anomaly.endpoint && { anomaly: anomaly.endpoint.name }) };
/** What the owner of the database's network has to do, where another account is theirs. */
export const databaseSide = network?.handover;
export const workgroup = bi.workgroup.name;
/** Topics that a thing publishes to, with its own name for `+`. */
export const topics = ingest.topics;
