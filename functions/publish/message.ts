/** Message: what a run says when it ends, to people and to the record of runs. Pure. */
import { rootCause } from "./cause";

/** What the state machine hands over. `state` is all that its states have left behind. */
export interface Outcome {
  outcome: "succeeded" | "failed" | "stopped" | "timed out";
  run_id: string;
  execution: string;
  machine: string;
  /** ISO. */
  started: string;
  state: State;
}

interface State {
  decision?: Decision;
  ParallelExecutionOutput?: Step[];
  lake?: Due;
  curate?: Step;
  training?: Due;
  score?: Step;
  failure?: { Error?: string; Cause?: string };
}

interface Due {
  due: boolean;
  reason: string;
}

/** What decide answered about the run, as far as it came; null of a run that left. */
interface Decision extends Partial<Due> {
  /** The stage that the run began with; what comes behind it was decided anew. */
  first?: string;
  crawl?: { history: Due; external: Due } | null;
  import?: { s3: Due; db: Due } | null;
  lake?: Due | null;
  training?: Due | null;
}

/** A step of the run: done, or left out for a reason. */
export interface Step {
  step: string;
  skipped: boolean;
  reason?: string;
  seconds?: number;
}

/** `runs/<run_id>/<job>.json`, as the job wrote it. */
export interface Report {
  job: string;
  [figure: string]: unknown;
}

export interface RunRecord {
  run_id: string;
  outcome: Outcome["outcome"];
  execution: string;
  started: string;
  ended: string;
  seconds: number;
  reason?: string;
  error?: string;
  cause?: string;
  /** Steps that were left out, each with its reason, as one text. */
  skips: string;
  steps: Step[];
  reports: Report[];
}

export function recordOf({ outcome, run_id, execution, started, state }: Outcome, reports: Report[], now: string): RunRecord {
  const cause = state.failure && rootCause(state.failure);
  const steps = stepsOf(state);
  return {
    run_id, outcome, execution, started, ended: now,
    seconds: Math.round((Date.parse(now) - Date.parse(started)) / 1000),
    ...(state.decision?.reason && { reason: state.decision.reason }),
    ...(cause && { error: cause.error, cause: cause.cause }),
    skips: steps.filter(({ skipped }) => skipped).map(({ step, reason }) => `${step}: ${reason}`).join("; "),
    steps,
    reports,
  };
}

/** What the states did, in the order of the data, and of what they left out what decide said of it. */
function stepsOf({ decision, ParallelExecutionOutput: imports, lake, curate, training, score }: State): Step[] {
  const done = imports !== undefined;
  const idle = decision?.first === "nothing";
  const steps = [
    crawled("History Crawl", decision?.crawl?.history, done), crawled("External Crawl", decision?.crawl?.external, done),
    imports?.find(({ step }) => step === "S3 Import") ?? left("S3 Import", decision?.import?.s3),
    imports?.find(({ step }) => step === "Database Import") ?? left("Database Import", decision?.import?.db),
    curate ?? left("Lake", lake ?? (idle || decision?.first === "training" ? decision?.lake : undefined)), score ?? left("Training", training ?? (idle ? decision?.training : undefined)),
  ].filter((step) => step !== undefined);
  return steps.map(({ step, skipped, reason, seconds }) => ({ step, skipped, ...(reason && { reason }), ...(seconds !== undefined && { seconds }) }));
}

const left = (step: string, due: Due | null | undefined): Step | undefined => (due && !due.due ? { step, skipped: true, reason: due.reason } : undefined);

/** A crawl tells nothing of itself: it was done when it was due and what stands behind it was done. */
const crawled = (step: string, due: Due | undefined, done: boolean): Step | undefined => (due?.due && done ? { step, skipped: false } : left(step, due));

/** SNS takes 100 ASCII characters as a subject (API_Publish). */
const longestSubject = 100;

export function message(record: RunRecord, machine: string): { subject: string; body: string } {
  const subject = `${machine} ${record.outcome}${record.cause ? `: ${record.cause}` : ""}`.replace(/[^\x20-\x7e]+/g, " ");
  const lines = [
    `Run ${record.run_id} ${record.outcome} after ${record.seconds} s.`,
    ...(record.cause ? [`Cause: ${record.error}: ${record.cause}`] : []),
    ...(record.reason ? [`Due: ${record.reason}.`] : []),
    ...record.steps.map((step) => `- ${step.step}: ${step.skipped ? `skipped, ${step.reason}` : `done${step.seconds === undefined ? "" : ` in ${step.seconds} s`}`}`),
    ...record.reports.map((report) => `- ${report.job}: ${figures(report)}`),
    link(record.execution),
  ];
  return { subject: subject.slice(0, longestSubject), body: lines.join("\n") };
}

const figures = (report: Report): string =>
  Object.entries(report).filter(([, value]) => typeof value === "number").map(([name, value]) => `${String(value)} ${name.replaceAll("_", " ")}`).join(", ") || "no figures";

/** The execution in the console; the region is the fourth part of its ARN. */
function link(execution: string): string {
  const region = execution.split(":")[3] ?? "";
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${execution}`;
}
