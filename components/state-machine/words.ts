/** Words: what the parts of the pipeline say alike. */
import type { Catcher } from "./language";

/** Where a failure is told. */
export const failure = "Data Pipeline Failure";
export const caught: Catcher[] = [{ ErrorEquals: ["States.ALL"], Next: failure, ResultPath: "$.failure" }];

/** Seconds for one answer of a function. */
export const answerSeconds = 300;
/** What a function answered, by these keys. */
export const kept = (...keys: string[]) => Object.fromEntries(keys.map((key) => [`${key}.$`, `$.Payload.${key}`]));

export const runId = { "run_id.$": "$$.Execution.Name" };
/** What decide is told beside its question. */
export const asked = { ...runId, "input.$": "$$.Execution.Input" };

/** All else a job is told stands in its own default arguments. */
export const jobArguments = { "--run_id.$": "$$.Execution.Name" };
export const jobResult = (step: string) => ({ step, skipped: false, "job_run_id.$": "$.Id", "seconds.$": "$.ExecutionTime" });
