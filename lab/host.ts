/**
 * Host: one process that is the whole lab. It starts the source database, the services and the endpoint in front of
 * them, and stops them again; what was acknowledged is on disk before anything ends.
 */
import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { SourceDatabase } from "./database";
import { startGateway } from "./gateway/gateway";
import type { Service } from "./gateway/service";
import { credentials, leave, type Place, take } from "./home";
import { Lab, type Log, type Tools } from "./lab";
import { AthenaService } from "./services/athena";
import { DashboardService } from "./services/dashboard";
import { EventsService } from "./services/events";
import { FirehoseService } from "./services/firehose";
import { GlueCatalogService } from "./services/glue-catalog";
import { GlueConnectionsService } from "./services/glue-connections";
import { GlueCrawlersService } from "./services/glue-crawlers";
import { GlueJobsService } from "./services/glue-jobs";
import { IotService } from "./services/iot";
import { LambdaService } from "./services/lambda";
import { LogsService } from "./services/logs";
import { MqttService } from "./services/mqtt";
import { S3Service } from "./services/s3";
import { SageMakerService } from "./services/sagemaker";
import { SchedulerService } from "./services/scheduler";
import { SecretsManagerService } from "./services/secretsmanager";
import { SnsService } from "./services/sns";
import { StepFunctionsService } from "./services/stepfunctions";
import { StsService } from "./services/sts";

export interface Host {
  lab: Lab;
  database: SourceDatabase;
  mqtt: MqttService;
  firehose: FirehoseService;
  dashboard: DashboardService;
  /** End every service and process of the lab. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Start a lab. Throws a CliError when the home, a port or the disk is not to be had.
 * @param arranged the services that answer, of those made here; a test puts others in their place
 */
export async function startHost(where: Place, tools: Tools, arranged: (services: Service[], lab: Lab) => Service[] = (services) => services): Promise<Host> {
  await take(where);
  const { log, close } = logs(join(where.home, "logs"));
  const lab = new Lab(where.home, where.ports, tools, log, credentials(where.home));
  const logsService = new LogsService(lab);
  const iot = new IotService(lab);
  const mqtt = new MqttService(lab, iot);
  const firehose = new FirehoseService(lab);
  const dashboard = new DashboardService(lab);
  const events = new EventsService(lab);
  const services: Service[] = [
    events, new S3Service(lab, events), new StsService(lab), logsService, new SecretsManagerService(lab), new SnsService(lab, logsService),
    new LambdaService(lab, logsService), new GlueCatalogService(lab), new GlueConnectionsService(lab), new GlueCrawlersService(lab, logsService),
    new GlueJobsService(lab, undefined, logsService), new AthenaService(lab), new SageMakerService(lab), new StepFunctionsService(lab, { bus: events, groups: logsService }), firehose, iot,
    mqtt, dashboard,
    // The last to start and the first to stop: what it starts is there.
    new SchedulerService(lab),
  ];
  const database = new SourceDatabase(lab);
  let endGateway = async (): Promise<void> => lab.children.stop();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= (async () => {
    // The gateway's end is the end of every process of the lab; the database is to write what it holds before that.
    await database.stop();
    await endGateway();
    await lab.children.stop();
    leave(where.home);
    await close();
  })());
  try {
    const [gateway] = await Promise.all([startGateway(lab, arranged(services, lab)), database.start()]);
    endGateway = gateway.stop;
  } catch (fault) {
    await stop();
    throw fault;
  }
  return { lab, database, mqtt, firehose, dashboard, stop };
}

/** A log file a source; one event is one line, whatever the text holds. */
function logs(folder: string): { log: Log; close: () => Promise<void> } {
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, WriteStream>();
  const log: Log = (source, line) => {
    const file = files.get(source) ?? createWriteStream(join(folder, `${encodeURIComponent(source)}.log`), { flags: "a", mode: 0o600 });
    files.set(source, file);
    // eslint-disable-next-line no-control-regex
    file.write(`${new Date().toISOString()} ${line.replace(/[\u0000-\u0008\u000a-\u001f\u007f]/g, " ")}\n`);
  };
  const close = async (): Promise<void> => {
    await Promise.all([...files.values()].map((file) => new Promise<void>((ended) => file.end(() => ended()))));
  };
  return { log, close };
}
