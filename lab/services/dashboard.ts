/**
 * Dashboard of the lab: the page and its API on loopback. It reads like anybody else, through the gateway:
 *
 *   page ─▶ /api/… ─▶ functions/query ─▶ Athena (readings, anomalies), S3 and Step Functions (runs, rejected)
 */
import { AthenaClient } from "@aws-sdk/client-athena";
import { S3Client } from "@aws-sdk/client-s3";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { loadChannel } from "../../components/channel";
import { type Sources, told, type Window } from "../../functions/query/api";
import { asking } from "../../functions/query/ask";
import { labOutputs, type Outputs } from "../engine/outputs";
import { notHere, type Service } from "../gateway/service";
import type { Lab } from "../lab";
import { refusal, rules } from "./dashboard/guard";
import { type Asset, pageAssets } from "./dashboard/page";
import { latestRuns, RejectedCount } from "./dashboard/records";

/** A query of the lab takes a tenth of a second; a cold one, seconds. */
const patience = { seconds: 60, firstLookMs: 25 };
/** The channel whose readings are shown, as it has the anomaly model. */
const shown = "temperature";

export class DashboardService implements Service {
  readonly names: readonly string[] = [];
  private server: Server | undefined;
  private assets: Promise<Record<string, Asset>> | undefined;
  private readonly rejected = new RejectedCount();
  private readonly s3: S3Client;
  private readonly sfn: SFNClient;
  private readonly athena: AthenaClient;
  private readonly labels;

  constructor(private readonly lab: Lab) {
    this.s3 = new S3Client(lab.client());
    this.sfn = new SFNClient(lab.client());
    this.athena = new AthenaClient(lab.client());
    this.labels = lab.store<Window[]>("dashboard-labels");
  }

  get address(): string {
    return `http://127.0.0.1:${this.lab.ports.dashboard}/`;
  }

  /** Mark stretches of time of a room in which people know that something was wrong; UTC, `YYYY-MM-DD HH:MM:SS`. */
  label(room: string, windows: [from: string, to: string][]): void {
    const seconds = (time: string): number => Date.parse(`${time.replace(" ", "T")}Z`) / 1000;
    this.labels.put(room, windows.map(([from, to]) => [seconds(from), seconds(to)]));
  }

  async handle(request: { action: string }): Promise<never> {
    throw notHere("dashboard", request.action);
  }

  async start(): Promise<void> {
    const server = createServer((incoming, outgoing) => void this.answer(incoming, outgoing));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.lab.ports.dashboard, "127.0.0.1", resolve);
    });
    this.server = server;
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (!server) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const refused = refusal(incoming.method, incoming.headers, this.lab.ports.dashboard);
    if (refused) return json(outgoing, refused.status, { error: refused.why });
    try {
      const url = new URL(incoming.url ?? "/", this.address);
      this.assets ??= pageAssets();
      const assets = await this.assets;
      const asset = Object.hasOwn(assets, url.pathname) ? assets[url.pathname] : undefined;
      if (asset) return send(outgoing, 200, asset.type, asset.body);
      const answer = await told(url.pathname, url.searchParams, this.sources());
      json(outgoing, answer?.status ?? 404, answer?.body ?? { error: "There is nothing here" });
    } catch (fault) {
      this.lab.log("dashboard", (fault as Error).stack ?? String(fault));
      json(outgoing, 500, { error: (fault as Error).message });
    }
  }

  private sources(): Sources {
    const outputs = labOutputs(this.lab);
    if (!outputs) throw new Error("Nothing is deployed to this lab yet");
    const { workgroup, databases, buckets } = outputs;
    return {
      subject: { channel: loadChannel(shown), database: String(databases.lake) },
      ask: asking(this.athena, String(workgroup), patience),
      runs: async () => ({ runs: await latestRuns(this.s3, String(buckets.lake)), running: await this.running(outputs) }),
      rejected: () => this.rejected.of(this.s3, String(buckets.raw)),
      windows: (room) => this.labels.get(room) ?? [],
    };
  }

  /** True while an execution of the pipeline is under way. */
  private async running({ stateMachine }: Outputs): Promise<boolean> {
    if (!stateMachine) return false;
    const { executions = [] } = await this.sfn.send(new ListExecutionsCommand({ stateMachineArn: String(stateMachine), statusFilter: "RUNNING", maxResults: 1 }));
    return executions.length > 0;
  }
}

const json = (outgoing: ServerResponse, status: number, body: object): void => send(outgoing, status, "application/json; charset=utf-8", Buffer.from(JSON.stringify(body)));

function send(outgoing: ServerResponse, status: number, type: string, body: Buffer): void {
  outgoing.writeHead(status, { ...rules, "content-type": type, "content-length": body.length });
  outgoing.end(outgoing.req.method === "HEAD" ? undefined : body);
}
