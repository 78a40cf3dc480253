/**
 * Dashboard of the lab: the page and its API on loopback. It reads like anybody else, through the gateway:
 *
 *   page ─▶ /api/… ─▶ functions/query ─▶ Athena (readings, anomalies), S3 and Step Functions (runs, rejected)
 *   pipeline ─▶ /api/live ─▶ dashboard/live.ts ─▶ Step Functions
 */
import { AthenaClient } from "@aws-sdk/client-athena";
import { S3Client } from "@aws-sdk/client-s3";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { loadChannel } from "../../components/channel";
import type { Sources, Window } from "../../functions/query/api";
import { asking } from "../../functions/query/ask";
import { labOutputs, type Outputs } from "../engine/outputs";
import { notHere, type Service } from "../gateway/service";
import type { Lab } from "../lab";
import { LiveMachines } from "./dashboard/live";
import { latestRuns, RejectedCount } from "./dashboard/records";
import { DashboardServer } from "./dashboard/server";

/** A query of the lab takes a tenth of a second; a cold one, seconds. */
const patience = { seconds: 60, firstLookMs: 25 };
/** The channel whose readings are shown, as it has the anomaly model. */
const shown = "temperature";

export class DashboardService implements Service {
  readonly names: readonly string[] = [];
  private readonly server: DashboardServer;
  private readonly rejected = new RejectedCount();
  private readonly s3: S3Client;
  private readonly sfn: SFNClient;
  private readonly athena: AthenaClient;
  private readonly labels;

  constructor(private readonly lab: Lab) {
    this.s3 = new S3Client(lab.client());
    this.sfn = new SFNClient(lab.client());
    this.athena = new AthenaClient(lab.client());
    const live = new LiveMachines(this.sfn, () => labOutputs(lab)?.stateMachine as string | undefined);
    this.server = new DashboardServer(lab.ports.dashboard, () => this.sources(), (line) => lab.log("dashboard", line), (params) => live.told(params));
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

  start(): Promise<void> {
    return this.server.start();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private sources(): Sources {
    const outputs = labOutputs(this.lab);
    if (!outputs) throw new Error("Nothing is deployed to this lab yet");
    const { workgroup, databases, buckets } = outputs;
    return {
      subject: { channel: loadChannel(shown), database: String(databases.lake) },
      ask: asking(this.athena, String(workgroup), patience),
      runs: async () => ({ runs: await latestRuns(this.s3, String(buckets.lake)), running: await this.running(outputs), live: true }),
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
