/**
 * Session: the lab from nothing to an answer: host, stack, readings, pipeline, summary. What `npm start` runs and what the
 * tests share.
 */
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CliError } from "./cli/error";
import { follow } from "./cli/run";
import type { Line } from "./cli/run-progress";
import { deploy, type Deployed } from "./engine/deploy";
import { feed, type FeedResult, type Say } from "./feed/feed";
import type { Room, RoomData, SimulatedRooms, Window } from "./feed/rooms";
import { simulate } from "./simulate/simulate";
import { anomalyDefaults } from "../components/defaults";
import { rootCause } from "../functions/publish/cause";
import { signedCall } from "./gateway/signed-call";
import { type Host, startHost } from "./host";
import { type Place, root } from "./home";
import type { Tools } from "./lab";
import { type GivenSource, settingsOf } from "./source";
import { gather, type Summary } from "./summary/summary";

export { startHost };
export type { Host, Place, Tools };

/**
 * Bring the stack local to what the program says, with the ports and the password of this lab, or with the database given.
 * Arrivals start no run until `hearArrivals` says so: what is fed at once is to be run at once.
 */
export async function deployLocal(host: Host, given?: GivenSource): Promise<Deployed> {
  const { lab, database } = host;
  const own = { port: lab.ports.database, probePort: lab.ports.databasePg, username: database.user };
  const deployed = await deploy(lab, { root, config: given ? settingsOf(given) : { "sensorlake:source": own, "sensorlake:sourcePassword": database.password } });
  await hearArrivals(host, deployed, false);
  return deployed;
}

/** What the stack local exports, as far as the lab itself uses it. */
interface Exports {
  stateMachine: string;
  arrivals?: string;
  workgroup: string;
  buckets: { raw: string; exports: string };
  databases: { raw: string; lake: string };
}

const exported = ({ outputs }: Deployed): Exports => outputs as unknown as Exports;

/** Stretches that are known to be at fault: labelled by people, or seeded by the simulation. */
export function labelsOf({ rooms, simulated }: RoomData): Pick<Room, "room_id" | "labels">[] {
  const labelled = rooms.map(({ room_id, labels }) => ({ room_id, labels }));
  return simulated ? [...labelled, ...simulated.rooms.map((room_id) => ({ room_id, labels: seeded(simulated, room_id) }))] : labelled;
}

/** A dropout leaves nothing to score; any other fault is part of each shingle that holds one of its readings. */
function seeded(simulated: SimulatedRooms, room: string): Window[] {
  const faults = simulate(simulated).truth.faults.filter(({ room_id, kind }) => room_id === room && kind !== "dropout");
  return faults.map(({ from, to }) => [from, later(to, (anomalyDefaults.shingle - 1) * simulated.everySeconds)]);
}

const later = (time: string, seconds: number): string =>
  new Date(Date.parse(`${time.replace(" ", "T")}Z`) + seconds * 1000).toISOString().slice(0, 19).replace("T", " ");

/** Start a run by every file that arrives, or by none; a stack that does not start by arrivals does neither. */
export async function hearArrivals({ lab }: Host, deployed: Deployed, on: boolean): Promise<void> {
  const { arrivals: Name } = exported(deployed);
  if (Name) await signedCall(lab, "events", `AWSEvents.${on ? "EnableRule" : "DisableRule"}`, { Name });
}

/** Send the rooms through the doors; the dashboard is told which stretches are known to be at fault. */
export function feedLocal(host: Host, deployed: Deployed, data: RoomData, say: Say, given?: GivenSource): Promise<FeedResult> {
  for (const { room_id, labels } of labelsOf(data)) host.dashboard.label(room_id, labels);
  return feed(host, exported(deployed).buckets.exports, data, say, given === undefined);
}

export interface PipelineRun {
  seconds: number;
  steps: Line[];
}

/** Run the pipeline once and wait for its end. Throws a CliError with the cause when it does not succeed. */
export async function runPipeline({ lab }: Host, deployed: Deployed, show: (line: Line) => void, input: object = {}): Promise<PipelineRun> {
  const sfn = new SFNClient(lab.client());
  const steps: Line[] = [];
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: exported(deployed).stateMachine, input: JSON.stringify(input) }));
  const ended = await follow(sfn, executionArn!, 250, (line) => { steps.push(line); show(line); });
  if (ended.status !== "SUCCEEDED") {
    const { error, cause } = rootCause({ ...(ended.error && { Error: ended.error }), ...(ended.cause && { Cause: ended.cause }) });
    throw new CliError(`The pipeline ended ${ended.status}: ${error}: ${cause} (logs: ${lab.folder("logs")})`);
  }
  return { steps, seconds: (ended.stopDate!.getTime() - ended.startDate!.getTime()) / 1000 };
}

/** What is in the lake now. */
export function askLake({ lab }: Host, deployed: Deployed, data: RoomData): Promise<Omit<Summary, "steps" | "seconds">> {
  const { workgroup, databases, buckets } = exported(deployed);
  return gather(lab, { workgroup, rawDatabase: databases.raw, lakeDatabase: databases.lake, rawBucket: buckets.raw }, labelsOf(data));
}
