/** Scenarios: runs of the machines with all that their tasks are answered, and where each run is to end. */
import type { Definition, Task } from "../../components/state-machine/language";
import { scopes } from "../../components/state-machine/language";

/** What a call is answered; the last answer stands from then on. */
export interface Rule {
  /** Of the task, without `arn:aws:states:::`. */
  resource: string;
  /** What the call's parameters hold at least. */
  where?: object;
  then: ({ returns: unknown } | { throws: { error: string; cause: string } })[];
}

export interface Scenario {
  status: "SUCCEEDED" | "FAILED";
  /** A state that the run comes to, by which it is told from the others. */
  by: string;
  rules: Rule[];
}

const yes = { due: true, reason: "changed" };
const no = { due: false, reason: "as before" };
const answer = (ask: string, Payload: object): Rule => ({ resource: "lambda:invoke", where: { Payload: { ask } }, then: [{ returns: { Payload } }] });
/** A crawler's first crawl: MiniStack can't compare two times of the input (TimestampGreaterThanPath), so there is only the new one. */
const firstCrawl = (Name: string, more: object = { Status: "SUCCEEDED" }): Rule => ({
  resource: "aws-sdk:glue:getCrawler", where: { Name },
  then: [{ State: "READY" }, { State: "RUNNING" }, { State: "READY", LastCrawl: { StartTime: "2024-01-01T00:00:10.000Z", ...more } }].map((Crawler) => ({ returns: { Crawler } })),
});

/** The five ways of a run, for the machines of a stack. */
export function scenarios(pipeline: Definition): Record<string, Scenario> {
  const job = (state: string): string => String(named(pipeline, state).Parameters?.JobName);
  const crawler = (state: string): string => String((named(pipeline, state).Parameters?.Input as { crawler: string }).crawler);
  const jobFails = (state: string): Rule => ({
    resource: "glue:startJobRun.sync", where: { JobName: job(state) }, then: [{ throws: { error: "States.TaskFailed", cause: '{"ErrorMessage":"out of memory"}' } }],
  });
  const usual: Rule[] = [
    answer("run", { first: "sources", mine: true, skipped: false, due: true, reason: "all", crawl: { history: yes, external: yes }, import: { s3: yes, db: yes }, lake: yes, training: yes }),
    answer("lake", { ...yes, crawl: true }),
    answer("training", { ...yes, how: "inline", count: 2, rooms: ["office", "lab"].map((room) => ({ room, folder: `room_id=${room}`, name: `lake-${room}-1` })) }),
    { resource: "lambda:invoke", where: { Payload: { outcome: "succeeded" } }, then: [{ returns: { Payload: { outcome: "succeeded", run_id: "r", seconds: 1, reason: "", steps: [] } } }] },
    { resource: "lambda:invoke", where: { Payload: { outcome: "failed" } }, then: [{ returns: { Payload: {} } }] },
    ...["HISTORY", "EXTERNAL", "LAKE"].map((source) => firstCrawl(crawler(`Start ${source}_DATA Crawler`))),
    { resource: "aws-sdk:glue:startCrawler", then: [{ returns: {} }] },
    { resource: "glue:startJobRun.sync", then: [{ returns: { Id: "jr_1", JobRunState: "SUCCEEDED", ExecutionTime: 1 } }] },
    { resource: "sagemaker:createTrainingJob.sync", then: [{ returns: { ModelArtifacts: { S3ModelArtifacts: "s3://lake/model.tar.gz" } } }] },
    { resource: "sagemaker:createModel", then: [{ returns: {} }] },
    { resource: "sagemaker:createTransformJob.sync", then: [{ returns: {} }] },
  ];
  const nothing = answer("run", { first: "nothing", mine: true, skipped: false, due: false, reason: "nothing has changed", crawl: { history: no, external: no }, import: { s3: no, db: no }, lake: no, training: no });
  const busy: Rule = { resource: "glue:startJobRun.sync", where: { JobName: job("Import S3 Data") }, then: [{ throws: { error: "Glue.ConcurrentRunsExceededException", cause: "busy" } }, { returns: { Id: "jr_2", JobRunState: "SUCCEEDED", ExecutionTime: 1 } }] };
  return {
    "an idle run": { status: "SUCCEEDED", by: "Publish", rules: [nothing, ...usual] },
    "a full run, with a job that is busy at first": { status: "SUCCEEDED", by: "Score", rules: [busy, ...usual] },
    "a failed crawl": { status: "FAILED", by: "Crawl Failed", rules: [firstCrawl(crawler("Start LAKE_DATA Crawler"), { Status: "FAILED", ErrorMessage: "access denied" }), ...usual] },
    "a failed job": { status: "FAILED", by: "Curate", rules: [jobFails("Curate"), ...usual] },
    "a failed training": {
      status: "FAILED", by: "Room Failure",
      rules: [{ resource: "sagemaker:createTrainingJob.sync", then: [{ throws: { error: "States.TaskFailed", cause: "no capacity" } }] }, answer("training", { ...yes, how: "inline", count: 1, rooms: [{ room: "office", folder: "room_id=office", name: "lake-office-1" }] }), ...usual],
    },
  };
}

const named = (definition: Definition, state: string): Task => Object.fromEntries(scopes(definition).flatMap(({ States }) => Object.entries(States)))[state] as Task;
