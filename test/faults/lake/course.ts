/** Course: one trial on the lake: it begins empty, runs the pipeline as often as the trial says, and ends as evidence. */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { DescribeExecutionCommand, GetExecutionHistoryCommand, ListExecutionsCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { setTimeout as pause } from "node:timers/promises";
import { rootCause } from "../../../functions/publish/cause";
import type { Evidence, Kept, Look, Run } from "../harness/evidence";
import { allowed, leftovers, placesOf, quarantineOf, textsOf } from "./gathered";
import type { Lake } from "./lake";

/** A run of the pipeline by its id. */
export interface Ran extends Run {
  id: string;
  executionArn: string;
}

/** How a run had to end, and what its cause must name. */
export type Expected = Pick<Run, "expected" | "names">;

/** What must have become of the records that the system took over. */
export interface Due {
  acknowledged: Kept[];
  unfit: string[];
  /** Row counts that readers may see. */
  versions: number[];
}

/** What a run does here: rows of the database, through to the curated table. */
export const ofDatabase = { crawl: false, import: { s3: false }, train: false };
export const ofExports = { import: { db: false }, crawl: true, train: false };

/** What a job writes down of a run, as far as trials look at it. */
export interface Report {
  read: number;
  rejected: Record<string, number>;
  parts: Record<string, { files?: Record<"new" | "changed" | "unchanged" | "taken" | "set_aside" | "lost", number> }>;
}

const pollMs = 100;

export class Course {
  private readonly looks: Look[] = [];
  private readonly runs: Run[] = [];
  private commits = 0;
  private readonly toldBefore: number;
  readonly canaries: string[];

  private constructor(private readonly lake: Lake, private readonly earlier: string[]) {
    this.toldBefore = this.told().length;
    this.canaries = [lake.password, lake.host.database.password, lake.host.lab.credentials.secretAccessKey];
    const table = `catalogue/${lake.names.databases.lake}.temperatures`;
    const files = `s3://${lake.names.buckets.lake}/warehouse/`;
    // A table changes with its pointer, and with files that go: a look at each of these misses no version.
    lake.tap.watch({ after: async ({ place, action }) => {
      if (place === table || (place.startsWith(files) && action === "DELETE")) await this.look(`after change ${(this.commits += 1)}`);
    } });
  }

  static async begun(lake: Lake): Promise<Course> {
    await lake.empty();
    return new Course(lake, await followersOf(lake));
  }

  /** Run the pipeline to its end. */
  async run(name: string, expected: Expected["expected"], input: object = ofDatabase, names?: RegExp): Promise<Ran> {
    return (await this.started(name, expected, input, names)).ended;
  }

  /** Start it; `ended` resolves with how it ended. */
  async started(name: string, expected: Expected["expected"], input: object = ofDatabase, names?: RegExp): Promise<{ ended: Promise<Ran> }> {
    const { executionArn } = await this.lake.sfn.send(new StartExecutionCommand({ stateMachineArn: this.lake.pipeline, input: JSON.stringify(input) }));
    return { ended: this.ended(executionArn as string, { name, expected, ...(names && { names }) }) };
  }

  private async ended(executionArn: string, asked: Omit<Run, "status">): Promise<Ran> {
    for (;;) {
      const { status = "", error: Error, cause: Cause } = await this.lake.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status === "RUNNING") {
        await pause(pollMs);
        continue;
      }
      const run: Ran = { executionArn, id: executionArn.split(":").at(-1) ?? "", ...asked, status, ...(Error && { cause: rootCause({ Error, ...(Cause && { Cause }) }).cause }) };
      this.runs.push(run);
      await this.look(`after the run ${asked.name}`);
      return run;
    }
  }

  async look(when: string): Promise<void> {
    this.looks.push({ when, rows: await this.lake.reader.count() });
  }

  private told(): string[] {
    return this.lake.sns.messages(this.lake.names.newsTopic).map(({ subject = "", message }) => `${subject}\n${message}`);
  }

  /** Times that a run asked a function or a job for something, retries with them. */
  async asked({ executionArn }: Ran): Promise<number> {
    const { events = [] } = await this.lake.sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    return events.filter(({ type }) => type === "TaskScheduled").length;
  }

  /** The run that the pipeline starts by itself after one that others came to in vain, seen to its end. */
  async following(expected: Expected["expected"]): Promise<Ran> {
    for (;;) {
      const next = (await followersOf(this.lake)).find((arn) => !this.earlier.includes(arn));
      if (next) return this.ended(next, { name: "the run that follows", expected });
      await pause(pollMs);
    }
  }

  /** What a job reported of a run. */
  async report({ id, name, status, cause = "" }: Ran, job: "import_s3" | "import_db"): Promise<Report> {
    const { Body } = await this.lake.s3.send(new GetObjectCommand({ Bucket: this.lake.names.buckets.lake, Key: `runs/${id}/${job}.json` })).catch((fault: Error) => {
      throw new Error(`${job} left no report of ${name}, which ended ${status} ${cause}: ${fault.name}`);
    });
    return JSON.parse((await Body?.transformToString()) ?? "") as Report;
  }

  async evidence(due: Due): Promise<Evidence> {
    const { lake, looks, runs, canaries } = this;
    const [curated, quarantine, places] = await Promise.all([lake.reader.rows(), quarantineOf(lake), placesOf(lake)]);
    return {
      ...due, curated, quarantine, looks, places, canaries,
      written: lake.tap.writes.map(({ place }) => place), allowed: allowed(lake), leftovers,
      // The record of a run wins over what was only started beside it.
      runs, told: this.told().slice(this.toldBefore), texts: textsOf(lake),
    };
  }
}

/** Executions of the stack's own pipeline, which only it itself starts here. */
async function followersOf({ sfn, names }: Lake): Promise<string[]> {
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: names.stateMachine }));
  return executions.map(({ executionArn = "" }) => executionArn);
}
