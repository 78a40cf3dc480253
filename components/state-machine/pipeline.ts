/**
 * Pipeline: the main machine. What is due is decided by functions/decide, never here.
 *
 *   decide ─▶ first ─┬─ sources: crawl and import ∥ ─▶ decide lake ─┬─▶ crawl lake ─▶ curate ─▶ decide training ─▶ train and score ─▶ score
 *     ▲              ├─ lake, curate, training: straight there      └ not due ─▶ decide training ┘ └ not due ─┐           │
 *     └ wait ◀───────┤─ another run has the turn: wait, or leave                                              ▼           │
 *                    └─ nothing is due ──────────────────────────────────────────────────────────────────▶ publish ◀──────┘
 *   whatever fails ─▶ Data Pipeline Failure (notify) ─▶ Data Pipeline Failed
 *
 * Every state is a transition, which is billed: what can be decided at once is, and what a state would only pass on is not one.
 */
import type { Definition, States } from "./language";
import type { PipelineParts } from "./parts";
import { importing, sources } from "./sources";
import { invoke, runJob, runMachine } from "./tasks";
import { decideTraining, training } from "./training";
import { answerSeconds, asked, failure, jobArguments, jobResult, kept, runId } from "./words";

const about = { ...runId, "execution.$": "$$.Execution.Id", "machine.$": "$$.StateMachine.Name", "started.$": "$$.Execution.StartTime" };

/** Where a run ends that leaves everything to another one. */
export const left = "Left To The Running Execution";

export function pipeline(parts: PipelineParts): Definition {
  return {
    Comment: "From what arrived to what is known: crawl, import, curate, train, score, publish.",
    StartAt: "Decide",
    TimeoutSeconds: parts.limits.runMinutes * 60,
    States: { ...deciding(parts), ...sources(parts, "Decide Lake"), ...curating(parts), ...training(parts, "Publish"), ...ending(parts) },
  };
}

/** One run at a time, and what is due in it. */
function deciding({ decide, history, external, turnSeconds }: PipelineParts): States {
  const first = (value: string, Next: string) => ({ Variable: "$.decision.first", StringEquals: value, Next });
  return {
    Decide: invoke(decide, { ask: "run", ...asked, "execution.$": "$$.Execution.Id", "started.$": "$$.Execution.StartTime" }, {
      seconds: answerSeconds, failure, next: "What Is First", to: "$.decision", passing: ["TurnContended", "SourceUnreachable"],
      keep: kept("first", "mine", "skipped", "due", "reason", "crawl", "import", "lake", "training"),
    }),
    "What Is First": {
      Type: "Choice",
      Choices: [
        ...(history || external ? [first("sources", importing)] : []),
        first("lake", "Start LAKE_DATA Crawler"), first("curate", "Curate"), first("training", decideTraining),
        first("wait", "Wait For Turn"), first("left", left),
      ],
      Default: "Publish",
    },
    "Wait For Turn": { Type: "Wait", Seconds: turnSeconds, Next: "Decide" },
    [left]: { Type: "Succeed", OutputPath: "$.decision" },
  };
}

/** The raw zone into the curated table. */
function curating({ decide, crawlMachine, lakeCrawler, curateJob, history, external, limits }: PipelineParts): States {
  const due = (key: string, Next: string) => ({ Variable: `$.lake.${key}`, BooleanEquals: true, Next });
  return {
    ...((history || external) && {
      "Decide Lake": invoke(decide, { ask: "lake", ...asked }, { seconds: answerSeconds, failure, next: "Is Lake Due", to: "$.lake", keep: kept("due", "reason", "crawl") }),
      "Is Lake Due": { Type: "Choice", Choices: [due("crawl", "Start LAKE_DATA Crawler"), due("due", "Curate")], Default: decideTraining },
    } satisfies States),
    "Start LAKE_DATA Crawler": runMachine(crawlMachine, { crawler: lakeCrawler }, { seconds: limits.crawlMinutes * 60, failure, to: null, next: "Curate" }),
    Curate: runJob(curateJob, jobArguments, { seconds: limits.jobMinutes * 60, failure, to: "$.curate", keep: jobResult("Curate"), next: decideTraining }),
  };
}

/** One message and one record a run, however it ended. */
function ending({ publish }: PipelineParts): States {
  const failed = "Data Pipeline Failed";
  const report = { seconds: answerSeconds, failure: failed, passing: ["TurnContended"] };
  return {
    Publish: invoke(publish, { outcome: "succeeded", ...about, "state.$": "$" }, { ...report, failure, keep: kept("outcome", "run_id", "seconds", "reason", "steps") }),
    [failure]: invoke(publish, { outcome: "failed", ...about, "state.$": "$" }, { ...report, to: null, next: failed }),
    [failed]: { Type: "Fail", ErrorPath: "$.failure.Error", CausePath: "$.failure.Cause" },
  };
}
