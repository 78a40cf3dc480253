/**
 * Pipeline: the main machine. What is due is decided by functions/decide, never here.
 *
 *   take turn ─▶ (watermarks) ─▶ decide ─▶ crawl sources ∥ ─▶ import ∥ ─▶ decide lake ─▶ crawl lake ─▶ curate
 *                                  │                                        │ not due                   │
 *                                  │ nothing due                            └──▶ decide training ◀──────┘
 *                                  └───────────▶ publish ◀─ score ◀─ train and score (Map) ◀─┘
 *   whatever fails ─▶ Data Pipeline Failure (notify) ─▶ Data Pipeline Failed
 *
 * A source that the stack does not have is left out of the definition; a branch that is not due answers
 * `{"skipped": true, "reason": …}`.
 */
import { branchOf, guarded } from "./branches";
import type { Catcher, Definition, States } from "./language";
import type { PipelineParts } from "./parts";
import { type Ask, invoke, runJob, runMachine } from "./tasks";

const failure = "Data Pipeline Failure";
const caught: Catcher[] = [{ ErrorEquals: ["States.ALL"], Next: failure, ResultPath: "$.failure" }];
/** Seconds for one answer of a function. */
const answerSeconds = 300;

/** All else a job is told stands in its own default arguments. */
const jobArguments = { "--run_id.$": "$$.Execution.Name" };
const jobResult = (step: string) => ({ step, skipped: false, "job_run_id.$": "$.Id", "seconds.$": "$.ExecutionTime" });
const runId = { "run_id.$": "$$.Execution.Name" };
const asked = { ...runId, "input.$": "$$.Execution.Input" };
const about = { ...runId, "execution.$": "$$.Execution.Id", "machine.$": "$$.StateMachine.Name", "started.$": "$$.Execution.StartTime" };
const answer = (next: string, to: string, keep: Ask["keep"]): Ask => ({ seconds: answerSeconds, failure, next, to, ...(keep && { keep }) });
const kept = (...keys: string[]) => Object.fromEntries(keys.map((key) => [`${key}.$`, `$.Payload.${key}`]));

export function pipeline(parts: PipelineParts): Definition {
  return {
    Comment: "From what arrived to what is known: crawl, import, curate, train, score, publish.",
    StartAt: "Take Turn",
    TimeoutSeconds: parts.limits.runMinutes * 60,
    States: { ...deciding(parts), ...gathering(parts), ...curating(parts), ...training(parts), ...ending(parts) },
  };
}

/** One run at a time; then what is due. */
function deciding({ decide, watermark, history, external, turnSeconds }: PipelineParts): States {
  const whose = { ask: "turn", "execution.$": "$$.Execution.Id", "started.$": "$$.Execution.StartTime", "input.$": "$$.Execution.Input" };
  const sources = { ask: "sources", ...asked, ...(watermark && { "watermark.$": "$.watermark" }) };
  return {
    "Take Turn": invoke(decide, whose, answer("Is It Our Turn", "$.turn", kept("mine", "skipped", "reason", "wait"))),
    "Is It Our Turn": {
      Type: "Choice",
      Choices: [
        { Variable: "$.turn.mine", BooleanEquals: true, Next: watermark ? "Read Watermarks" : "Decide" },
        { Variable: "$.turn.wait", BooleanEquals: true, Next: "Wait For Turn" },
      ],
      Default: "Left To The Running Execution",
    },
    "Wait For Turn": { Type: "Wait", Seconds: turnSeconds, Next: "Take Turn" },
    "Left To The Running Execution": { Type: "Succeed", OutputPath: "$.turn" },
    ...(watermark && { "Read Watermarks": invoke(watermark, runId, answer("Decide", "$.watermark", kept("tables"))) }),
    Decide: invoke(decide, sources, answer("Is Anything Due", "$.decision", kept("due", "reason", "crawl", "import", "lake", "training"))),
    "Is Anything Due": {
      Type: "Choice",
      Choices: [{ Variable: "$.decision.due", BooleanEquals: true, Next: history || external ? "Crawl Sources" : "Decide Lake" }],
      Default: "Publish",
    },
  };
}

/** Both sources at once: first their catalogues, then their rows. */
function gathering({ history, external, crawlMachine, limits }: PipelineParts): States {
  const crawlSeconds = limits.crawlMinutes * 60;
  const jobSeconds = limits.jobMinutes * 60;
  const crawlOf = (step: string, crawler: string) => (failure: string) => runMachine(crawlMachine, { crawler }, { failure, seconds: crawlSeconds, keep: { step, skipped: false, "crawl.$": "$.Output" } });
  const importOf = (step: string, job: string) => (failure: string) => runJob(job, jobArguments, {
    failure, seconds: jobSeconds, keep: jobResult(step),
  });
  if (!history && !external) return {};
  return {
    "Crawl Sources": {
      Type: "Parallel", ResultPath: "$.crawls", Catch: caught, Next: "Import",
      Branches: [
        ...(history ? [branchOf("History Crawl", "Start HISTORY_DATA Crawler", "$.decision.crawl.history", crawlOf("History Crawl", history.crawler))] : []),
        ...(external ? [branchOf("External Crawl", "Start EXTERNAL_DATA Crawler", "$.decision.crawl.external", crawlOf("External Crawl", external.crawler))] : []),
      ],
    },
    Import: {
      Type: "Parallel", ResultPath: "$.ParallelExecutionOutput", Catch: caught, Next: "Decide Lake",
      Branches: [
        ...(history ? [branchOf("S3 Import", "Import S3 Data", "$.decision.import.s3", importOf("S3 Import", history.job))] : []),
        ...(external ? [branchOf("Database Import", "Import Database Data", "$.decision.import.db", importOf("Database Import", external.job))] : []),
      ],
    },
  };
}

/** The raw zone into the curated table. */
function curating({ decide, crawlMachine, lakeCrawler, curateJob, limits }: PipelineParts): States {
  return {
    "Decide Lake": invoke(decide, { ask: "lake", ...asked }, answer("Is Lake Due", "$.lake", kept("due", "reason", "crawl"))),
    ...guarded("Lake", "Curate", "$.lake", { to: "$.curate", next: "Decide Training" }, { Variable: "$.lake.crawl", BooleanEquals: true, Next: "Start LAKE_DATA Crawler" }),
    "Start LAKE_DATA Crawler": runMachine(crawlMachine, { crawler: lakeCrawler }, {
      seconds: limits.crawlMinutes * 60, failure, to: "$.lakeCrawl", keep: { "crawl.$": "$.Output" }, next: "Curate",
    }),
    Curate: runJob(curateJob, jobArguments, {
      seconds: limits.jobMinutes * 60, failure, to: "$.curate", keep: jobResult("Curate"), next: "Decide Training",
    }),
  };
}

/** Every room whose training files changed, then all scores at once. */
function training({ decide, trainMachine, scoreJob, roomsAtOnce, limits }: PipelineParts): States {
  const room = runMachine(trainMachine, { "room.$": "$.room", "folder.$": "$.folder", "name.$": "$.name" }, {
    seconds: limits.roomMinutes * 60, failure: "Room Failure", keep: { "output.$": "$.Output" },
  });
  return {
    "Decide Training": invoke(decide, { ask: "training", ...asked }, answer("Is Training Due", "$.training", kept("due", "reason", "rooms"))),
    ...guarded("Training", "Train and Score", "$.training", { to: "$.score", next: "Publish" }),
    "Train and Score": {
      Type: "Map", ItemsPath: "$.training.rooms", MaxConcurrency: roomsAtOnce, ResultPath: null, Catch: caught, Next: "Score",
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Train and Score Room",
        States: {
          "Train and Score Room": room,
          "Room Failure": { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
        },
      },
    },
    Score: runJob(scoreJob, jobArguments, {
      seconds: limits.jobMinutes * 60, failure, to: "$.score", keep: jobResult("Score"), next: "Publish",
    }),
  };
}

/** One message and one record a run, however it ended. */
function ending({ publish }: PipelineParts): States {
  const failed = "Data Pipeline Failed";
  const report = { seconds: answerSeconds, failure: failed };
  return {
    Publish: invoke(publish, { outcome: "succeeded", ...about, "state.$": "$" }, {
      ...report, failure, keep: kept("outcome", "run_id", "seconds", "reason", "steps"),
    }),
    [failure]: invoke(publish, { outcome: "failed", ...about, "state.$": "$" }, { ...report, to: null, next: failed }),
    [failed]: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
  };
}
